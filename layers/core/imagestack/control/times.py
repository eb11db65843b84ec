"""Times in the API: ISO 8601, UTC."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """Format a time as `2026-11-22T22:50:03.123456Z`; texts of this form sort as the times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    """Parse a time, or a date as its first moment. A space may replace the T; without an offset it is UTC.

    Raises:
        ValueError: The text is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("is not a date or a time of ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
