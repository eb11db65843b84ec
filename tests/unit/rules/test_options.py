"""What is made from the fields of options: words of derived keys, and what each field must say of itself."""

from typing import Any

import pytest

from imagestack.rules.option_fields import Condition, option_fields
from imagestack.rules.option_items import GUARDS, read_options
from imagestack.rules.option_kinds import Section, Switch
from imagestack.rules.options import ImageStack, Options, spelled_options

OPERATION, RESIZE = Condition.OPERATION, Condition.RESIZE
SWITCHES = [one.attribute for one in option_fields(ImageStack) if isinstance(one.kind, Switch)]


@pytest.mark.parametrize(
    ("on", "conditions", "words"),
    [
        ([], [OPERATION, RESIZE], ()),
        (["png_lossless"], [], ("lossless",)),
        (["png_palette"], [], ()),
        (["png_palette"], [OPERATION], ("palette",)),
        (["png_palette", "png_lossless"], [OPERATION], ("lossless",)),
        (["linear"], [OPERATION], ()),
        (["linear"], [OPERATION, RESIZE], ("linear",)),
        (["linear", "png_palette"], [OPERATION, RESIZE], ("palette", "linear")),
        (["linear", "png_lossless", "png_palette"], [RESIZE, OPERATION], ("lossless", "linear")),
        (["enabled", "webp_enabled", "avif_enabled"], [OPERATION, RESIZE], ()),
    ],
)
def test_words_of_derived_keys(on: list[str], conditions: list[Condition], words: tuple[str, ...]) -> None:
    """A switch has its word where it changes bytes. Words are in the order of the fields."""
    assert spelled_options(on, conditions) == words
    switched: Any = dict.fromkeys(on, True)
    assert spelled_options(ImageStack(**switched).spelled_switches, conditions) == words


def test_switches_of_derived_keys() -> None:
    """Only switches that are on and have a word count."""
    assert ImageStack().spelled_switches == frozenset()
    assert ImageStack(enabled=True, webp_enabled=True, linear=True).spelled_switches == {"linear"}


@pytest.mark.parametrize("name", SWITCHES)
def test_switches(name: str) -> None:
    """Each switch of `image_stack` is off by default, and on where an item says so."""
    assert getattr(ImageStack(), name) is False
    read = read_options({"image_stack": {name: True}}).image_stack
    assert read is not None
    assert {one for one in SWITCHES if getattr(read, one)} == {name}


def test_meanings() -> None:
    """The docs have a line for each field of `image_stack`."""
    assert all(one.meaning for one in option_fields(ImageStack))


def test_sections() -> None:
    """Each option is a map of its own dataclass, and those that guard images are known."""
    kinds = {one.attribute: one.kind for one in option_fields(Options)}
    assert all(isinstance(kind, Section) for kind in kinds.values())
    assert GUARDS == ("referrer_acl", "secure_key")


def test_the_first_mistake() -> None:
    """Of several mistakes in one option, the first in the order of its fields is named."""
    with pytest.raises(ValueError, match=r"^image_stack\.quality is not between 0 and 100$"):
        read_options({"image_stack": {"refine": "some", "quality_target": 5, "quality": 101}})
