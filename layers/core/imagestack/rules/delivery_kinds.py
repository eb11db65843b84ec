"""The kinds of values that only one option of delivery has: domains, headers, keys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from imagestack.rules.attributes import Attributes, integer, texts, typed
from imagestack.rules.option_metadata import read_fields

_DOMAIN = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_EVERYBODY = ("*", "$http_origin")
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?")
# Headers that say how to read or store the response, and headers that other options or this product set.
_NOT_STATIC = re.compile(
    r"(?i)access-control-allow-origin|age|cache-control|connection|content-(?:encoding|length|range|type)|date|etag"
    r"|expires|keep-alive|last-modified|location|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade|vary|via"
    r"|x-(?:amz|amzn|cache|edge|img)-?.*"
)
_KEY = re.compile(r"[\x21-\x7e]{6,32}")

# API Gateway allows 10,240 bytes for all headers of a response. An original's own headers may take 2,000 of them.
_MAX_DOMAINS = 2_000
_MAX_STATIC = 3_000


@dataclass(frozen=True)
class Domains:
    """Host names, read in lower case. `*.example.com` is every host below `example.com`."""

    shape: ClassVar[Any] = list[str]

    def read(self, item: Attributes, name: str, default: Sequence[str]) -> Sequence[str]:
        """See `Kind.read`."""
        lower = tuple(one.lower() for one in texts(item, name)) or default
        if sum(len(one) + len('"",') for one in lower) > _MAX_DOMAINS:
            raise ValueError(f"{name} is longer than {_MAX_DOMAINS} characters in all")
        for one in lower:
            if not _DOMAIN.fullmatch(one):
                raise ValueError(f"{name} has an entry that is no domain")
        return lower


@dataclass(frozen=True)
class CorsOrigins(Domains):
    """`*`, or `$http_origin`, or domains."""

    def read(self, item: Attributes, name: str, default: Sequence[str]) -> Sequence[str]:
        """See `Kind.read`."""
        value = texts(item, name)
        if len(value) == 1 and value[0] in _EVERYBODY:
            return value
        return super().read(item, name, default)


@dataclass(frozen=True)
class Headers:
    """A list of headers.

    Attributes:
        of: the dataclass of one header.
        schema: the name of its schema in the OpenAPI document.
        about: one sentence for the OpenAPI document.
    """

    of: type
    schema: str
    about: str

    shape: ClassVar[Any] = list[dict[str, Any]]

    def read(self, item: Attributes, name: str, default: Sequence[Any]) -> Sequence[Any]:
        """See `Kind.read`."""
        headers = tuple(self._header(entry, name) for entry in typed(item, name, list, default))
        if sum(len(header.name) + len(header.value) for header in headers) > _MAX_STATIC:
            raise ValueError(f"{name} is longer than {_MAX_STATIC} characters in all")
        return headers

    def _header(self, entry: Any, name: str) -> Any:  # noqa: ANN401 - attributes are of any type
        if not isinstance(entry, Mapping):
            raise ValueError(f"{name} has an entry that is no map")  # noqa: TRY004 - a broken value, not a wrong call
        return read_fields(self.of, entry)


@dataclass(frozen=True)
class HeaderName:
    """The name of a header that may be set."""

    shape: ClassVar[Any] = str

    def read(self, item: Attributes, name: str, default: None) -> str:  # noqa: ARG002 - a header has a name
        """See `Kind.read`."""
        header: str = typed(item, name, str, "")
        if not _HEADER_NAME.fullmatch(header):
            raise ValueError("value has a name that is none of a header")
        if _NOT_STATIC.fullmatch(header):
            raise ValueError(f"value has {header}, which cannot be set")
        return header


@dataclass(frozen=True)
class HeaderValues:
    """The values of a header, read as one with commas."""

    shape: ClassVar[Any] = list[str]

    def read(self, item: Attributes, name: str, default: None) -> str:  # noqa: ARG002 - a header has a value
        """See `Kind.read`."""
        values = texts(item, name)
        if not values or not all(_HEADER_VALUE.fullmatch(value) for value in values):
            raise ValueError(f"value has something for {item['name']} that is no header's value")
        return ", ".join(values)


@dataclass(frozen=True)
class SignatureType:
    """What a signature covers: 0 with the viewer's address, 2 without it. Read as whether it covers the address."""

    with_address: ClassVar[int] = 0
    numbers: ClassVar[tuple[int, ...]] = (with_address, 2)
    shape: ClassVar[Any] = int

    def read(self, item: Attributes, name: str, default: bool) -> bool:  # noqa: ARG002, FBT001 - items have another default
        """See `Kind.read`."""
        number = integer(item, name, self.with_address)
        if number not in self.numbers:
            raise ValueError(f"{name} is neither {' nor '.join(map(str, self.numbers))}")
        return number == self.with_address


def key_where_enabled(item: Attributes) -> None:
    """Check that an option that is on has a usable key.

    Raises:
        ValueError: the option has no usable key.
    """
    if item.get("enabled") and not _KEY.fullmatch(item.get("key") or ""):
        raise ValueError("key has not 6 to 32 printable characters")
