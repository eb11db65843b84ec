"""The examples of docs/responsive-images.md, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, ViewportSize

from tests.browser.conftest import Console
from tests.support.serving import Serving, serving

pytestmark = pytest.mark.xdist_group("browser")

PAGE = (Path(__file__).parents[2] / "docs/responsive-images.md").read_text(encoding="utf-8")
WIDE, NARROW = ViewportSize(width=900, height=700), ViewportSize(width=400, height=700)
_EXAMPLE = re.compile(
    r"^```html\n(.*?)^```\n\n\| screen \| request \| pixels \|\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r"\| (\d)x(, narrow)? \| `(\S+)` \| (\d+) × (\d+) \|")
_MEASURE = """async (address) => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const boxes = [...document.images].map((image) => [image.width, image.height]);
  return { pixels: [picture.width, picture.height], boxes, shift: window.shift };
}"""
_WATCH = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@dataclass(frozen=True)
class Case:
    """A screen for an example, and what the page says about it."""

    html: str
    density: int
    narrow: bool
    request: str
    pixels: tuple[int, int]


def cases() -> Iterator[Case]:
    for html, rows in _EXAMPLE.findall(PAGE):
        for density, narrow, request, width, height in _ROW.findall(rows):
            yield Case(html, int(density), bool(narrow), request, (int(width), int(height)))


CASES = list(cases())


@pytest.fixture(scope="module")
def samples() -> Iterator[Serving]:
    """The local stack with its sample photographs."""
    with serving() as found:
        yield found


def test_every_example_is_read() -> None:
    """Each block of HTML has a table, and each row is a case."""
    blocks = PAGE.count("```html\n")
    assert len(_EXAMPLE.findall(PAGE)) == blocks
    assert len(CASES) == len(re.findall(r"^\| \dx", PAGE, re.MULTILINE))
    assert blocks >= 8


@pytest.mark.parametrize("case", CASES, ids=[f"{one.density}x-{one.request}" for one in CASES])
def test_example(samples: Serving, console: Console, case: Case) -> None:
    """The browser requests what the page says, in the pixels that it says, and the layout does not move."""
    browser: Browser | None = console.page.context.browser
    assert browser
    context = browser.new_context(viewport=NARROW if case.narrow else WIDE, device_scale_factor=case.density)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        requested: list[str] = []

        def answer(route: Route) -> None:
            route.fulfill(body=f"<!doctype html><title>Example</title>{case.html}<p>Text", content_type="text/html")

        page.route("**/page.html", answer)
        page.on("response", lambda one: requested.append(f"{one.status} {one.url.removeprefix(samples.url)}"))
        page.goto(f"{samples.url}/page.html")
        page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
        assert [one for one in requested if "rocket" in one] == [f"200 {case.request}"]
        found: dict[str, Any] = page.evaluate(_MEASURE, case.request)
        assert tuple(found["pixels"]) == case.pixels
        assert found["shift"] == 0
        for width, height in found["boxes"]:
            # Enough pixels for the screen, or all that the original has (427 rows, or a picture named for one density).
            sharp = case.pixels[0] >= width * case.density or "fmt=" in case.request
            assert sharp or case.pixels[1] == 427 or "contain" in case.request
            assert height > 0
    finally:
        context.close()
