"""The metadata of the fields of options, and the words of derived keys."""

from typing import Any

import pytest

from imagestack.operations.crop import Crop
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize
from imagestack.rules.option_items import GUARDS, read_options
from imagestack.rules.option_kinds import Section, Switch
from imagestack.rules.option_metadata import option_fields
from imagestack.rules.options import ImageStack, Options, Refine

SWITCHES = [one.attribute for one in option_fields(ImageStack) if isinstance(one.kind, Switch)]


@pytest.mark.parametrize(
    ("on", "operations", "words"),
    [
        ([], [Resize, Crop], []),
        (["png_lossless"], [], ["lossless"]),
        (["png_palette"], [], []),
        (["png_palette"], [Crop], ["palette"]),
        (["png_palette", "png_lossless"], [Crop], ["lossless"]),
        (["linear"], [], []),
        (["linear"], [Crop], []),
        (["linear"], [Crop, Resize], ["linear"]),
        (["linear", "png_palette"], [Resize], ["palette", "linear"]),
        (["linear", "png_lossless", "png_palette"], [Resize, Crop], ["lossless", "linear"]),
        (["enabled", "webp_enabled", "avif_enabled"], [Resize, Crop], []),
    ],
)
def test_words_of_derived_keys(on: list[str], operations: list[type[Operation]], words: list[str]) -> None:
    """A switch has its word where it changes bytes. Words are in the order of the fields."""
    switched: Any = dict.fromkeys(on, True)
    option = ImageStack(**switched)
    assert list(option.spelled(operations, ())) == words
    assert list(option.deciding().spelled(operations, ())) == words


def test_deciding() -> None:
    """Options without a word in derived keys have their defaults."""
    option = ImageStack(enabled=True, quality=5, webp_enabled=True, refine=Refine.ALL, linear=True, png_palette=True)
    assert option.deciding() == ImageStack(linear=True, png_palette=True)


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
