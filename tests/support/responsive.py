"""Responsive images in HTML, read as browsers read them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """An element with its attributes, whose white space is folded."""

    tag: str
    attributes: dict[str, str]

    @property
    def candidates(self) -> dict[str, int]:
        """The width of each candidate's descriptor by its address, in their order."""
        found = {}
        for row in self.attributes["srcset"].split(", "):
            url, descriptor = row.split()
            assert descriptor.endswith("w")
            found[url] = int(descriptor.removesuffix("w"))
        return found


@dataclass
class _Elements(HTMLParser):
    found: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag, {name: " ".join((value or "").split()) for name, value in attrs}))


def elements(html: str) -> list[Element]:
    """All elements of some HTML, in their order."""
    reader = _Elements()
    reader.feed(html)
    return reader.found
