"""Times as the API writes and reads them: ISO 8601, UTC."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """`2026-11-22T22:50:03.123456Z`: texts of this form sort as the times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(text: str) -> datetime:
    """A time, or a day's beginning; a space may stand for the T; UTC unless it says otherwise.

    Raises:
        ValueError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("is not a date or a time of ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
