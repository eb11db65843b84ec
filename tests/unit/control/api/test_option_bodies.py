"""The options as the API takes them."""

from decimal import Decimal
from typing import Any

import pytest

from imagestack.control.api.option_bodies import NAMES, OptionFields, check_options, merged
from imagestack.control.api.validation import validate
from imagestack.control.errors import InvalidError
from imagestack.rules.option_items import read_options
from imagestack.rules.option_kinds import Switch
from imagestack.rules.option_metadata import option_fields
from imagestack.rules.options import ImageStack, Options

SWITCHES = [one.attribute for one in option_fields(ImageStack) if isinstance(one.kind, Switch) and not one.is_required]


def test_the_same_options_as_the_data_plane() -> None:
    """The API has the options of the data plane, and no others."""
    enabled: dict[str, Any] = {name: {"enabled": False} for name in NAMES}
    enabled["referrer_acl"]["policy_type"] = "allow"
    read_all = read_options(enabled)
    assert all(getattr(read_all, name) is not None for name in Options.__dataclass_fields__)
    assert len(NAMES) == len(Options.__dataclass_fields__)


@pytest.mark.parametrize(
    ("stored", "said", "found"),
    [
        ({}, {}, {}),
        ({"cors": 1}, {}, {"cors": 1}),
        ({"cors": 1}, {"cors": None}, {}),
        ({"cors": 1}, {"gzipOn": None}, {"cors": 1}),
        (
            {"image_stack": {"enabled": True, "quality": Decimal(80)}},
            {"image_stack": {"enabled": True}},
            {"image_stack": {"enabled": True}},
        ),
        (
            {"cors": 1},
            {"image_stack": {"enabled": True, "quality": None}},
            {"cors": 1, "image_stack": {"enabled": True}},
        ),
        ("broken", {"image_stack": {"enabled": True}}, {"image_stack": {"enabled": True}}),
    ],
)
def test_merged(stored: Any, said: dict[str, Any], found: dict[str, Any]) -> None:
    """A named option is replaced as a whole, or removed by null. The others stay."""
    assert merged(stored, validate(OptionFields, said)) == found


@pytest.mark.parametrize("quality", [0, 100, "auto", None])
def test_qualities(quality: int | str | None) -> None:
    """A quality is a number, or the word for one that is chosen for each image."""
    said = {"image_stack": {"enabled": True, "quality": quality}}
    found = merged({}, validate(OptionFields, said))["image_stack"]
    assert found.get("quality") == quality
    assert type(found.get("quality")) is type(quality)
    check_options({"image_stack": found})


@pytest.mark.parametrize("quality", ["80", "AUTO", "auto ", "", True, 80.0, 2.5, [80], {"auto": True}])
def test_bad_qualities(quality: object) -> None:
    """Anything else has one message, at its field."""
    with pytest.raises(InvalidError) as error:
        validate(OptionFields, {"image_stack": {"enabled": True, "quality": quality}})
    assert error.value.body == {"image_stack": {"quality": ["is neither a whole number nor auto"]}}


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        ({"image_stack": {"quality": 101}}, {"image_stack": {"quality": ["quality is not between 0 and 100"]}}),
        (
            {"image_stack": {"quality": "auto", "quality_target": 96}},
            {"image_stack": {"quality_target": ["quality_target is not between 30 and 95"]}},
        ),
        ({"other": True}, {"other": ["this option is not supported"]}),
        ({"cors": "all"}, ["cors is not of the type mapping"]),
    ],
)
def test_messages(options: dict[str, Any], messages: Any) -> None:
    """Options that the data plane cannot read have a message at their field."""
    with pytest.raises(InvalidError) as error:
        check_options(options)
    assert error.value.body == {"options": messages}


@pytest.mark.parametrize("word", ["off", "popular", "all"])
def test_refine(word: str) -> None:
    """Each of the three words is stored unchanged."""
    said = {"image_stack": {"enabled": True, "refine": word}}
    assert merged({}, validate(OptionFields, said)) == said
    check_options(said)


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("on", [True, False])
def test_switches(name: str, on: object) -> None:
    """Switches are stored unchanged. Null is the same as absent."""
    said = {"image_stack": {"enabled": True, name: on}}
    assert merged({}, validate(OptionFields, said)) == said
    check_options(said)
    assert merged({}, validate(OptionFields, {"image_stack": {"enabled": True, name: None}})) == {
        "image_stack": {"enabled": True}
    }


@pytest.mark.parametrize("word", ["", "some", "ALL", True, 1, ["all"]], ids=repr)
def test_refine_refused(word: Any) -> None:
    """Other words are refused, with a message at the field."""
    with pytest.raises(InvalidError) as error:
        validate(OptionFields, {"image_stack": {"enabled": True, "refine": word}})
    assert "refine" in str(error.value.body)
