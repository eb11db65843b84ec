"""The examples of docs/specification.md#section-10: the library does what the tables of the page say."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from imagestack.formats import FORMATS
from imagestack.geometry import Point, Size
from imagestack.limits import Limits
from imagestack.operations.framing import Framing
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.request.query import canonical
from imagestack.rules.options import ImageStack
from tests.support.decided import A_JPEG, A_PNG, CROP_TOO_LARGE, PLENTY, WOULD_ENLARGE, decided, plan, work
from tests.support.strategies import asked

PAGE = (Path(__file__).parents[2] / "docs/specification.md").read_text(encoding="utf-8")
_REASONS = {
    "the reason of a resize that would enlarge": WOULD_ENLARGE,
    "the reason of a crop that is larger than the image": CROP_TOO_LARGE,
}


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of all tables with this heading, without backticks."""
    tables = re.findall(rf"^{re.escape(heading)}\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    lines = "".join(tables).replace("`", "").splitlines()
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def size(text: str) -> Size:
    """The first size in a text, like 400×300."""
    width, height = re.findall(r"(\d+)×(\d+)", text)[0]
    return Size(int(width), int(height))


def corner(text: str) -> tuple[int, int] | None:
    """The position in a text, like (100, 40)."""
    found = re.search(r"\((\d+), (\d+)\)", text)
    return (int(found[1]), int(found[2])) if found else None


def _sized(request: str, original: Size) -> tuple[Work | Skip, Size]:
    """The work of a request, and the size of its result."""
    found = decided(request, replace(A_PNG, size=original))
    return found, found.size if isinstance(found, Work) else original


RESULTS = rows("| original | request | result |")
ENLARGED = [
    (query, value, result)
    for query, *results in rows("| request for 400×300 | `false` | `clamp` | `true` |")
    for value, result in zip(("false", "clamp", "true"), results, strict=True)
]
PLACES = rows("| `gravity` | `fit=fit`: the cut starts at | `gravity` | `fit=pad`: the picture lies at |")
POINTS = rows("| request | point in percent |")
FORMATTED = rows("| original | Accept | request | result |")
SPELLED = [
    (written, spelled)
    for cell, spelled in rows("| written | canonical |")
    for written in cell.split(", ")
    if "=" in cell
]


def test_every_table_is_found() -> None:
    """A table with another heading would go untested."""
    assert [len(found) for found in (RESULTS, ENLARGED, PLACES, POINTS, FORMATTED)] == [20, 15, 4, 3, 11]


@pytest.mark.parametrize(("original", "asks", "result"), RESULTS)
def test_results(original: str, asks: str, result: str) -> None:
    """Original and request have the size, the position and the reason of the last cell."""
    found, resulting = _sized(asks, size(original))
    assert resulting == size(result)
    assert found.reasons == tuple(reason for text, reason in _REASONS.items() if text in result)
    if corner(result):
        assert isinstance(found, Work)
        box = found.padded.picture if found.padded else found.crop
        assert box
        assert (box.left, box.top) == corner(result)
        if found.padded:
            assert box.size == size(result.partition("the picture of ")[2])


@pytest.mark.parametrize(("query", "value", "result"), ENLARGED)
def test_enlarge(query: str, value: str, result: str) -> None:
    """A resize is skipped with its reason, no operation, or has the size of the cell."""
    found, resulting = _sized(f"{query}&enlarge={value}", A_PNG.size)
    assert found.reasons == ((WOULD_ENLARGE,) if result == "skipped" else ())
    assert resulting == (A_PNG.size if result in {"skipped", "no operation"} else size(result))


@pytest.mark.parametrize(("cut", "starts", "placed", "lies"), PLACES)
def test_gravity(cut: str, starts: str, placed: str, lies: str) -> None:
    """The cut and the picture on the canvas lie where the cells say."""
    cut, placed = (value if value != "none" else "center" for value in (cut, placed))
    resized = work(f"width=100&height=100&gravity={cut}").resized
    assert resized
    assert f"x={resized.kept.left}" == starts
    padded = work(f"width=200&height=200&fit=pad&gravity={placed}", replace(A_PNG, size=Size(500, 333))).padded
    assert padded
    assert f"y={padded.picture.top}" == lies


@pytest.mark.parametrize(("query", "expected"), POINTS)
def test_points(query: str, expected: str) -> None:
    """The stored point 30,40 moves along with the picture."""
    (operation,) = plan(query).operations
    focus = Point(Fraction(30, 100), Fraction(40, 100))
    framing = operation.settle(Framing.of(Size(400, 300), focus)).framing
    assert framing.focus
    x, y = (Fraction(number) / 100 for number in expected.split(", "))
    assert framing.focus == Point(x, y)


@pytest.mark.parametrize(("original", "accept", "query", "result"), FORMATTED)
def test_formats(original: str, accept: str, query: str, result: str) -> None:
    """The result has the format of the cell, or the reason."""
    facts: Facts = A_JPEG if original == "JPEG" else A_PNG
    options = ImageStack(enabled=True, png_lossless="png_lossless" in original)
    accepted = () if accept == "none" else tuple(accept.split(", "))
    found = decide(make_plan(asked(query), options, accepted), facts, Limits(), PLENTY)
    reasons = make_plan(asked(query), options, accepted).reasons + found.reasons
    skipped = result.partition("skipped: ")[2]
    assert reasons == ((skipped,) if skipped else ())
    assert (found.format if isinstance(found, Work) else None) is FORMATS.get(result.lower())


@pytest.mark.parametrize(("written", "spelled"), SPELLED)
def test_canonical(written: str, spelled: str) -> None:
    """A value is spelled as the second cell says, and not at all if it is the default."""
    found = canonical(asked(f"width=100&height=50&{written}"))
    rest = [pair for pair in found.split("&") if pair not in {"width=100", "height=50"}]
    assert rest == ([] if spelled.startswith("none") else [spelled])
