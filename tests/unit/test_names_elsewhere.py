"""The page `docs/names-elsewhere.md`: its addresses mean here what it says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from imagestack.formats import JPEG
from imagestack.geometry import Size
from imagestack.plan.work import Facts, Work
from imagestack.request.query import pairs, parse
from imagestack.request.unknown_parameters import unknown_parameters
from tests.support.decided import A_JPEG, decided

PAGE = (Path(__file__).parents[2] / "docs/names-elsewhere.md").read_text(encoding="utf-8")
ROCKET = Facts(JPEG, Size(640, 427), quality=95)
# The result of a row with a canvas, and the picture on it.
CANVAS = {"600 × 600, a canvas around 400 × 300": (400, 300), "600 × 600, a canvas around 600 × 450": (600, 450)}

ADDRESSES = re.findall(r"^\| `.*` \| `/rocket\.jpg\?(\S+)` \| (\d+) × (\d+) \|$", PAGE, re.MULTILINE)
SMALL = re.findall(r"^\| ((\d+) × (\d+)[^|]*) \| `(width=600&height=600\S*)` \|", PAGE, re.MULTILINE)


def test_every_row_is_read() -> None:
    """Each product has three or more rows, and a small original six."""
    sections = PAGE.partition("## Before and after")[2].partition("## Small originals")[0].split("### ")[1:]
    assert [section.count("\n| `") >= 3 for section in sections] == [True] * 4
    assert len(ADDRESSES) == sum(section.count("\n| `") for section in sections)
    assert len(SMALL) == 6


@pytest.mark.parametrize("query", [query for query, *_ in ADDRESSES] + [query for *_, query in SMALL])
def test_addresses_are_understood(query: str) -> None:
    """No parameter of an address is unknown or bad, and none is left out for lack of what it modifies."""
    parameters = parse(pairs(query))
    assert not unknown_parameters(pairs(query))
    assert not parameters.bad
    assert len(parameters.values) == len(pairs(query))


@pytest.mark.parametrize(("query", "width", "height"), ADDRESSES)
def test_sizes(query: str, width: str, height: str) -> None:
    """The results have the sizes that the page says."""
    found = decided(query, ROCKET)
    assert isinstance(found, Work)
    assert found.size == Size(int(width), int(height))


@pytest.mark.parametrize(("result", "width", "height", "query"), SMALL)
def test_small_originals(result: str, width: str, height: str, query: str) -> None:
    """A small original is skipped, clamped, enlarged or put on a canvas as the page says."""
    found = decided(query, replace(A_JPEG, size=Size(400, 300)))
    size = found.size if isinstance(found, Work) else A_JPEG.size
    assert size == Size(int(width), int(height))
    padded = found.padded if isinstance(found, Work) else None
    assert (result in CANVAS) is (padded is not None)
    if padded:
        assert padded.picture.size == Size(*CANVAS[result])
