"""`NAME.headers.json`: the headers that the original NAME is stored with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import MappingProxyType

SUFFIX = ".headers.json"

_METADATA_PREFIX = "x-amz-meta-"
_PRINTABLE = range(0x20, 0x7F)


def _date(value: str) -> datetime:
    try:
        return parsedate_to_datetime(value)
    except ValueError as error:
        raise ValueError("it is not an HTTP date such as 'Wed, 21 Oct 2026 07:28:00 GMT'") from error


def _text(value: str) -> str:
    return value


_PARAMETERS: Mapping[str, tuple[str, Callable[[str], object]]] = MappingProxyType(
    {
        "cache-control": ("CacheControl", _text),
        "content-disposition": ("ContentDisposition", _text),
        "content-encoding": ("ContentEncoding", _text),
        "content-language": ("ContentLanguage", _text),
        "content-type": ("ContentType", _text),
        "expires": ("Expires", _date),
    },
)


@dataclass(frozen=True)
class StoredHeaders:
    """What a headers file says: parameters of PutObject, and a sentence on each thing not understood."""

    parameters: Mapping[str, object]
    complaints: tuple[str, ...] = ()


NONE = StoredHeaders(parameters={})


def beside(path: Path) -> Path:
    """Where the headers file of an original is, or would be."""
    return path.with_name(path.name + SUFFIX)


def read(path: Path) -> StoredHeaders:
    """Read a headers file.

    Args:
        path: The file. One that does not exist sets no headers.

    Returns:
        All headers that could be understood; a broken file or header is a complaint, never an error.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return NONE
    except OSError as error:
        return StoredHeaders({}, (f"cannot be read: {error.strerror}",))
    except (ValueError, RecursionError) as error:
        return StoredHeaders({}, (f"is not JSON: {error}",))
    if not isinstance(content, dict):
        return StoredHeaders({}, ("is not a JSON object of header names and values",))
    return _from_object(content)


def _from_object(content: Mapping[str, object]) -> StoredHeaders:
    parameters: dict[str, object] = {}
    metadata: dict[str, str] = {}
    complaints = []
    for name, value in content.items():
        lowered = name.strip().lower()
        try:
            text = _checked(value)
            if lowered in _PARAMETERS:
                parameter, convert = _PARAMETERS[lowered]
                parameters[parameter] = convert(text)
            elif lowered.startswith(_METADATA_PREFIX) and len(lowered) > len(_METADATA_PREFIX):
                metadata[_checked(lowered.removeprefix(_METADATA_PREFIX))] = text
            else:
                raise ValueError("S3 stores no such header")  # noqa: TRY301 - all complaints are made below
        except ValueError as error:
            complaints.append(f"leaves out {name!r}: {error}")
    if metadata:
        parameters["Metadata"] = metadata
    return StoredHeaders(parameters, tuple(complaints))


def _checked(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("its value is not a string")  # noqa: TRY004 - one kind of error for every complaint
    if not value or any(ord(character) not in _PRINTABLE for character in value):
        raise ValueError("its value is empty or not plain ASCII")
    return value
