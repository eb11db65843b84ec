"""What an address means, in the rule tester and in the live preview."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Console, Resource
from tests.browser.test_preview import choose
from tests.browser.test_responsive_images import TALL, ask_for

pytestmark = pytest.mark.xdist_group("browser")

QUERY = "w=300&width=0100&dpr=9&utm_source=a"
IGNORED = (
    "Ignored, since there are no such parameters: "
    "\u201cw\u201d (do you mean \u201cwidth\u201d?), \u201cutm_source\u201d."
)


def check(meaning: Locator) -> None:
    """Parameters, result, result by browser and keys of the address."""
    parameters = meaning.get_by_role("table", name="Parameters").get_by_role("row")
    expect(parameters).to_have_text(
        ["ParameterValueUnderstood as", "width0100100", "dpr9resizing: bad dpr parameter"], use_inner_text=False
    )
    expect(meaning.get_by_text("resize: image/jpeg, 100 \u00d7 67.")).to_be_visible()
    browsers = meaning.get_by_role("table", name="By browser").get_by_role("row")
    expect(browsers).to_have_count(4)
    expect(meaning.get_by_text("/photos/cat.jpg?width=100&dpr= \u00b7 formats: avif,webp")).to_be_visible()


def test_tester(console: Console, resource: Resource) -> None:
    """The rule tester explains the address below the answering rule."""
    resource.add("Photographs", options={"image_stack": {"enabled": True, "quality": 80}})
    console.sign_in(address="#/tester")
    ask_for(console.page, f"https://{resource.host}/photos/cat.jpg?{QUERY}")
    meaning = console.page.get_by_role("region", name="What this URL means")
    expect(meaning.get_by_text(IGNORED)).to_be_visible()
    check(meaning)
    console.accessible()
    console.fits()
    console.page.set_viewport_size(TALL)
    console.page.get_by_role("heading", name="What this URL means").evaluate("(node) => node.scrollIntoView()")
    console.picture("explanation")


def test_narrow_tester(narrow_console: Console, resource: Resource) -> None:
    """On a telephone nothing runs out of the page."""
    resource.add("Photographs", options={"image_stack": {"enabled": True}})
    narrow_console.sign_in(address="#/tester")
    ask_for(narrow_console.page, f"https://{resource.host}/photos/cat.jpg?{QUERY}")
    expect(narrow_console.page.get_by_text(IGNORED)).to_be_visible()
    narrow_console.fits()


def test_preview(console: Console, resource: Resource) -> None:
    """The preview names unknown parameters at once, and explains the rest where somebody wants to know."""
    rule = resource.add("Photographs", options={"image_stack": {"enabled": True}})
    console.sign_in(address=f"#/resources/{resource.id}/rules/{rule}")
    page = console.page
    choose(page, f"/photos/cat.jpg?{QUERY}")
    preview = page.get_by_role("region", name="Live preview")
    expect(preview.get_by_text(IGNORED)).to_be_visible()
    preview.get_by_text("What the address means").click()
    check(preview.locator("details", has_text="What the address means"))
    console.accessible()


def test_no_access(console: Console, resource: Resource) -> None:
    """An address without its signature is refused, and the explanation begins with that."""
    key = {"enabled": True, "key": "a-secret-key", "type": 2}
    resource.add("Photographs", options={"image_stack": {"enabled": True}, "secure_key": key})
    console.sign_in(address="#/tester")
    ask_for(console.page, f"https://{resource.host}/photos/cat.jpg")
    meaning = console.page.get_by_role("region", name="What this URL means")
    expect(meaning.get_by_text("Viewers get 403: the address is not signed.")).to_be_visible()
    console.accessible()


def test_no_original(console: Console, resource: Resource) -> None:
    """A missing original is named instead of a result."""
    console.sign_in(address="#/tester")
    ask_for(console.page, f"https://{resource.host}/photos/none.jpg?format=webp")
    meaning = console.page.get_by_role("region", name="What this URL means")
    expect(meaning.get_by_text("\u201cformat\u201d (do you mean \u201cfmt\u201d?)")).to_be_visible()
    expect(meaning.get_by_text("not valid response code from the origin; response code - 404")).to_be_visible()
