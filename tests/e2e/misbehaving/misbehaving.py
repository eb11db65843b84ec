"""A function that does what ours must never do."""

from time import sleep
from typing import Any


def handler(event: dict[str, Any], _: object) -> str:
    """Take so many seconds, and answer with so many bytes."""
    sleep(event.get("seconds", 0))
    return "x" * int(event.get("bytes", 0))
