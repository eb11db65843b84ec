"""Times as the API writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from imagestack.control.times import parse, to_text

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def test_written() -> None:
    """Times are UTC with all digits, so that they sort as texts."""
    assert to_text(NOON) == "2026-05-05T12:00:00.000000Z"
    assert to_text(NOON.astimezone(timezone(timedelta(hours=2)))) == "2026-05-05T12:00:00.000000Z"


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
    assert parse(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "1700000000x"])
def test_refused(text: str) -> None:
    """Any other text is refused."""
    with pytest.raises(ValueError, match="ISO 8601"):
        parse(text)
