"""What has been asked for and answered."""

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
    """A request of a kind; `who` is what its answer depends on."""

    kind: str
    who: tuple[str, ...]
    event: dict[str, Any]


def is_less(reply: Reply) -> bool:
    """Whether an answer is what docs/failures.md lets those have for whom there was no time: it holds for seconds."""
    if reply.status in _BUSY:
        return "Retry-After" in reply.headers
    return skips.RATE_LIMIT in (reply.reason or "") and reply.headers.get("Cache-Control") == _PASSING


@dataclass
class Seen:
    """What has been answered.

    Attributes:
        hashes: of the first body for each `who`.
        statuses: how often each kind was answered with each status.
        wrong: answers that must not be.
        less: how many were less than was asked for.
        slowest: milliseconds.
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
