from datetime import UTC, datetime, timedelta, timezone

import pytest

from imagestack.control.times import read, written

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def test_written() -> None:
    """Times are UTC with all their digits, so that they sort as texts."""
    assert written(NOON) == "2026-05-05T12:00:00.000000Z"
    assert written(NOON.astimezone(timezone(timedelta(hours=2)))) == "2026-05-05T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-05T12:00:00Z", NOON),
        ("2026-05-05T12:00:00.000Z", NOON),
        ("2026-05-05 12:00:00", NOON),
        ("2026-05-05T14:00:00+02:00", NOON),
        ("2026-05-05", NOON - timedelta(hours=12)),
    ],
)
def test_read(text: str, moment: datetime) -> None:
    """Dates and times of ISO 8601 are read; without an offset they are UTC."""
    assert read(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "1700000000x"])
def test_refused(text: str) -> None:
    """Anything else is no time."""
    with pytest.raises(ValueError, match="ISO 8601"):
        read(text)
