"""Follows a folder: what changes in it changes in the originals bucket within a second or two."""

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

from imagestack_local.originals.originals import Changes, Originals

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 2.0
"""How often to look even if no change was told: links' targets, network folders, a folder made anew."""
SETTLE_MILLISECONDS = 100
"""A change is taken over when no other has come for so long ..."""
LONGEST_WAIT_MILLISECONDS = 1_000
"""... and in any case after so long."""
LISTED_KEYS = 5


@contextmanager
def following(originals: Originals, root: Path) -> Iterator[None]:
    """Keep the originals the same as their folder while the context lasts.

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
    for touched in _changes(root, end):
        if end.is_set():
            return
        try:
            changes = originals.take_over(touched)
        except Exception:
            # Whatever happens to a file, the next change must still be seen.
            logger.exception("the folder of originals could not be read")
        else:
            _report(changes)


def _changes(root: Path, end: threading.Event) -> Iterator[Collection[Path]]:
    """Sets of paths that were touched, or an empty one when it is time to look at all of them."""
    try:
        for changes in watch(
            root,
            watch_filter=None,
            debounce=LONGEST_WAIT_MILLISECONDS,
            step=SETTLE_MILLISECONDS,
            stop_event=end,
            rust_timeout=int(LOOK_AGAIN_SECONDS * 1_000),
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield frozenset(Path(path) for _, path in changes)
    except (OSError, RuntimeError) as error:
        # The system has no watches left, say, or the folder is gone.
        logger.warning("looking every %.0f s for changed originals, since: %s", LOOK_AGAIN_SECONDS, error)
    while not end.wait(LOOK_AGAIN_SECONDS):
        yield frozenset()


def _report(changes: Changes) -> None:
    for what, keys in (("taken over", changes.put), ("removed", changes.removed)):
        if keys:
            more = f" and {len(keys) - LISTED_KEYS} more" if len(keys) > LISTED_KEYS else ""
            logger.info("original %s: %s%s", what, ", ".join(keys[:LISTED_KEYS]), more)
