"""`NAME.headers.json`: headers of the original NAME."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from types import MappingProxyType

SUFFIX = ".headers.json"

_METADATA_PREFIX = "x-amz-meta-"
_PRINTABLE = range(0x20, 0x7F)


def _date(value: str) -> str:
    try:
        return format_datetime(parsedate_to_datetime(value).astimezone(UTC), usegmt=True)
    except ValueError as error:
        raise ValueError("it is not an HTTP date such as 'Wed, 21 Oct 2026 07:28:00 GMT'") from error


def _text(value: str) -> str:
    return value


_STORED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "cache-control": _text,
        "content-disposition": _text,
        "content-encoding": _text,
        "content-language": _text,
        "content-type": _text,
        "expires": _date,
    },
)
"""The headers that S3 stores, and how their values are normalised."""


@dataclass(frozen=True)
class StoredHeaders:
    """What a headers file says: headers by name in lower case, and a sentence on each thing not understood."""

    headers: Mapping[str, str]
    complaints: tuple[str, ...] = ()


NONE = StoredHeaders(headers={})


def read(path: Path) -> StoredHeaders:
    """Read a headers file.

    Args:
        path: The file. One that does not exist sets no headers.

    Returns:
        All headers that could be understood. A broken file or header is a complaint, never an error.
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
    headers: dict[str, str] = {}
    complaints = []
    for name, value in content.items():
        lowered = name.strip().lower()
        try:
            text = _checked(value)
            if lowered in _STORED:
                headers[lowered] = _STORED[lowered](text)
            elif lowered.startswith(_METADATA_PREFIX) and len(lowered) > len(_METADATA_PREFIX):
                headers[_checked(lowered)] = text
            else:
                raise ValueError("S3 stores no such header")  # noqa: TRY301 - all complaints are made below
        except ValueError as error:
            complaints.append(f"leaves out {name!r}: {error}")
    return StoredHeaders(headers, tuple(complaints))


def _checked(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("its value is not a string")  # noqa: TRY004 - one kind of error for every complaint
    if not value or any(ord(character) not in _PRINTABLE for character in value):
        raise ValueError("its value is empty or not plain ASCII")
    return value
