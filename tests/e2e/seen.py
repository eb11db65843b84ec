"""Requests and their first answers, for comparison."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from imagestack import skips
from tests.conftest import Reply, reply_of

_STATUS = {"condition": 304, "large": 302, "refused": 403}
_BUSY = (429, 503)
_PASSING = "public, max-age=5"


@dataclass(frozen=True)
class Asked:
    """A request of a kind; `who` is the part of the request that the answer depends on."""

    kind: str
    who: tuple[str, ...]
    event: dict[str, Any]


def is_less(reply: Reply) -> bool:
    """Whether an answer is the short-lived one that docs/failures.md allows for functions without time."""
    if reply.status in _BUSY:
        return "Retry-After" in reply.headers
    return skips.RATE_LIMIT in (reply.reason or "") and reply.headers.get("Cache-Control") == _PASSING


@dataclass
class Seen:
    """All answers so far.

    Attributes:
        hashes: of the first body for each `who`.
        statuses: the number of answers by kind and status.
        wrong: the answers that are mistakes.
        less: the number of answers with less than their request names.
        slowest: the slowest answer, in milliseconds.
    """

    hashes: dict[tuple[str, ...], str] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    less: int = 0
    slowest: float = 0
    _lock: Any = field(default_factory=Lock)

    def note(self, asked: Asked, took: float, answer: dict[str, Any]) -> None:
        """Compare an answer with the first one."""
        try:
            reply = reply_of(answer)
        except (AssertionError, KeyError, ValueError) as error:
            self.wrong.append(f"{asked.who}: {error}: {str(answer)[:200]}")
            return
        found = hashlib.sha256(reply.body).hexdigest()
        with self._lock:
            self.slowest = max(self.slowest, took)
            if is_less(reply):
                self.less += 1
                self.statuses[f"{asked.kind} {reply.status}, less"] += 1
                return
            self.statuses[f"{asked.kind} {reply.status}"] += 1
            same = self.hashes.setdefault(asked.who, found) == found
        if not same or reply.status != _STATUS.get(asked.kind, 200):
            self.wrong.append(f"{asked.who}: {reply.status}, {'the same' if same else 'another body'}")
