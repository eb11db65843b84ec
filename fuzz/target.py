"""What a target of the fuzzer is; none of it needs atheris, so that ordinary tests run the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from random import Random

NAMES = ("query", "keys", "accept", "events", "items", "jpeg", "png", "refine")

Mutate = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Target:
    """Something that bytes of others reach.

    Attributes:
        check: raises, AssertionError or anything else, where the bytes make it do what it must not.
        seeds: well-formed ones to start with; the same each time.
        mutate: makes others of them that are still understood for the most part.
        longest: that are worth trying, in bytes.
    """

    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Mutate
    longest: int = 4_096


def load(name: str) -> Target:
    """One of `NAMES`."""
    target: Target = import_module(f"fuzz.targets.{name}").TARGET
    return target


def mutants(target: Target, count: int) -> Iterator[bytes]:
    """So many variations of the seeds: the same each time, for tests without atheris."""
    seeds = target.seeds()
    for number in range(count):
        random = Random(number)
        data = random.choice(seeds)
        for _ in range(random.randrange(1, 5)):
            data = target.mutate(data, random)
        yield data[: target.longest]
