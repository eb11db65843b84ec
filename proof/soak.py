"""A bounded soak of the built function in Lambda's runtime: hits, misses, conditions, refusals, large and bad images.

    make soak REQUESTS=20000

Every body is compared with the first one for its request. Leaves with an error if an answer is wrong, a function was
lost, or descriptors were. Memory is told: before, after, and its slope over the second half, by when caches are full.
"""

import argparse
import hashlib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import linear_regression
from threading import Lock
from typing import Any

import boto3
from PIL import Image

from bench.common import head, table
from bench.deployment import RULES, served, stores
from bench.emulated import Built, more_stores, stat
from local import template
from proof.corpus import images
from proof.pool import Pool, pool
from proof.site import BOTH_FORMATS, asked, put
from tests.conftest import BOTH, http_event, reply_of
from tests.images import encoded

_FUNCTIONS, _SAMPLES = 2, 20
_WEBP = "image/webp,*/*"
_MEBIBYTE = 2**20
# How often of a hundred requests.
_MIX = {"hit": 55, "miss": 12, "condition": 12, "damaged": 9, "large": 6, "refused": 6}
_STATUS = {"condition": 304, "large": 302, "refused": 403}


@dataclass(frozen=True)
class Asked:
    """A request of a kind; `who` is what its answer depends on."""

    kind: str
    who: tuple[str, ...]
    event: dict[str, Any]


@dataclass
class Seen:
    """What has been answered."""

    hashes: dict[tuple[str, ...], str] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
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
            self.statuses[f"{asked.kind} {reply.status}"] += 1
            same = self.hashes.setdefault(asked.who, found) == found
        if not same or reply.status != _STATUS.get(asked.kind, 200):
            self.wrong.append(f"{asked.who}: {reply.status}, {'the same' if same else 'another body'}")


@dataclass(frozen=True)
class Sample:
    """Megabytes that are resident and descriptors that are open, of all functions and all workers."""

    functions: float
    workers: float
    descriptors: int

    @classmethod
    def of(cls, functions: Pool) -> "Sample":
        """At this moment, in which nothing is asked."""
        every = [*functions.processes, *functions.workers]
        opened = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in every)
        return cls(_resident(functions.processes), _resident(functions.workers), opened)


def _resident(pids: list[int]) -> float:
    return sum(int(stat(pid)[21]) for pid in pids) * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE


def requests(originals: list[str], etags: dict[str, str]) -> Iterator[Asked]:
    """Without end, the same each time."""
    random = Random(0)  # noqa: S311 - the same each time
    whole = [key for key in originals if not key.startswith(("cut-", "spoiled-"))]
    damaged = [key for key in originals if key not in whole]
    while True:
        (kind,) = random.choices(list(_MIX), list(_MIX.values()))
        key, query, accept, told = random.choice(whole), "width=120", random.choice((BOTH, _WEBP, "*/*")), {}
        match kind:
            case "miss":
                key, query = "photo.jpg", f"width={random.randrange(16, 600)}&height={random.randrange(16, 600)}"
            case "condition":
                key, accept = "photo.jpg", BOTH
                told = {"if_none_match": etags["photo.jpg"]}
            case "damaged":
                key = random.choice(damaged)
            case "large":
                # As WebP or AVIF it would be small.
                key, query, accept = "noise.png", "", "*/*"
            case "refused":
                yield Asked(kind, (kind, key), http_event(f"/{key}"))
                continue
        yield Asked(kind, (kind, key, query, accept), asked(key, query, accept, **told))


def soak(functions: Pool, every: Iterator[Asked], many: int) -> tuple[Seen, list[Sample]]:
    """Send them; looks at memory between parts, when nothing is under way."""
    seen, samples = Seen(), []

    def send(one: Asked) -> None:
        seen.note(one, *functions.send(one.event))

    with ThreadPoolExecutor(2 * _FUNCTIONS) as threads:
        for _ in range(_SAMPLES):
            list(threads.map(send, [next(every) for _ in range(many // _SAMPLES)]))
            samples.append(Sample.of(functions))
    return seen, samples


def main() -> None:
    """Print what has become of memory, descriptors and answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000, help="default: %(default)s")
    many = parser.parse_args().requests
    memory = int(template.read().properties("ImageFunction", "AWS::Serverless::Function")["MemorySize"])
    built = Built(Path(os.environ["PROOF_BUILD"]).absolute(), os.environ["PROOF_PYTHON"])
    originals = dict(images(None))
    with served():
        s3 = stores()
        more_stores()
        boto3.resource("dynamodb").Table(RULES).put_item(Item=BOTH_FORMATS)
        for key, body in originals.items():
            put(s3, key, body)
        put(s3, "noise.png", encoded(Image.effect_noise((2400, 2400), 100), "PNG", compress_level=1))
        with pool(built, _FUNCTIONS, memory) as functions:
            first = reply_of(functions.send(asked("photo.jpg", "width=120", BOTH))[1])
            etags = {"photo.jpg": first.headers["ETag"]}
            # Both have started, and done everything once.
            soak(functions, requests(list(originals), etags), 200)
            before, processes, workers = Sample.of(functions), functions.processes, set(functions.workers)
            seen, samples = soak(functions, requests(list(originals), etags), many)
            lost = len(set(processes) - set(functions.processes))
            replaced = len(workers - set(functions.workers))
    half = samples[_SAMPLES // 2 :]
    thousands = [many / 1000 * at / _SAMPLES for at in range(len(half))]
    head(f"{sum(seen.statuses.values())} answers of {_FUNCTIONS} functions")
    table(("what", "answers"), [(name, str(count)) for name, count in sorted(seen.statuses.items())])
    table(
        ("", "before", "after", "slope a thousand requests, second half"),
        [
            (name, f"{getattr(before, name):.1f}", f"{getattr(samples[-1], name):.1f}", f"{slope:+.2f}")
            for name in ("functions", "workers", "descriptors")
            for slope in [linear_regression(thousands, [getattr(sample, name) for sample in half]).slope]
        ],
    )
    print(f"Slowest: {seen.slowest:.0f} ms. Wrong: {len(seen.wrong)}. Functions lost: {lost}, workers: {replaced}.")
    more = samples[-1].descriptors - max(before.descriptors, half[0].descriptors)
    # Connections of pools come and go.
    if seen.wrong or lost or more > _FUNCTIONS * 4:
        sys.exit("\n".join(seen.wrong[:20]) or f"{lost} functions and {more} descriptors were lost")


if __name__ == "__main__":
    main()
