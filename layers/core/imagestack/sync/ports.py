"""What the work is done with; `imagestack.sync.aws` implements it. Every method may raise StoreError."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from imagestack.errors import StoreError

Item = Mapping[str, Any]
# Seconds that are left of an invocation.
TimeLeft = Callable[[], float]


class BusyError(StoreError):
    """So much is in progress that no more is taken; later it will be."""


class Invalidator(Protocol):
    """What removes copies from the edge."""

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove copies.

        Args:
            paths: as `imagestack.sync.paths` makes them: 3,000 at most, 15 of them with an asterisk.
            reference: tells this demand from others: made again with the same paths, it is the same demand.

        Returns:
            By what to ask whether it is done.

        Raises:
            BusyError: later.
        """

    def is_done(self, ticket: str) -> bool:
        """Whether all copies are gone."""


class DerivedObjects(Protocol):
    """Derived objects as keys."""

    def page(self, prefix: str, after: str) -> list[str]:
        """Keys that start so and come after another one, in their order: the next 1,000, none at the end."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, 1,000 at most; those that are gone already are none to worry about."""


class Queue(Protocol):
    """Messages to this function itself."""

    def send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        """Send JSON, to be delivered after so many seconds, 900 at most."""


class Tables(Protocol):
    """The tables of rules and of jobs."""

    def rule_items(self) -> Sequence[Item]:
        """All items of the rules table."""

    def job(self, kind: str, number: int) -> Item | None:
        """A job as it stands."""

    def advance(self, kind: str, number: int, step: int, changed: Mapping[str, Any]) -> bool:
        """Change attributes of a job that is in progress and at this step; those that are None are removed.

        Returns:
            False if it is not: somebody else has done the step.
        """


class Viewer(Protocol):
    """Somebody who asks for images by their public address."""

    def ask(self, host: str, path: str, accept: str) -> int:
        """The HTTP status of the answer; 0 if there was none.

        Args:
            host: of the resource, `*` for that of all hosts.
            path: as an operator wrote it, with a query if there is one.
            accept: the header.
        """


class NoEdge:
    """Nothing is kept at an edge."""

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Nothing to do."""
        del paths, reference
        return ""

    def is_done(self, ticket: str) -> bool:
        """Always."""
        return not ticket


class CalledEdge(NoEdge):
    """An edge within this process, which is told by a call and has done it when that returns."""

    def __init__(self, purge: Callable[[Sequence[str]], None]) -> None:
        self._purge = purge

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove copies."""
        self._purge(paths)
        return super().invalidate(paths, reference)
