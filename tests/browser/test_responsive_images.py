"""The HTML of responsive images: its form in the rule tester, and what a browser chooses."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import Console, Resource

pytestmark = pytest.mark.xdist_group("browser")

ENABLED = {"image_stack": {"enabled": True, "quality": 80}}
# As wide as one of the candidates, so that one of twice the width is there for a dense screen.
WINDOW = ViewportSize(width=300, height=700)
WIDTHS = [150, 300, 600]
TALL = ViewportSize(width=1280, height=1000)


@pytest.fixture
def page(console: Console, resource: Resource) -> Page:
    """The tester, with the answer for a photograph of 451 by 300 pixels."""
    resource.add("Photographs", options=ENABLED)
    console.sign_in(address="#/tester")
    ask_for(console.page, f"https://{resource.host}/photos/cat.jpg?crop=1:1")
    expect(console.page.get_by_role("heading", name="Responsive image")).to_be_visible()
    return console.page


def ask_for(page: Page, url: str) -> None:
    page.get_by_label("URL", exact=True).fill(url)
    page.get_by_role("button", name="Test").click()


def write(page: Page, widths: str) -> None:
    page.get_by_label("Widths").fill(widths)
    page.get_by_role("button", name="Write HTML").click()


def test_html(console: Console, page: Page, resource: Resource) -> None:
    """The form writes both elements, as the API does, and says what it has left out."""
    page.get_by_label("Sizes").fill("(min-width: 60rem) 50vw, 100vw")
    write(page, "100, 200 900")
    expect(
        page.get_by_text("Browsers choose among 67\u00a0×\u00a067, 133\u00a0×\u00a0133, 300\u00a0×\u00a0300.")
    ).to_be_visible()
    expect(page.get_by_text("width 451 takes the place of larger ones")).to_be_visible()
    made = resource.stack.api(
        "POST",
        f"/resources/{resource.id}/responsive_image",
        {
            "address": f"https://{resource.host}/photos/cat.jpg?crop=1:1",
            "widths": [100, 200, 900],
            "sizes": "(min-width: 60rem) 50vw, 100vw",
        },
    )
    expect(page.get_by_label("<img>", exact=True)).to_have_value(made["img"])
    expect(page.get_by_label("<picture>", exact=True)).to_have_value(made["picture"])
    console.accessible()
    console.fits()
    page.set_viewport_size(TALL)
    page.get_by_role("heading", name="Responsive image").evaluate("(node) => node.scrollIntoView()")
    console.picture("responsive")


def test_copies(console: Console, page: Page) -> None:
    """Each of both has a button that copies it."""
    write(page, "100, 200")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    try:
        for tag in ("<img>", "<picture>"):
            page.get_by_role("button", name=f"Copy {tag}").click()
            expect(page.get_by_text("Copied.")).to_have_count(1 if tag == "<img>" else 2)
            copied = page.evaluate("() => navigator.clipboard.readText()")
            assert copied == page.get_by_label(tag, exact=True).input_value()
    finally:
        page.context.clear_permissions()
    console.accessible()


@pytest.mark.parametrize("widths", ["", "wide", "100, -3", "0", "1.5"])
def test_bad_widths(page: Page, widths: str) -> None:
    """Anything but whole numbers is refused beside the field, which gets the focus."""
    write(page, widths)
    expect(page.get_by_text("Write whole numbers with commas between, like 320, 640.")).to_be_visible()
    expect(page.get_by_label("Widths")).to_be_focused()
    expect(page.get_by_label("Widths")).to_have_attribute("aria-invalid", "true")
    write(page, "100")
    expect(page.get_by_label("Widths")).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("<img>", exact=True)).to_be_visible()


def test_an_address_without_an_image(console: Console, page: Page, resource: Resource) -> None:
    """The form says why there is no HTML; a new test removes the old HTML."""
    console.watch.expected = {400, 404}
    write(page, "100")
    expect(page.get_by_label("<img>", exact=True)).to_be_visible()
    ask_for(page, f"https://{resource.host}/photos/none.jpg")
    expect(page.get_by_label("<img>", exact=True)).to_have_count(0)
    write(page, "100")
    expect(page.get_by_text("There is no such original.")).to_be_visible()
    ask_for(page, f"https://{resource.host}/photos/cat.jpg?crop=wide")
    write(page, "100")
    expect(page.get_by_text("This URL: cropping: bad width parameter.")).to_be_visible()
    console.accessible()


def test_image_stack_off(page: Page, resource: Resource) -> None:
    """Where Image Stack is off, widths have no effect, so that there is no form."""
    resource.stack.api("PATCH", f"/resources/{resource.id}/rules/{resource.rules[0]['id']}", {"active": False})
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("Image stack is off there")).to_be_visible()
    expect(page.get_by_role("heading", name="Responsive image")).to_have_count(0)


def test_narrow(narrow_console: Console, resource: Resource) -> None:
    """The form fits on a telephone; long lines scroll in their field."""
    resource.add("Photographs", options=ENABLED)
    narrow_console.sign_in(address="#/tester")
    ask_for(narrow_console.page, f"https://{resource.host}/photos/cat.jpg")
    write(narrow_console.page, "100, 200, 900")
    expect(narrow_console.page.get_by_label("<picture>", exact=True)).to_be_visible()
    narrow_console.fits()
    narrow_console.accessible()


@pytest.fixture
def choose(console: Console) -> Callable[[str, float], str]:
    """The address that a browser takes from some HTML in a window of 300 pixels, on a screen of some density."""
    site = console.stack.serving.url

    def chosen(html: str, density: float) -> str:
        style = "<style>body { margin: 0 } img { display: block; width: 100%; height: auto }</style>"
        body = f"<!doctype html><title>An image</title>{style}{html}"
        browser = console.page.context.browser
        assert browser
        context = browser.new_context(viewport=WINDOW, device_scale_factor=density)
        try:
            page = context.new_page()

            def answer(route: Route) -> None:
                route.fulfill(body=body, content_type="text/html")

            page.route("**/page.html", answer)
            page.goto(f"{site}/page.html")
            image = page.locator("img")
            assert image.evaluate("async (image) => { await image.decode(); return image.complete; }")
            box: Any = image.bounding_box()
            assert (box["width"], box["height"]) == (300, 200)
            return str(image.evaluate("(image) => image.currentSrc")).removeprefix(site)
        finally:
            context.close()

    return chosen


@pytest.mark.parametrize(("density", "width"), [(1, 300), (2, 600)])
def test_what_a_browser_chooses(
    choose: Callable[[str, float], str], console: Console, density: float, width: int
) -> None:
    """A browser takes the candidate whose width is that of the image in its window, in the pixels of its screen.

    From `<picture>` it takes the best format too.
    """
    resources = console.stack.api("GET", "/resources")
    everybody = next(one["id"] for one in resources if one["cname"] == "*")
    body = {"address": "/photos/coffee.jpg", "widths": WIDTHS}
    made = console.stack.api("POST", f"/resources/{everybody}/responsive_image", body)
    assert choose(made["img"], density) == f"/photos/coffee.jpg?width={width}"
    assert choose(made["picture"], density) == f"/photos/coffee.jpg?width={width}&fmt=avif"
