"""The ports of the sync function; `imagestack.sync.aws` implements them. Every method may raise StoreError."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from imagestack.errors import StoreError

Item = Mapping[str, Any]
# Returns the seconds that remain of an invocation.
TimeLeft = Callable[[], float]


class StoreBusyError(StoreError):
    """A service accepts no more for now; a later attempt may succeed."""


class Invalidator(Protocol):
    """Removes copies from the edge."""

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove the copies of paths from the edge.

        Args:
            paths: Paths as `imagestack.sync.paths` makes them: at most 3,000, 15 of them with an asterisk.
            reference: Identifies the demand; the same paths and reference are the same invalidation.

        Returns:
            A ticket for `is_done`.

        Raises:
            StoreBusyError: Too many invalidations are in progress.
        """

    def is_done(self, ticket: str) -> bool:
        """Whether all copies of an invalidation are gone."""


class DerivedObjects(Protocol):
    """The store of derived objects, by keys."""

    def page(self, prefix: str, after: str) -> list[str]:
        """The next 1,000 keys with a prefix, after another key, in their order; none at the end."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove at most 1,000 objects; missing objects are no error."""


class Queue(Protocol):
    """A queue of messages to this function."""

    def send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        """Send JSON, to be delivered after a delay of at most 900 seconds."""


class Tables(Protocol):
    """The tables of rules and of jobs."""

    def rule_items(self) -> Sequence[Item]:
        """All items of the rules table."""

    def job(self, kind: str, number: int) -> Item | None:
        """The item of a job; None if there is none."""

    def advance(self, kind: str, number: int, step: int, changed: Mapping[str, Any]) -> bool:
        """Change attributes of a job that is in progress and at a step; attributes that are None are removed.

        Returns:
            False if the job is not at this step: another invocation has done it.
        """


class Viewer(Protocol):
    """Requests images by their public address."""

    def fetch_status(self, host: str, path: str, accept: str) -> int:
        """Request an image, and return the HTTP status.

        Args:
            host: The host of the resource; `*` for the resource of all hosts.
            path: The path as an operator wrote it, with a query if there is one.
            accept: The Accept header.

        Returns:
            The HTTP status; 0 if there was no answer.
        """


class NoInvalidator:
    """For deployments without an edge."""

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Do nothing."""
        del paths, reference
        return ""

    def is_done(self, ticket: str) -> bool:
        """True, for its own tickets."""
        return not ticket


class InProcessInvalidator(NoInvalidator):
    """Invalidates an edge in this process by a call that returns when the copies are gone."""

    def __init__(self, purge: Callable[[Sequence[str]], None]) -> None:
        self._purge = purge

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove copies."""
        self._purge(paths)
        return super().invalidate(paths, reference)
