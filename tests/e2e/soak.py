"""A bounded soak of the built function in Lambda's runtime: hits, misses, conditions, refusals, large and bad images.

    make soak REQUESTS=20000

It compares every body with the first one for its request. Then it requests many new images at once. The exit status is
1 if an answer is wrong, if too many have less than their request names, or if a function or descriptors are lost. It is
also 1 if memory grows by more than noise over the second half, when caches are full.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import boto3
from PIL import Image

from bench.common import head, table
from bench.deployment import RULES, served, stores
from bench.emulated import Built, more_stores, stat
from imagestack_local import template
from tests.conftest import BOTH, http_event, reply_of
from tests.e2e.burst import burst
from tests.e2e.corpus import images
from tests.e2e.pool import Pool, pool
from tests.e2e.seen import Asked, Seen
from tests.e2e.site import BOTH_FORMATS, asked, put
from tests.e2e.trend import trend
from tests.support.images import encoded

_FUNCTIONS, _SAMPLES, _AT_ONCE = 2, 20, 40
# Megabytes by which functions and workers may each grow over the second half, beyond noise.
_GROWTH = 4
_WEBP = "image/webp,*/*"
_MEBIBYTE = 2**20
# The share of answers that may have less than their request names, as those of busy functions.
_LESS = 1 / 100
# The kinds of requests, in percent.
_MIX = {"hit": 55, "miss": 12, "condition": 12, "damaged": 9, "large": 6, "refused": 6}


@dataclass(frozen=True)
class Sample:
    """Resident megabytes of functions and of workers, and the open descriptors of both."""

    functions: float
    workers: float
    descriptors: int

    @classmethod
    def of(cls, functions: Pool) -> "Sample":
        """Take a sample while no request is in progress."""
        every = [*functions.processes, *functions.workers]
        opened = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in every)
        return cls(_resident(functions.processes), _resident(functions.workers), opened)


def _resident(pids: list[int]) -> float:
    return sum(int(stat(pid)[21]) for pid in pids) * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE


def requests(originals: list[str], etags: dict[str, str]) -> Iterator[Asked]:
    """An endless sequence of requests, which is the same in every run."""
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
    """Send the requests, and take samples of memory in pauses without requests."""
    seen, samples = Seen(), []

    def send(one: Asked) -> None:
        seen.note(one, *functions.send(one.event))

    with ThreadPoolExecutor(2 * _FUNCTIONS) as threads:
        for _ in range(_SAMPLES):
            list(threads.map(send, [next(every) for _ in range(many // _SAMPLES)]))
            samples.append(Sample.of(functions))
    return seen, samples


def main() -> None:
    """Print the figures of memory, descriptors and answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000, help="default: %(default)s")
    many = parser.parse_args().requests
    memory = int(template.read().properties("ImageFunction", "AWS::Serverless::Function")["MemorySize"])
    built = Built(Path(os.environ["E2E_BUILD"]).absolute(), os.environ["E2E_PYTHON"])
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
            # By now both functions have started, and done everything once.
            soak(functions, requests(list(originals), etags), 200)
            before, processes, workers = Sample.of(functions), functions.processes, set(functions.workers)
            seen, samples = soak(functions, requests(list(originals), etags), many)
            lost = len(set(processes) - set(functions.processes))
            replaced = len(workers - set(functions.workers))
            at_once = burst(functions, _AT_ONCE)
    half = samples[_SAMPLES // 2 :]
    thousands = [many / 1000 * at / _SAMPLES for at in range(len(half))]
    trends = {name: trend(thousands, [getattr(sample, name) for sample in half]) for name in Sample.__annotations__}
    head(f"{sum(seen.statuses.values())} answers of {_FUNCTIONS} functions")
    table(("what", "answers"), [(name, str(count)) for name, count in sorted(seen.statuses.items())])
    table(
        ("", "before", "after", "slope a thousand requests, second half", "its noise"),
        [
            (name, f"{getattr(before, name):.1f}", f"{getattr(samples[-1], name):.1f}", *found.told)
            for name, found in trends.items()
        ],
    )
    print(f"Slowest: {seen.slowest:.0f} ms. Wrong: {len(seen.wrong)}. Functions lost: {lost}, workers: {replaced}.")
    print(at_once)
    more = samples[-1].descriptors - max(before.descriptors, half[0].descriptors)
    growing = [name for name in ("functions", "workers") if trends[name].surely * thousands[-1] > _GROWTH]
    problems = [
        *seen.wrong[:20],
        *at_once.wrong,
        *(f"memory of {name} grows" for name in growing),
        *([f"{lost} functions were lost"] if lost else []),
        # Connections of pools come and go.
        *([f"{more} descriptors were lost"] if more > _FUNCTIONS * 4 else []),
        *(["too many answers were less than was asked for"] if seen.less > many * _LESS else []),
    ]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
