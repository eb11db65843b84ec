"""Addresses of images as people type them, and the same addresses with another width.

Everything that HTML or a URL cannot hold is percent-encoded as browsers do it. What is encoded already stays as it is.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from imagestack.control.api.typed_addresses import encode_path, encode_query_part

_SITE = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?=/)", re.IGNORECASE)
# The descriptor `w` takes the place of `dpr`, and no candidate is enlarged.
WITHOUT_EFFECT = ("dpr", "enlarge")
_REPLACED = {"width", "height", *WITHOUT_EFFECT}


@dataclass(frozen=True)
class Address:
    """An address of an image.

    Attributes:
        site: scheme and host; empty if the address is a path.
        path: percent-encoded, with its leading slash.
        parts: the parts of the query, percent-encoded, in their order.
    """

    site: str
    path: str
    parts: tuple[str, ...]

    @property
    def query(self) -> str:
        """The whole query, percent-encoded."""
        return "&".join(self.parts)

    def has(self, name: str) -> bool:
        """Whether the query has a parameter of this name."""
        return any(_name(part) == name for part in self.parts)

    def resized(self, width: int | None = None, height: int | None = None, *, fmt: str = "") -> "Address":
        """The address with this size, without the parameters `WITHOUT_EFFECT`.

        Args:
            width: in pixels; None for no width.
            height: in pixels; None for no height.
            fmt: replaces the format of the address; empty if the address keeps its own.
        """
        replaced = _REPLACED | ({"fmt"} if fmt else set())
        kept = tuple(part for part in self.parts if _name(part) not in replaced)
        added = {"width": width, "height": height, "fmt": fmt or None}
        return Address(
            self.site,
            self.path,
            kept + tuple(f"{name}={value}" for name, value in added.items() if value is not None),
        )

    def __str__(self) -> str:
        return f"{self.site}{self.path}" + (f"?{self.query}" if self.parts else "")


def read_address(text: str) -> Address:
    """Read an address: a path with its query, or a whole URL. A fragment is dropped, as browsers do.

    Raises:
        ValueError: It is no such address; the message says why.
    """
    text = text.strip()
    found = _SITE.match(text)
    site = found[0] if found else ""
    path, _, query = text[len(site) :].partition("#")[0].partition("?")
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("is neither a path like /cat.jpg?crop=4:5 nor an address like https://host/cat.jpg")
    try:
        parts = tuple(encode_query_part(part) for part in query.split("&") if part)
        return Address(site, encode_path(path), parts)
    except UnicodeEncodeError:
        raise ValueError("holds a character that no address can have") from None


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])
