"""Every implementation of Refinements has the same behaviour."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from imagestack.refinement import Refinement, read_message
from tests.contract.conftest import Asked

REFINEMENT = Refinement(
    host="*",
    key="a b+c%20?d#e&f/é/日本/😀.jpg",
    query="width=100&crop=4:5",
    accepted=("avif", "webp"),
    name="_default/a b+c%2520?d#e&f/é/日本/😀.jpg/@/width=100&crop=4:5&auto=avif,webp&preset=80&v=1.avif",
    etag='"0123456789abcdef0123456789abcdef-10000"',
)


def test_delivered_as_asked(asked: Asked) -> None:
    """A request for a refinement is delivered in every detail."""
    asked.refinements.request(REFINEMENT)
    assert [read_message(body) for body in asked.delivered()] == [REFINEMENT]


def test_nothing_asked(asked: Asked) -> None:
    """Without a question there is no message."""
    assert asked.delivered() == []


def test_many_at_once(asked: Asked) -> None:
    """No request is lost among many at the same time."""
    several = [replace(REFINEMENT, name=str(number)) for number in range(20)]
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(asked.refinements.request, several))
    names = Counter(read_message(body).name for body in asked.delivered())
    assert names == Counter(refinement.name for refinement in several)


def test_long(asked: Asked) -> None:
    """The longest keys there are fit."""
    long = replace(REFINEMENT, key="é" * 512, name="é" * 512, host="h" * 253)
    asked.refinements.request(long)
    assert [read_message(body) for body in asked.delivered()] == [long]
