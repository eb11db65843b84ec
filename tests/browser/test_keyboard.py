"""The documented way to set quality and formats, by keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console, Resource
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser")

AVIF = "image/avif,image/webp,*/*"
MOST_STOPS = 80


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus, which must be visible then."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            outline = wanted.evaluate("(node) => getComputedStyle(node).outlineStyle")
            assert outline != "none", wanted
            return
    raise AssertionError(f"{wanted} is not reached")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_the_documented_way(console: Console, resource: Resource) -> None:
    """A user signs in, saves the rule and returns to the list without a mouse; each focused element is visible."""
    page = console.page
    console.open()
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    page.keyboard.type(resource.stack.token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    press(page, page.get_by_role("link", name=resource.host))
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    press(page, page.locator("summary", has_text="Create rule"))
    press(page, page.get_by_role("link", name="From template: Image optimization"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("Image optimization")
    # A group of radio buttons is one stop; arrow keys choose.
    group = page.get_by_role("group", name="Image quality")
    tab_to(page, group.get_by_role("radio", checked=True))
    while not page.get_by_label("Low (65 %)").is_checked():
        page.keyboard.press("ArrowDown")
    for name in ("Enable WebP compression", "Enable AVIF compression"):
        box = page.get_by_label(name)
        tab_to(page, box)
        if not box.is_checked():
            page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Create rule"))
    expect(page.get_by_text("Viewers get it within seconds.")).to_be_visible()
    made = resource.rules[0]["options"]["image_stack"]
    assert (made["quality"], made["webp_enabled"], made["avif_enabled"]) == (65, True, True)
    image = resource.stack.image
    until(lambda: image(resource.host, "/photos/cat.jpg", AVIF).headers["Content-Type"] == "image/avif")


def test_the_skip_link(console: Console, resource: Resource) -> None:
    """The first stop leads past the frame that all pages have."""
    console.sign_in(address=f"#/resources/{resource.id}/purge")
    page = console.page
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Purge")
    page.evaluate("() => document.activeElement.blur()")
    skip = page.get_by_role("link", name="Skip to content")
    press(page, skip)
    expect(page.get_by_role("heading", level=1)).to_have_text("Purge")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.getElementById('main').contains(document.activeElement)")


def test_dialogs(console: Console, resource: Resource) -> None:
    """A dialog takes the focus and returns it."""
    resource.add("Shop")
    console.sign_in(address=f"#/resources/{resource.id}")
    page = console.page
    button = page.get_by_role("button", name="Delete Shop")
    press(page, button)
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
