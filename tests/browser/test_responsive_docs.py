"""The examples of docs/responsive-images.md, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, ViewportSize

from tests.browser.conftest import Console
from tests.support.serving import Serving, serving

pytestmark = pytest.mark.xdist_group("browser")

PAGE = (Path(__file__).parents[2] / "docs/responsive-images.md").read_text(encoding="utf-8")
ROWS = 427
WIDE, NARROW = ViewportSize(width=900, height=4000), ViewportSize(width=400, height=4000)
_EXAMPLE = re.compile(
    r"^```html\n(.*?)^```\n\n\| screen \| request \| pixels \|\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r"\| (\d)x(, narrow)? \| `(\S+)` \| (\d+) × (\d+) \|")
_MEASURE = """async (addresses) => {
  const pixels = {};
  for (const address of addresses) {
    const picture = await createImageBitmap(await (await fetch(address)).blob());
    pixels[address] = [picture.width, picture.height];
  }
  await Promise.all([...document.images].map((image) => image.decode()));
  const shown = [...document.images].map((image) => [image.currentSrc, image.width, image.height]);
  return { pixels, shown, shift: window.shift };
}"""
_WATCH = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@dataclass(frozen=True)
class Screen:
    """A screen, and what the page says about it.

    Attributes:
        density: pixels to a CSS pixel.
        viewport: size of the window.
        html: the examples that have a row for this screen.
        expected: width and height in pixels by address.
    """

    density: int
    viewport: ViewportSize
    html: str
    expected: dict[str, tuple[int, int]]


def screens() -> Iterator[Screen]:
    for density, narrow in product((1, 2), (False, True)):
        html = ""
        expected: dict[str, tuple[int, int]] = {}
        for example, rows in _EXAMPLE.findall(PAGE):
            found = {
                address: (int(width), int(height))
                for dense, small, address, width, height in _ROW.findall(rows)
                if (int(dense), bool(small)) == (density, narrow)
            }
            html += f"<section>{example}</section>" if found else ""
            expected |= found
        yield Screen(density, NARROW if narrow else WIDE, html, expected)


@pytest.fixture(scope="module")
def samples() -> Iterator[Serving]:
    """The local stack with its sample photographs."""
    with serving() as found:
        yield found


def test_every_example_is_read() -> None:
    """Each block of HTML has a table, and each row of a table is read."""
    examples = _EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("```html\n") >= 8
    read = sum(len(_ROW.findall(rows)) for _, rows in examples)
    assert read == len(re.findall(r"^\| \dx", PAGE, re.MULTILINE))


@pytest.mark.parametrize("screen", list(screens()), ids=["1x", "1x-narrow", "2x", "2x-narrow"])
def test_examples(samples: Serving, console: Console, screen: Screen) -> None:
    """The browser requests what the page says, in the pixels that it says, and the layout does not move."""
    browser: Browser | None = console.page.context.browser
    assert browser
    context = browser.new_context(viewport=screen.viewport, device_scale_factor=screen.density)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        requested: list[str] = []

        def answer(route: Route) -> None:
            route.fulfill(body=f"<!doctype html><title>Examples</title>{screen.html}", content_type="text/html")

        page.route("**/page.html", answer)
        page.on("response", lambda one: requested.append(f"{one.status} {one.url.removeprefix(samples.url)}"))
        page.goto(f"{samples.url}/page.html")
        assert {one for one in requested if "rocket" in one} == {f"200 {address}" for address in screen.expected}
        found: dict[str, Any] = page.evaluate(_MEASURE, list(screen.expected))
        assert {address: tuple(size) for address, size in found["pixels"].items()} == screen.expected
        assert found["shift"] == 0
        assert found["shown"]
        for address, width, height in found["shown"]:
            pixels = screen.expected[address.removeprefix(samples.url)]
            # The pixels of the screen on one side, or all rows of the original. A format by name has one density.
            sharp = pixels[0] >= width * screen.density or pixels[1] >= height * screen.density
            assert sharp or pixels[1] == ROWS or "fmt=" in address
    finally:
        context.close()
