"""The examples of docs/responsive-images.md, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Response, Route, ViewportSize

from tests.browser.conftest import Console
from tests.support.serving import Serving, serving

pytestmark = pytest.mark.xdist_group("browser")

PAGE = (Path(__file__).parents[2] / "docs/responsive-images.md").read_text(encoding="utf-8")
WIDE, NARROW = ViewportSize(width=900, height=700), ViewportSize(width=400, height=700)
_HEAD = "| screen | request | pixels | in the page |"
_EXAMPLE = re.compile(
    rf"^```html\n(.*?)^```\n\n{re.escape(_HEAD)}\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r"\| (\d)x(, 400 wide)? \| `(\S+)` \| (\d+) × (\d+) \| (\d+) × (\d+) \|")
_IMAGES = re.compile(r"\.(jpg|png)\?")
_POLL_MILLISECONDS, _MOST_POLLS = 20, 500
_TOP_OF_TEXT = """document.querySelector("p").getBoundingClientRect().top"""
_MEASURE = """async () => {
  await Promise.all([...document.images].map((image) => image.decode()));
  const shown = [...(document.images.length ? document.images : document.querySelectorAll("div"))];
  return {
    boxes: shown.map((one) => [one.clientWidth, one.clientHeight]),
    sources: shown.map((one) => one.currentSrc ?? null),
    natural: shown.map((one) => [one.naturalWidth ?? null, one.naturalHeight ?? null]),
    shift: window.shift,
  };
}"""
_WATCH = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@dataclass(frozen=True)
class Shown:
    """An image on a screen as the page says it: its request, its pixels, and its size in the page."""

    request: str
    pixels: tuple[int, int]
    box: tuple[int, int]


@dataclass(frozen=True)
class Case:
    """An example on a screen."""

    html: str
    density: int
    narrow: bool
    images: tuple[Shown, ...]

    @property
    def name(self) -> str:
        return f"{self.density}x{'-narrow' if self.narrow else ''}-{self.images[0].request}"


def cases() -> Iterator[Case]:
    for html, rows in _EXAMPLE.findall(PAGE):
        for screen, found in groupby(_ROW.findall(rows), lambda row: (row[0], row[1])):
            images = (Shown(row[2], (int(row[3]), int(row[4])), (int(row[5]), int(row[6]))) for row in found)
            yield Case(html, int(screen[0]), bool(screen[1]), tuple(images))


CASES = list(cases())


@pytest.fixture(scope="module")
def samples() -> Iterator[Serving]:
    """The local stack with its sample photographs."""
    with serving() as found:
        yield found


def test_every_example_is_read() -> None:
    """Each block of HTML has a table, and each row of it belongs to a case."""
    blocks = PAGE.count("```html\n")
    assert len(_EXAMPLE.findall(PAGE)) == PAGE.count(_HEAD) == blocks
    assert sum(len(one.images) for one in CASES) == len(re.findall(r"^\| \dx", PAGE, re.MULTILINE))
    assert blocks >= 8


def test_every_example_has_both_densities() -> None:
    """Each example says what screens of both densities show."""
    for html, _ in _EXAMPLE.findall(PAGE):
        assert {one.density for one in CASES if one.html == html and not one.narrow} == {1, 2}


def _page(html: str) -> str:
    return f"<!doctype html><title>Example</title>{html}<p>Text"


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_example(samples: Serving, console: Console, case: Case) -> None:
    """The browser requests what the page says, in the pixels and sizes that it says. Nothing moves when it arrives."""
    browser: Browser | None = console.page.context.browser
    assert browser
    context = browser.new_context(viewport=NARROW if case.narrow else WIDE, device_scale_factor=case.density)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        held: list[Route] = []
        responses: dict[str, Response] = {}
        page.route(_IMAGES, lambda route: held.append(route))  # noqa: PLW0108 - the library sets an attribute of it
        page.route("**/page.html", lambda route: route.fulfill(body=_page(case.html), content_type="text/html"))
        page.on("response", lambda one: responses.update({one.url.removeprefix(samples.url): one}))
        page.goto(f"{samples.url}/page.html", wait_until="domcontentloaded")
        for _ in range(_MOST_POLLS):
            if len(held) == len(case.images):
                break
            page.wait_for_timeout(_POLL_MILLISECONDS)
        before = page.evaluate(_TOP_OF_TEXT)
        for route in held:
            route.continue_()
        shown: dict[str, Any] = page.evaluate(_MEASURE)
        page.wait_for_load_state()
        assert sorted(responses) == sorted(["/page.html", *(one.request for one in case.images)])
        assert shown["shift"] == 0
        # The shape of the attributes and that of the result differ by the rounding of the result.
        assert page.evaluate(_TOP_OF_TEXT) == pytest.approx(before, abs=0.5)
        for image, box, source, natural in zip(
            case.images, shown["boxes"], shown["sources"], shown["natural"], strict=True
        ):
            response = responses[image.request]
            assert response.status == 200
            assert response.header_value("img-skip-reason") is None
            with Image.open(BytesIO(response.body())) as picture:
                assert picture.size == image.pixels
            assert tuple(box) == image.box
            if source:
                assert source.removeprefix(samples.url) == image.request
                assert all(natural)
    finally:
        context.close()
