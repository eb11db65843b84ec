"""Watches the rules table: an edited rule shows within a second, although the front keeps answers for a day."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5


@contextmanager
def watching(table: "Table", changed: Callable[[], None]) -> Iterator[None]:
    """Call a function whenever an item of the table was changed, while the context lasts.

    The table is read as a whole each time: it is in this process and small. Its stream would tell the same, but is
    harder to read.

    Args:
        table: The rules table.
        changed: Called in a thread of its own.
    """
    end = threading.Event()
    thread = threading.Thread(target=_watch, args=(table, changed, end), name="rules", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _watch(table: "Table", changed: Callable[[], None], end: threading.Event) -> None:
    known = _items(table)
    while not end.wait(LOOK_SECONDS):
        found = _items(table)
        if found != known:
            known = found
            logger.info("rules changed: the front is purged")
            changed()


def _items(table: "Table") -> dict[tuple[Any, Any], dict[str, Any]] | None:
    try:
        items: list[dict[str, Any]] = []
        page = table.scan()
        items += page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
            items += page["Items"]
    except (BotoCoreError, ClientError) as error:
        logger.warning("the rules table cannot be read: %s", error)
        return None
    return {(item["pk"], item["sk"]): item for item in items}
