"""Many requests at once for images that have no derived object yet."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Barrier
from time import perf_counter
from typing import Any

from tests.conftest import BOTH, reply_of
from tests.e2e.pool import Pool
from tests.e2e.seen import is_less
from tests.e2e.site import asked

_ACCEPTS = (BOTH, "image/webp,*/*", "*/*")


@dataclass(frozen=True)
class Answered:
    """One answer of a burst.

    Attributes:
        came: the time at which the request joined the queue, in seconds.
        begun: the time at which a function began with it.
        ended: the time of the answer.
        answer: the answer of the function.
    """

    came: float
    begun: float
    ended: float
    answer: dict[str, Any]


@dataclass(frozen=True)
class Burst:
    """The results of a burst, as viewers see them.

    Attributes:
        seconds: the waiting time of each request, with the time in the queue.
        overtaken: the most places that a request lost in the queue.
        less: the number of answers with less than the request named, as busy functions give.
        wrong: the answers that are mistakes.
    """

    seconds: Sequence[float]
    overtaken: int
    less: int
    wrong: Sequence[str]

    def __str__(self) -> str:
        """A line of text."""
        last = quantiles(self.seconds, n=20)[-1]
        return (
            f"{len(self.seconds)} misses at once: median {median(self.seconds):.2f} s, 95 % within {last:.2f} s, "
            f"the last after {max(self.seconds):.2f} s; nobody was overtaken by more than {self.overtaken}. "
            f"Wrong: {len(self.wrong)}, less: {self.less}."
        )


def burst(functions: Pool, many: int) -> Burst:
    """Request this many sizes of a photograph at once."""
    together = Barrier(many)

    def send(number: int) -> Answered:
        event = asked("photo.jpg", f"width={700 + number}", _ACCEPTS[number % len(_ACCEPTS)])
        together.wait()
        came = perf_counter()
        took, answer = functions.send(event)
        ended = perf_counter()
        return Answered(came, ended - took / 1000, ended, answer)

    with ThreadPoolExecutor(many) as threads:
        found = sorted(threads.map(send, range(many)), key=lambda one: one.came)
    order = sorted(range(many), key=lambda at: found[at].begun)
    replies = [reply_of(one.answer) for one in found]
    less = sum(map(is_less, replies))
    wrong = [
        f"{reply.status}, {reply.operations}, {reply.reason}"
        for reply in replies
        if not is_less(reply) and (reply.status, (reply.operations or "")[:6]) != (200, "resize")
    ]
    lost = max(begun - came for begun, came in enumerate(order))
    return Burst([one.ended - one.came for one in found], lost, less, wrong)
