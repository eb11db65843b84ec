"""Shares the models of AWS services between sessions. boto3 reads them for each session, and each function has one."""

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader


def read_once() -> None:
    """Read each model once in this process."""
    JSONFileLoader.load_file = _shared  # type: ignore[assignment,method-assign] # botocore has no other way


_read = cache(JSONFileLoader().load_file)


def _shared(_loader: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401 - whatever a file holds
    return _read(file_path)
