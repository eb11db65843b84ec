"""Follows a folder: what changes in it changes in the originals bucket within a second or two."""

import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

from imagestack_local.originals.originals import Changes, Originals

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 2.0
"""How often to list the folder even if no change is reported: links' targets, network folders, a folder made anew."""
MOST_OF_THE_TIME = 0.05
"""A large folder is listed less often, so that listing takes no more than this part of the time."""
PENDING_MILLISECONDS = 300
"""How often to look at files that were being written."""
SETTLE_MILLISECONDS = 100
"""A change is taken over when no other has come for so long ..."""
LONGEST_WAIT_MILLISECONDS = 1_000
"""... and in any case after so long."""
LISTED_KEYS = 5


@contextmanager
def following(originals: Originals, root: Path) -> Iterator[None]:
    """List the folder in the background, and keep the originals the same as it while the context lasts.

    Args:
        originals: The originals.
        root: Their folder.
    """
    end = threading.Event()
    thread = threading.Thread(target=_follow, args=(originals, root, end), name="originals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _follow(originals: Originals, root: Path, end: threading.Event) -> None:
    due = _look(originals, frozenset(), due=0, is_first=True)
    for touched in _changes(root, end):
        if end.is_set():
            return
        due = _look(originals, touched, due)


def _look(originals: Originals, touched: Collection[Path], due: float, *, is_first: bool = False) -> float:
    """Take changes over, and give the time at which the whole folder is to be listed again."""
    began = time.monotonic()
    try:
        changes = originals.take_over(touched) if began >= due else originals.take_over_touched(touched)
    except Exception:
        # Whatever happens to a file, the next change must still be seen.
        logger.exception("the folder of originals could not be read")
    else:
        if not is_first:
            _report(changes)
    now = time.monotonic()
    return due if began < due else now + max(LOOK_AGAIN_SECONDS, (now - began) / MOST_OF_THE_TIME)


def _changes(root: Path, end: threading.Event) -> Iterator[Collection[Path]]:
    """Sets of paths that were touched, or an empty one when it is time to look again."""
    try:
        for changes in watch(
            root,
            watch_filter=None,
            debounce=LONGEST_WAIT_MILLISECONDS,
            step=SETTLE_MILLISECONDS,
            stop_event=end,
            rust_timeout=PENDING_MILLISECONDS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield frozenset(Path(path) for _, path in changes)
    except (OSError, RuntimeError) as error:
        # The system has no watches left, say, or the folder is gone.
        logger.warning("looking every %.0f s for changed originals, since: %s", LOOK_AGAIN_SECONDS, error)
    while not end.wait(PENDING_MILLISECONDS / 1_000):
        yield frozenset()


def _report(changes: Changes) -> None:
    for what, keys in (("taken over", changes.put), ("removed", changes.removed)):
        if keys:
            more = f" and {len(keys) - LISTED_KEYS} more" if len(keys) > LISTED_KEYS else ""
            logger.info("original %s: %s%s", what, ", ".join(keys[:LISTED_KEYS]), more)
