"""The examples of docs/responsive-images.md, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Response, Route, ViewportSize

from tests.browser.conftest import Console
from tests.support.serving import Serving, serving

pytestmark = pytest.mark.xdist_group("browser")

PAGE = (Path(__file__).parents[2] / "docs/responsive-images.md").read_text(encoding="utf-8")
WIDE, NARROW = ViewportSize(width=900, height=4000), ViewportSize(width=400, height=4000)
_HEAD = "| screen | request | pixels | in the page |"
_EXAMPLE = re.compile(
    rf"^```html\n(.*?)^```\n\n{re.escape(_HEAD)}\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r"\| (\d)x(, 400 wide)? \| `(\S+)` \| (\d+) × (\d+) \| (\d+) × (\d+) \|")
_IMAGES = re.compile(r"\.(jpg|png)\?")
_POLL_MILLISECONDS, _MOST_POLLS = 20, 500
# An example without an <img> shows its image in a <div>.
_SHOWN = """async () => {
  await Promise.all([...document.images].map((image) => image.decode()));
  return [...document.querySelectorAll("img, div")].map((one) => ({
    source: one.currentSrc ?? null,
    box: [one.clientWidth, one.clientHeight],
  }));
}"""
_TOPS = "[...document.querySelectorAll('section')].map((one) => one.getBoundingClientRect().top)"
_WATCH = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@dataclass(frozen=True)
class Row:
    """What the page says about an image on a screen: its request, its pixels, and its size in the page."""

    request: str
    pixels: tuple[int, int]
    box: tuple[int, int]


@dataclass(frozen=True)
class Screen:
    """A screen, and what the page says about it.

    Attributes:
        density: pixels to a CSS pixel.
        viewport: size of the window.
        html: the examples that have a row for this screen.
        rows: these rows.
    """

    density: int
    viewport: ViewportSize
    html: str
    rows: tuple[Row, ...]

    @property
    def pixels(self) -> dict[str, tuple[int, int]]:
        """The size of each result by its request."""
        return {row.request: row.pixels for row in self.rows}


def screens() -> Iterator[Screen]:
    for density, narrow in product((1, 2), (False, True)):
        html = ""
        rows: list[Row] = []
        for example, table in _EXAMPLE.findall(PAGE):
            found = [
                Row(request, (int(width), int(height)), (int(box_width), int(box_height)))
                for dense, small, request, width, height, box_width, box_height in _ROW.findall(table)
                if (int(dense), bool(small)) == (density, narrow)
            ]
            html += f"<section>{example}</section>" if found else ""
            rows += found
        yield Screen(density, NARROW if narrow else WIDE, html, tuple(rows))


SCREENS = list(screens())


@pytest.fixture(scope="module")
def samples() -> Iterator[Serving]:
    """The local stack with its sample photographs."""
    with serving() as found:
        yield found


def test_every_example_is_read() -> None:
    """Each block of HTML has a table, and each row of a table is read."""
    assert len(_EXAMPLE.findall(PAGE)) == PAGE.count(_HEAD) == PAGE.count("```html\n") >= 8
    assert sum(len(screen.rows) for screen in SCREENS) == len(re.findall(r"^\| \dx", PAGE, re.MULTILINE))


def test_every_example_has_both_densities() -> None:
    """Each example says what wide screens of both densities show."""
    for screen in SCREENS[::2]:
        assert screen.html.count("<section>") == PAGE.count("```html\n")


@pytest.mark.parametrize("screen", SCREENS, ids=["1x", "1x-narrow", "2x", "2x-narrow"])
def test_examples(samples: Serving, console: Console, screen: Screen) -> None:
    """The browser requests what the page says, in the pixels and sizes that it says. Nothing moves when it arrives."""
    browser: Browser | None = console.page.context.browser
    assert browser
    context = browser.new_context(viewport=screen.viewport, device_scale_factor=screen.density)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        held: list[Route] = []
        responses: dict[str, Response] = {}

        def answer(route: Route) -> None:
            route.fulfill(body=f"<!doctype html><title>Examples</title>{screen.html}", content_type="text/html")

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/page.html", answer)
        page.route(_IMAGES, hold)
        page.on("response", lambda one: responses.update({one.url.removeprefix(samples.url): one}))
        page.goto(f"{samples.url}/page.html", wait_until="domcontentloaded")
        for _ in range(_MOST_POLLS):
            if len(held) >= len(screen.pixels):
                break
            page.wait_for_timeout(_POLL_MILLISECONDS)
        before = page.evaluate(_TOPS)
        for route in held:
            route.continue_()
        shown: list[dict[str, Any]] = page.evaluate(_SHOWN)
        page.wait_for_load_state()

        assert page.evaluate("window.shift") == 0
        # The shape of the attributes and that of a result differ by the rounding of the result.
        assert page.evaluate(_TOPS) == pytest.approx(before, abs=1)
        assert responses.keys() == {"/page.html", *screen.pixels}
        for request, pixels in screen.pixels.items():
            assert responses[request].status == 200
            assert responses[request].header_value("img-skip-reason") is None
            with Image.open(BytesIO(responses[request].body())) as picture:
                assert picture.size == pixels, request
        for row, one in zip(screen.rows, shown, strict=True):
            assert one["source"] in {None, f"{samples.url}{row.request}"}
            assert tuple(one["box"]) == row.box, row.request
    finally:
        context.close()
