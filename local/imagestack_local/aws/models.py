"""Shares the models of AWS services between sessions. boto3 reads them for each session, and each function has one."""

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


def read_once() -> None:
    """Share the models, and the list of services, between all sessions of this process."""
    # botocore has no other way.
    JSONFileLoader.load_file = _shared_file  # type: ignore[assignment,method-assign]
    Loader.list_available_services = _shared_list  # type: ignore[assignment,method-assign]


_read = cache(JSONFileLoader().load_file)
_list_services = Loader.list_available_services


def _shared_file(_loader: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401 - whatever a file holds
    return _read(file_path)


def _shared_list(loader: Loader, type_name: str) -> list[str]:
    return _services(tuple(loader.search_paths), type_name)


@cache
def _services(search_paths: tuple[str, ...], type_name: str) -> list[str]:
    """The services in these folders: botocore looks into a thousand of them."""
    return _list_services(Loader(extra_search_paths=list(search_paths)), type_name)
