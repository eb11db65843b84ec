"""The targets of the fuzzer without it: whatever was found once, and the same few hundred mutations each time."""

from collections import Counter
from pathlib import Path

import pytest

from fuzz.pictures import made
from fuzz.target import NAMES, load, mutants
from fuzz.targets import events, refine
from tests.support.depth import tries

REGRESSIONS = Path(__file__).parent / "regressions"
FOUND = sorted(path for path in REGRESSIONS.rglob("*") if path.is_file())
MUTANTS = tries(500)

# Pillow warns of metadata that it cannot read.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.mark.parametrize("path", FOUND, ids=[str(path.relative_to(REGRESSIONS)) for path in FOUND])
def test_regressions(path: Path) -> None:
    """What has broken something does no more."""
    load(path.parent.name).check(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_mutants(name: str) -> None:
    """Seeds and their mutations break nothing."""
    target = load(name)
    for data in (*target.seeds(), *mutants(target, MUTANTS)):
        target.check(data)


@pytest.mark.parametrize("name", ["jpeg", "png", "refine"])
def test_pictures_are_understood_in_part(name: str) -> None:
    """All seeds are decoded; of their mutations some are, and some are refused, so that both is tried."""
    target = load(name)
    assert all(made(data) for data in target.seeds())
    decoded = sum(made(data) is not None for data in mutants(target, MUTANTS))
    assert MUTANTS / 10 < decoded < MUTANTS * 9 / 10


def test_refinements_are_made_in_part() -> None:
    """Of the mutations of pictures some are worth a second encode, and some are not."""
    found = [refine.refined(data) for data in mutants(load("refine"), MUTANTS)]
    smaller = {work.format.name for work, _, second in filter(None, found) if second}
    assert smaller >= {"jpeg", "png", "avif"}
    assert any(second is None for _, _, second in filter(None, found))


def test_events_are_answered_in_many_ways() -> None:
    """The mutations of events get to images and to refusals."""
    target = load("events")
    statuses = Counter(events.answers(data)[0]["statusCode"] for data in mutants(target, MUTANTS))
    assert set(statuses) >= {200, 400, 403, 404, 405}
    assert statuses[200] > MUTANTS / 10


@pytest.mark.parametrize(
    "changed",
    [
        {"statusCode": "200"},
        {"headers": {"X": "a\r\nb"}},
        {"headers": {"X": "\u00e9"}},
        {"headers": {"X": 1}},
        {"body": None},
        {"body": "no base64", "isBase64Encoded": True},
        {"body": "a"},
        {"statusCode": 304, "body": "a", "headers": {"Content-Length": "1"}},
        {"more": 1},
    ],
)
def test_what_is_ill_formed(changed: dict[str, object]) -> None:
    """The check refuses answers that API Gateway would not take."""
    answer = {"statusCode": 200, "headers": {"X": "a"}, "body": "", "isBase64Encoded": False}
    events.well_formed(answer)
    with pytest.raises((AssertionError, TypeError, ValueError, KeyError)):
        events.well_formed(answer | changed)
