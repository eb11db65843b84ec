"""Options of items and of the public CDN API."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.quality import AUTO
from imagestack.rules.option_items import read_options
from imagestack.rules.options import (
    BrowserCache,
    Cors,
    EdgeCache,
    ImageStack,
    Options,
    Referrers,
    Refine,
    SecureKey,
    StaticHeader,
    StaticHeaders,
)

YEAR = 31_536_000
GOOD: dict[str, tuple[dict[str, Any], Options]] = {
    "nothing": ({}, Options()),
    "null": ({"cors": None, "image_stack": None}, Options()),
    "unknown": ({"http3_enabled": {"enabled": True}}, Options()),
    "image stack": (
        {"image_stack": {"enabled": True, "quality": Decimal(80), "avif_enabled": True}},
        Options(ImageStack(enabled=True, quality=80, avif_enabled=True)),
    ),
    "refine": (
        {"image_stack": {"enabled": True, "refine": "popular"}},
        Options(ImageStack(enabled=True, refine=Refine.POPULAR)),
    ),
    "refine null": (
        {"image_stack": {"enabled": True, "refine": None}},
        Options(ImageStack(enabled=True, refine=Refine.OFF)),
    ),
    "palette and linear": (
        {"image_stack": {"enabled": True, "png_palette": True, "linear": True}},
        Options(ImageStack(enabled=True, png_palette=True, linear=True)),
    ),
    "palette and linear null": (
        {"image_stack": {"enabled": True, "png_palette": None, "linear": None}},
        Options(ImageStack(enabled=True, png_palette=False, linear=False)),
    ),
    "quality chosen": (
        {"image_stack": {"enabled": True, "quality": "auto"}},
        Options(ImageStack(enabled=True, quality=AUTO, quality_target=75)),
    ),
    "quality chosen by a target": (
        {"image_stack": {"enabled": True, "quality": "auto", "quality_target": Decimal(30)}},
        Options(ImageStack(enabled=True, quality=AUTO, quality_target=30)),
    ),
    "target for queries": (
        {"image_stack": {"enabled": True, "quality": 80, "quality_target": 95}},
        Options(ImageStack(enabled=True, quality=80, quality_target=95)),
    ),
    "edge value": (
        {"edge_cache_settings": {"enabled": True, "value": "43200s", "custom_values": {"404": "10s", "any": "0s"}}},
        Options(edge_cache=EdgeCache(enabled=True, value=43_200, custom={"404": 10, "any": 0})),
    ),
    "edge default": (
        {"edge_cache_settings": {"enabled": True, "default": "4d", "value": None}},
        Options(edge_cache=EdgeCache(enabled=True, default=345_600)),
    ),
    "browser": (
        {"browser_cache_settings": {"enabled": True, "value": "0s"}},
        Options(browser_cache=BrowserCache(enabled=True, value=0)),
    ),
    "browser off": (
        {"browser_cache_settings": {"enabled": False, "value": "1h"}},
        Options(browser_cache=BrowserCache(enabled=False, value=3_600)),
    ),
    "cors for all": (
        {"cors": {"enabled": True, "value": ["*"], "always": True}},
        Options(cors=Cors(enabled=True, value=("*",), always=True)),
    ),
    "cors mirrored": (
        {"cors": {"enabled": True, "value": ["$http_origin"]}},
        Options(cors=Cors(enabled=True, value=("$http_origin",))),
    ),
    "cors for some": (
        {"cors": {"enabled": True, "value": ["Domain.com", "*.second.dom.com"]}},
        Options(cors=Cors(enabled=True, value=("domain.com", "*.second.dom.com"))),
    ),
    "headers": (
        {
            "static_response_headers": {
                "enabled": True,
                "value": [
                    {"name": "X-Example", "value": ["Value_1"], "always": True},
                    {"name": "Timing-Allow-Origin", "value": ["https://a.example", "https://b.example"]},
                ],
            }
        },
        Options(
            static_headers=StaticHeaders(
                enabled=True,
                value=(
                    StaticHeader("X-Example", "Value_1", always=True),
                    StaticHeader("Timing-Allow-Origin", "https://a.example, https://b.example"),
                ),
            )
        ),
    ),
    "referrers": (
        {"referrer_acl": {"enabled": True, "policy_type": "deny", "excepted_values": ["example.com", "*.example.net"]}},
        Options(referrers=Referrers(enabled=True, policy="deny", excepted=("example.com", "*.example.net"))),
    ),
    "key with address": (
        {"secure_key": {"enabled": True, "key": "secretkey", "type": Decimal(0)}},
        Options(secure_key=SecureKey(enabled=True, key="secretkey", with_address=True)),
    ),
    "key of no type": (
        {"secure_key": {"enabled": True, "key": "secretkey"}},
        Options(secure_key=SecureKey(enabled=True, key="secretkey", with_address=True)),
    ),
    "key without address": (
        {"secure_key": {"enabled": True, "key": "secretkey", "type": 2}},
        Options(secure_key=SecureKey(enabled=True, key="secretkey")),
    ),
    "key off": (
        {"secure_key": {"enabled": False, "key": None, "type": None}},
        Options(secure_key=SecureKey(with_address=True)),
    ),
}
HEADER = {"name": "X-A", "value": ["b"]}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no map": ({"cors": True}, "cors is not of the type mapping"),
    "refine": ({"image_stack": {"refine": "some"}}, "image_stack.refine is none of off, popular, all"),
    "refine of no string": ({"image_stack": {"refine": True}}, "image_stack.refine is not of the type str"),
    "palette of no truth": ({"image_stack": {"png_palette": 1}}, "image_stack.png_palette is not of the type bool"),
    "linear of no truth": ({"image_stack": {"linear": "yes"}}, "image_stack.linear is not of the type bool"),
    "quality of another word": (
        {"image_stack": {"quality": "AUTO"}},
        "image_stack.quality is neither a whole number nor auto",
    ),
    "quality as text": ({"image_stack": {"quality": "80"}}, "image_stack.quality is neither a whole number nor auto"),
    "target too low": (
        {"image_stack": {"quality": "auto", "quality_target": 29}},
        "image_stack.quality_target is not between 30 and 95",
    ),
    "target too high": ({"image_stack": {"quality_target": 96}}, "image_stack.quality_target is not between 30 and 95"),
    "target of no number": (
        {"image_stack": {"quality_target": "auto"}},
        "image_stack.quality_target is not a whole number",
    ),
    "infinite target": (
        {"image_stack": {"quality_target": Decimal("-Infinity")}},
        "image_stack.quality_target is not a whole number",
    ),
    "quality of no number": ({"image_stack": {"quality": Decimal("NaN")}}, "image_stack.quality is not a whole number"),
    "half a quality": ({"image_stack": {"quality": Decimal("79.5")}}, "image_stack.quality is not a whole number"),
    "duration": ({"edge_cache_settings": {"value": "soon"}}, "edge_cache_settings.value is not a duration"),
    "duration of no string": (
        {"edge_cache_settings": {"value": 5}},
        "edge_cache_settings.value is not of the type str",
    ),
    "over a year": ({"browser_cache_settings": {"enabled": True, "value": "366d"}}, "browser_cache_settings.value is"),
    "two values": ({"edge_cache_settings": {"value": "1s", "default": "1s"}}, "value and default exclude each other"),
    "status": ({"edge_cache_settings": {"custom_values": {"4xx": "1s"}}}, "neither a status nor any"),
    "custom duration": ({"edge_cache_settings": {"custom_values": {"404": "-1s"}}}, "404 is not a duration"),
    "browser without value": ({"browser_cache_settings": {"enabled": True}}, "browser_cache_settings.value is missing"),
    "cors without value": ({"cors": {"enabled": True, "value": []}}, "cors.value is missing"),
    "cors with a URL": ({"cors": {"enabled": True, "value": ["https://a.example"]}}, "no domain"),
    "cors of all and one": ({"cors": {"enabled": True, "value": ["*", "a.example"]}}, "no domain"),
    "domain of no string": ({"cors": {"enabled": True, "value": [5]}}, "not a list of strings"),
    "policy": ({"referrer_acl": {"enabled": True, "policy_type": "block"}}, "neither allow nor deny"),
    "referrer": ({"referrer_acl": {"policy_type": "deny", "excepted_values": ["a b"]}}, "no domain"),
    "no list": ({"static_response_headers": {"value": {"a": "b"}}}, "value is not of the type list"),
    "header of no map": ({"static_response_headers": {"value": ["X-A: b"]}}, "no map"),
    "name": ({"static_response_headers": {"value": [{**HEADER, "name": "X A"}]}}, "none of a header"),
    "no value": ({"static_response_headers": {"value": [{"name": "X-A"}]}}, "no header's value"),
    "splitting": ({"static_response_headers": {"value": [{**HEADER, "value": ["a\r\nB: c"]}]}}, "no header's value"),
    "too many domains": ({"cors": {"enabled": True, "value": [f"host{n}.example" for n in range(150)]}}, "longer than"),
    "too many referrers": (
        {"referrer_acl": {"policy_type": "deny", "excepted_values": [f"host{n}.example" for n in range(150)]}},
        "longer than 2000 characters",
    ),
    "too many headers": (
        {"static_response_headers": {"value": [{"name": f"X-{n}", "value": ["v" * 500]} for n in range(6)]}},
        "longer than 3000 characters",
    ),
    "key too short": ({"secure_key": {"enabled": True, "key": "five5"}}, "6 to 32"),
    "key too long": ({"secure_key": {"enabled": True, "key": "k" * 33}}, "6 to 32"),
    "no key": ({"secure_key": {"enabled": True}}, "6 to 32"),
    "type": ({"secure_key": {"enabled": True, "key": "secretkey", "type": 1}}, "neither 0 nor 2"),
}
NOT_STATIC = [
    "Content-Length",
    "content-type",
    "ETag",
    "Vary",
    "Set-Cookie",
    "Cache-Control",
    "Connection",
    "X-Img-Edge",
]
DURATIONS = {
    "0s": 0,
    "7": 7,
    "600s": 600,
    "5m": 300,
    "2h": 7_200,
    "1d": 86_400,
    "1w": 604_800,
    "1M": 2_592_000,
    "1y": YEAR,
}


@pytest.mark.parametrize(("options", "expected"), GOOD.values(), ids=GOOD)
def test_good(options: dict[str, Any], expected: Options) -> None:
    """Options have the shapes of the public CDN API. Unknown names are ignored."""
    assert read_options(options) == expected


@pytest.mark.parametrize(("options", "problem"), BAD.values(), ids=BAD)
def test_bad(options: dict[str, Any], problem: str) -> None:
    """The error names the option, and what is wrong with it."""
    with pytest.raises(ValueError, match=problem):
        read_options(options)


@pytest.mark.parametrize("name", NOT_STATIC)
def test_headers_that_cannot_be_set(name: str) -> None:
    """Headers that say how to read or store a response cannot be set."""
    with pytest.raises(ValueError, match="cannot be set"):
        read_options({"static_response_headers": {"enabled": True, "value": [{"name": name, "value": ["x"]}]}})


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_durations(text: str, seconds: int) -> None:
    """Numbers with a unit, as the public CDN has them; seconds without one; a year at most."""
    option = read_options({"browser_cache_settings": {"enabled": True, "value": text}}).browser_cache
    assert option == BrowserCache(enabled=True, value=seconds)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
NAMES = ("image_stack", "edge_cache_settings", "browser_cache_settings", "cors", "static_response_headers")
FIELDS = (
    "enabled",
    "value",
    "default",
    "custom_values",
    "quality",
    "policy_type",
    "excepted_values",
    "key",
    "type",
    "refine",
    "png_palette",
    "linear",
)


@given(
    st.dictionaries(
        st.sampled_from((*NAMES, "referrer_acl", "secure_key")),
        st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4) | ANYTHING,
        max_size=3,
    )
)
def test_anything(options: dict[str, Any]) -> None:
    """Anything is either read or a ValueError."""
    try:
        assert isinstance(read_options(options), Options)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


def test_over() -> None:
    """A rule's option replaces the resource's as a whole. Options that a rule does not have come from the resource."""
    resource = Options(ImageStack(enabled=True), browser_cache=BrowserCache(enabled=True, value=5))
    rule = Options(browser_cache=BrowserCache(enabled=False), cors=Cors(enabled=True, value=("*",)))
    assert rule.over(resource) == Options(
        ImageStack(enabled=True), browser_cache=BrowserCache(enabled=False), cors=Cors(enabled=True, value=("*",))
    )
    assert rule.over(resource).effective() == Options(ImageStack(enabled=True), cors=Cors(enabled=True, value=("*",)))
