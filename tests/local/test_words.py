"""The page's pure functions, run as the browser runs them."""

import json
import re
from typing import Any

import pytest
import quickjs

from imagestack_local.site.home import PAGES
from tests.local.conftest import ODD


@pytest.fixture(scope="module")
def script() -> Any:
    context = quickjs.Context()
    for name in ("words.js", "accepts.js"):
        context.eval(re.sub(r"^export ", "", (PAGES / name).read_text(), flags=re.MULTILINE))
    return context


def call(script: Any, function: str, *arguments: object) -> Any:
    return script.eval(f"{function}({', '.join(json.dumps(argument) for argument in arguments)})")


@pytest.mark.parametrize("key", ODD)
def test_a_path_leads_back_to_its_key(script: Any, key: str) -> None:
    """Every key has a path that decodes to it, with its slashes and nothing in it that begins a query or fragment."""
    path = call(script, "path", key)
    assert not set("?# ") & set(path)
    assert path.count("/") == key.count("/") + 1
    assert script.eval(f"decodeURIComponent({json.dumps(path)})") == f"/{key}"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", ""), ("  ", ""), ("?width=3", "width=3"), (" width=3&fmt=webp ", "width=3&fmt=webp"), ("a=#b", "a=%23b")],
)
def test_what_is_typed_is_a_query(script: Any, typed: str, expected: str) -> None:
    """A leading question mark and spaces around do no harm, and nothing typed begins a fragment."""
    assert call(script, "query", typed) == expected


def test_urls(script: Any) -> None:
    """A URL has a question mark only where there is a query."""
    assert call(script, "url", "a b.jpg", "") == "/a%20b.jpg"
    assert call(script, "url", "a b.jpg", "width=3") == "/a%20b.jpg?width=3"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (12_345, "12.3 kB"),
        (999_949, "1000 kB"),
        (999_950, "1.00 MB"),
        (12_345_678, "12.3 MB"),
    ],
)
def test_bytes_for_people(script: Any, count: int, expected: str) -> None:
    """Three digits tell enough of a size."""
    assert call(script, "bytes", count) == expected


@pytest.mark.parametrize(
    ("original", "result", "expected"),
    [(1_000, 250, "\N{MINUS SIGN}75%"), (1_000, 1_000, "0%"), (1_000, 1_500, "+50%"), (1_000, 999, "0%"), (0, 5, None)],
)
def test_percent_saved(script: Any, original: int, result: int, expected: str | None) -> None:
    """Smaller has a minus, larger a plus, and nothing compares with nothing."""
    assert call(script, "saved", original, result) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/avif", "AVIF"),
        ("image/webp", "WebP"),
        ("image/svg+xml; charset=utf-8", "SVG"),
        ("image/x-icon", "ICON"),
        ("application/json", "application/json"),
        (None, "no type"),
    ],
)
def test_formats_by_name(script: Any, content_type: str | None, expected: str) -> None:
    """A content type is shown by the common name of its format."""
    assert call(script, "format", content_type) == expected


def test_the_classes_of_browsers(script: Any) -> None:
    """Each class of browsers proves the formats that it is named after and no others."""
    accepted = json.loads(script.eval("JSON.stringify(ACCEPTS)"))
    assert {browser: ("image/avif" in text, "image/webp" in text) for browser, text in accepted.items()} == {
        "avif": (True, True),
        "webp": (False, True),
        "none": (False, False),
    }


def test_ignored(script: Any) -> None:
    """Unknown parameters are named, each with the nearest known one."""
    unknown = [{"name": "w", "nearest": "width"}, {"name": "utm", "nearest": None}]
    names = "\u201cw\u201d (do you mean \u201cwidth\u201d?), \u201cutm\u201d"
    assert call(script, "ignored", unknown) == f"Ignored, since there are no such parameters: {names}."
    assert call(script, "ignored", unknown[1:]) == "Ignored, since there is no such parameter: \u201cutm\u201d."
    assert call(script, "ignored", []) == ""
