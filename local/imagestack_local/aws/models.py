"""The models of AWS's services, which boto3 reads anew for each session; each function here has sessions of its own."""

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader


def read_once() -> None:
    """Let all sessions share what one of them has read, as long as this process lives."""
    JSONFileLoader.load_file = _shared  # type: ignore[assignment,method-assign] # botocore has no other way


_read = cache(JSONFileLoader().load_file)


def _shared(_loader: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401 - whatever a file holds
    return _read(file_path)
