"""Items of the rules table, as an operator may write them by hand."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from fuzz.mutate import of_bytes
from fuzz.reader import Reader
from fuzz.target import Target
from imagestack.rules.items import RULE_PREFIX, SETTINGS, read_items
from imagestack.rules.option_items import read_options

_PATHS = ("/", "/cat.jpg", "/a/\u00e9/@.png")
_WORDS: tuple[str, ...] = (
    "enabled",
    "value",
    "quality",
    "any",
    "200",
    "4d",
    "600s",
    "99y",
    "*",
    "$http_origin",
    "site.example",
    "auto",
)
_WORDS += (
    "name",
    "X-Team",
    "Set-Cookie",
    "allow",
    "deny",
    "key",
    "type",
    "secret1",
    "weight",
    "bucket",
    "prefix",
    "off",
)
_FLAGS = ("enabled", "webp_enabled", "avif_enabled", "png_lossless", "png_palette", "linear", "always")
_KEYS = (
    SETTINGS,
    f"{RULE_PREFIX}1",
    f"{RULE_PREFIX}word",
    RULE_PREFIX,
    f"{RULE_PREFIX}\u0663",
    f"{RULE_PREFIX}-1",
    "AUDIT#1",
)
_PATTERNS = (
    "/.*",
    r"^/a/.*\.(?i:jpg|png)$",
    "/(",
    "/a{1000}{1000}",
    r"/\C",
    "",
    "x",
    "/" + "(a*)*" * 30,
    "/\ud800",
    "/\\",
)


def _options(reader: Reader) -> dict[str, Any]:
    def texts() -> list[str]:
        return [reader.word(_WORDS) for _ in range(reader.byte() % 4)]

    def flags() -> dict[str, Any]:
        return {name: bool(reader.byte() % 2) for name in _FLAGS if reader.one_in(2)}

    def any_value() -> Any:  # noqa: ANN401 - any value is the purpose
        return reader.value(_WORDS)

    def image_stack() -> dict[str, Any]:
        own = {"quality": any_value, "quality_target": any_value, "refine": lambda: reader.word(("all", "off"))}
        return flags() | reader.fields(own, _WORDS)

    def durations() -> dict[str, Any]:
        custom = {"200": lambda: reader.word(_WORDS), "any": lambda: reader.word(_WORDS)}
        own = {"value": lambda: reader.word(_WORDS), "custom_values": lambda: reader.fields(custom, _WORDS)}
        return flags() | reader.fields({**own, "default": lambda: reader.word(_WORDS)}, _WORDS)

    def listed() -> dict[str, Any]:
        own = {"value": texts, "excepted_values": texts, "policy_type": lambda: reader.word(("allow", "deny"))}
        return flags() | reader.fields(own, _WORDS)

    def headers() -> dict[str, Any]:
        own = {"name": lambda: reader.word(_WORDS), "value": texts}
        return flags() | {"value": [reader.fields(own, _WORDS) for _ in range(reader.byte() % 3)]}

    def key() -> dict[str, Any]:
        return flags() | reader.fields({"key": lambda: reader.word(_WORDS), "type": any_value}, _WORDS)

    kinds = {"image_stack": image_stack, "edge_cache_settings": durations, "browser_cache_settings": durations}
    kinds |= {"cors": listed, "static_response_headers": headers, "referrer_acl": listed, "secure_key": key}
    return reader.fields(kinds, _WORDS)


def _item(reader: Reader) -> Mapping[str, Any]:
    def number() -> Any:  # noqa: ANN401 - any value is the purpose
        return reader.value(_WORDS, 0)

    def origin() -> dict[str, Any]:
        return reader.fields({"bucket": lambda: "originals", "prefix": lambda: reader.word(_WORDS)}, _WORDS)

    fields: dict[str, Callable[[], Any]] = {
        "rule": lambda: reader.word(_PATTERNS),
        "options": lambda: _options(reader),
        "origin": origin,
    }
    fields |= {"id": number, "weight": number, "ruleType": number, "active": lambda: bool(reader.byte() % 2)}
    return {"sk": reader.word(_KEYS)} | reader.fields({**fields, "name": reader.text}, _WORDS)


def check(data: bytes) -> None:
    """Broken items are left out and reported; options raise only ValueError; the remaining rules answer every path."""
    reader = Reader(data)
    with suppress(ValueError):
        read_options(_options(reader))
    items = [_item(reader) for _ in range(reader.byte() % 5)]
    resource, broken = read_items("site.example", items, "originals")
    assert (resource is None) == (not items)
    for item in broken:
        assert item.pk == "RESOURCE#site.example"
        assert item.problem
    if resource:
        for path in _PATHS:
            options = resource.options_for(path)
            assert options == resource.options_with(resource.rule_for(path))


def _seeds() -> list[bytes]:
    return [bytes(256), bytes(range(256)), bytes(number * 37 % 251 for number in range(512)), b"\x01\x04" * 200]


TARGET = Target(check, _seeds, of_bytes, longest=1_024)
