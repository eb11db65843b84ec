"""Options as items and the public CDN API spell them, validated."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from imagestack.quality import AUTO, DEFAULT_QUALITY, HIGHEST_QUALITY, HIGHEST_TARGET, LOWEST_TARGET, Auto
from imagestack.rules.attributes import Attributes, integer, texts, typed
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

_Option = TypeVar("_Option")

_YEAR = 365 * 86_400
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "M": 30 * 86_400, "y": _YEAR}
_DURATION = re.compile(r"([0-9]{1,10})([smhdwMy]?)")
_STATUS = re.compile(r"any|[1-5][0-9]{2}")
_DOMAIN = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_EVERYBODY = ("*", "$http_origin")
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?")
# What says how the answer is to be read or kept, and what other options or this product decide.
_NOT_STATIC = re.compile(
    r"(?i)access-control-allow-origin|age|cache-control|connection|content-(?:encoding|length|range|type)|date|etag"
    r"|expires|keep-alive|last-modified|location|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade|vary|via"
    r"|x-(?:amz|amzn|cache|edge|img)-?.*"
)
_KEY = re.compile(r"[\x21-\x7e]{6,32}")
_WITH_ADDRESS, _WITHOUT_ADDRESS = 0, 2

# All headers of an answer of API Gateway have 10,240 bytes together; an original's own may have 2,000.
_MAX_DOMAINS = 2_000
_MAX_STATIC = 3_000

# The options that keep images from somebody: an item with one of these must not be passed over.
GUARDS = ("referrer_acl", "secure_key")


def read_options(options: Attributes) -> Options:
    """Read a map of options; names that are not known here mean nothing.

    Raises:
        ValueError: what is wrong with which option.
    """
    return Options(
        image_stack=_read(options, "image_stack", _image_stack),
        edge_cache=_read(options, "edge_cache_settings", _edge_cache),
        browser_cache=_read(options, "browser_cache_settings", _browser_cache),
        cors=_read(options, "cors", _cors),
        static_headers=_read(options, "static_response_headers", _static_headers),
        referrers=_read(options, "referrer_acl", _referrers),
        secure_key=_read(options, "secure_key", _secure_key),
    )


def _read(options: Attributes, name: str, read: Callable[[Attributes], _Option]) -> _Option | None:
    found = typed(options, name, Mapping, None)
    if found is None:
        return None
    try:
        return read(found)
    except ValueError as error:
        raise ValueError(f"{name}.{error}") from error


def _image_stack(item: Attributes) -> ImageStack:
    default = ImageStack()
    target = integer(item, "quality_target", default.quality_target)
    if not LOWEST_TARGET <= target <= HIGHEST_TARGET:
        raise ValueError(f"quality_target is not between {LOWEST_TARGET} and {HIGHEST_TARGET}")
    refine = typed(item, "refine", str, default.refine)
    if refine not in list(Refine):
        raise ValueError(f"refine is none of {', '.join(Refine)}")
    return ImageStack(
        enabled=typed(item, "enabled", bool, default.enabled),
        quality=_quality(item),
        quality_target=target,
        webp_enabled=typed(item, "webp_enabled", bool, default.webp_enabled),
        avif_enabled=typed(item, "avif_enabled", bool, default.avif_enabled),
        png_lossless=typed(item, "png_lossless", bool, default.png_lossless),
        png_palette=typed(item, "png_palette", bool, default.png_palette),
        linear=typed(item, "linear", bool, default.linear),
        refine=Refine(refine),
    )


def _quality(item: Attributes) -> int | Auto:
    found = item.get("quality")
    if found == AUTO:
        return AUTO
    if isinstance(found, str):
        raise ValueError(f"quality is neither a whole number nor {AUTO}")  # noqa: TRY004 - a broken value, not a wrong call
    quality = integer(item, "quality", DEFAULT_QUALITY)
    if not 0 <= quality <= HIGHEST_QUALITY:
        raise ValueError(f"quality is not between 0 and {HIGHEST_QUALITY}")
    return quality


def _edge_cache(item: Attributes) -> EdgeCache:
    custom = typed(item, "custom_values", Mapping, {})
    for status in custom:
        if not _STATUS.fullmatch(status):
            raise ValueError("custom_values has a name that is neither a status nor any")
    if item.get("value") is not None and item.get("default") is not None:
        raise ValueError("value and default exclude each other")
    return EdgeCache(
        enabled=typed(item, "enabled", bool, default=False),
        value=_seconds(item, "value"),
        default=_seconds(item, "default"),
        custom={status: _seconds(custom, status) or 0 for status in custom},
    )


def _browser_cache(item: Attributes) -> BrowserCache:
    enabled = typed(item, "enabled", bool, default=False)
    value = _seconds(item, "value")
    if enabled and value is None:
        raise ValueError("value is missing")
    return BrowserCache(enabled, value or 0)


def _seconds(item: Attributes, name: str) -> int | None:
    """A duration like `0s`, `600s`, `4d` or `1y`, a year at most; None where it is absent or null."""
    text = typed(item, name, str, None)
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    seconds = int(match[1]) * _UNITS[match[2] or "s"] if match else _YEAR + 1
    if seconds > _YEAR:
        raise ValueError(f"{name} is not a duration of a year at most, like 600s or 4d")
    return seconds


def _cors(item: Attributes) -> Cors:
    value = texts(item, "value")
    enabled = typed(item, "enabled", bool, default=False)
    if enabled and not value:
        raise ValueError("value is missing")
    if len(value) != 1 or value[0] not in _EVERYBODY:
        value = _domains(value, "value")
    return Cors(enabled, value, always=typed(item, "always", bool, default=False))


def _referrers(item: Attributes) -> Referrers:
    policy = typed(item, "policy_type", str, None)
    if policy not in ("allow", "deny"):
        raise ValueError("policy_type is neither allow nor deny")
    return Referrers(
        enabled=typed(item, "enabled", bool, default=False),
        policy=policy,
        excepted=_domains(texts(item, "excepted_values"), "excepted_values"),
    )


def _domains(names: tuple[str, ...], where: str) -> tuple[str, ...]:
    lower = tuple(name.lower() for name in names)
    if sum(len(name) + len('"",') for name in lower) > _MAX_DOMAINS:
        raise ValueError(f"{where} is longer than {_MAX_DOMAINS} characters in all")
    for name in lower:
        if not _DOMAIN.fullmatch(name):
            raise ValueError(f"{where} has an entry that is no domain")
    return lower


def _static_headers(item: Attributes) -> StaticHeaders:
    headers = tuple(_static_header(entry) for entry in typed(item, "value", list, []))
    if sum(len(header.name) + len(header.value) for header in headers) > _MAX_STATIC:
        raise ValueError(f"value is longer than {_MAX_STATIC} characters in all")
    return StaticHeaders(enabled=typed(item, "enabled", bool, default=False), value=headers)


def _static_header(entry: Any) -> StaticHeader:  # noqa: ANN401 - attributes are of any type
    if not isinstance(entry, Mapping):
        raise ValueError("value has an entry that is no map")  # noqa: TRY004 - a broken value, not a wrong call
    name = typed(entry, "name", str, "")
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError("value has a name that is none of a header")
    if _NOT_STATIC.fullmatch(name):
        raise ValueError(f"value has {name}, which cannot be set")
    values = texts(entry, "value")
    if not values or not all(_HEADER_VALUE.fullmatch(value) for value in values):
        raise ValueError(f"value has something for {name} that is no header's value")
    return StaticHeader(name, ", ".join(values), always=typed(entry, "always", bool, default=False))


def _secure_key(item: Attributes) -> SecureKey:
    enabled = typed(item, "enabled", bool, default=False)
    key = typed(item, "key", str, "")
    kind = integer(item, "type", _WITH_ADDRESS)
    if kind not in (_WITH_ADDRESS, _WITHOUT_ADDRESS):
        raise ValueError("type is neither 0 nor 2")
    if enabled and not _KEY.fullmatch(key):
        raise ValueError("key has not 6 to 32 printable characters")
    return SecureKey(enabled, key, with_address=kind == _WITH_ADDRESS)
