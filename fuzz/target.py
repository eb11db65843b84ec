"""The targets of the fuzzer. They do not need atheris, so that ordinary tests can run them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from random import Random

NAMES = ("query", "keys", "accept", "events", "items", "jpeg", "png", "refine")

Mutate = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Target:
    """Code that untrusted bytes reach.

    Attributes:
        check: raises AssertionError or another exception if the bytes cause a forbidden result.
        seeds: returns well-formed inputs to start with; the same ones each time.
        mutate: changes an input so that most results are still understood.
        longest: maximum length of an input in bytes.
    """

    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Mutate
    longest: int = 4_096


def load(name: str) -> Target:
    """Load the target of this name, one of `NAMES`."""
    target: Target = import_module(f"fuzz.targets.{name}").TARGET
    return target


def mutants(target: Target, count: int) -> Iterator[bytes]:
    """Mutate the seeds `count` times, with the same results each time; for tests without atheris."""
    seeds = target.seeds()
    for number in range(count):
        random = Random(number)
        data = random.choice(seeds)
        for _ in range(random.randrange(1, 5)):
            data = target.mutate(data, random)
        yield data[: target.longest]
