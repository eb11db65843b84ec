"""Refinements as messages."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.refinement import Refinement, read_message, to_message
from tests.support.strategies import hosts, keys

REFINEMENT = Refinement("*", "a.jpg", "width=100", ("avif", "webp"), "_default/a.jpg/@/width=100.avif", '"e"')
MESSAGE = json.loads(to_message(REFINEMENT))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
refinements = st.builds(
    Refinement, hosts, keys, texts, st.lists(st.sampled_from(["avif", "webp"])).map(tuple), texts, texts
)


@given(refinements)
def test_round_trip(refinement: Refinement) -> None:
    """What is read is what was written, whatever the keys hold."""
    assert read_message(to_message(refinement)) == refinement


@pytest.mark.parametrize(
    "message",
    [
        [],
        "text",
        None,
        {},
        {**MESSAGE, "more": "x"},
        {name: value for name, value in MESSAGE.items() if name != "etag"},
        {**MESSAGE, "key": 1},
        {**MESSAGE, "key": None},
        {**MESSAGE, "accepted": "avif"},
        {**MESSAGE, "accepted": ["avif", 1]},
    ],
    ids=str,
)
def test_refused(message: Any) -> None:
    """Anything else is no refinement."""
    with pytest.raises(ValueError, match="the message has"):
        read_message(json.dumps(message))


@pytest.mark.parametrize("body", ["", "{", "\x00"])
def test_no_json(body: str) -> None:
    """Nor is what is no JSON."""
    with pytest.raises(ValueError, match="line 1"):
        read_message(body)
