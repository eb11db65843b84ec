"""The list of a resource's rules."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Console, Resource

pytestmark = pytest.mark.xdist_group("browser-rules")

WEBP = {"image_stack": {"enabled": True, "quality": 65, "webp_enabled": True}}
PATTERNS = {"Shop": "^/shop/", "Photographs": "/photos/", "Everything": "/.*"}
NAMES = list(PATTERNS)


@pytest.fixture
def rules(resource: Resource) -> Resource:
    """A resource with three rules."""
    for weight, (name, pattern) in enumerate(PATTERNS.items(), start=1):
        resource.add(name, weight=weight, rule=pattern, options=WEBP)
    return resource


@pytest.fixture
def page(console: Console, rules: Resource) -> Page:
    """Its page."""
    console.sign_in(address=f"#/resources/{rules.id}")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Rules")
    return console.page


def names(resource: Resource) -> list[str]:
    return [rule["name"] for rule in resource.rules]


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def shows(page: Page, names: list[str]) -> None:
    """These are the names of rows, from the top."""
    expect(page.locator("tbody tr:visible .rule-name")).to_have_text(names)


def saved(page: Page) -> None:
    expect(page.get_by_text("The order is saved.")).to_be_visible()


def drag(page: Page, name: str, to: str) -> None:
    """Drag a row by its handle to the upper part of another."""
    start = row(page, name).locator(".rule-handle").bounding_box()
    end = row(page, to).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 20, steps=5)
    page.mouse.move(end["x"] + 60, end["y"] + 4, steps=3)
    page.mouse.up()


def test_what_is_shown(console: Console, page: Page, rules: Resource) -> None:
    """Rules are listed in their order of evaluation, each with match type, pattern, options and status."""
    shows(page, NAMES)
    for text in ("1", "Path", "^/shop/", "65", "WebP", "On"):
        expect(row(page, "Shop")).to_contain_text(text)
    rules.add("Chosen", options={"image_stack": {"enabled": True, "quality": "auto", "avif_enabled": True}})
    page.reload()
    expect(row(page, "Chosen")).to_contain_text("Image stack auto, AVIF")
    expect(page.get_by_role("switch", name="Active: Shop")).to_be_checked()
    expect(row(page, "Shop").get_by_role("link")).to_have_attribute(
        "href", f"#/resources/{rules.id}/rules/{rules.rules[0]['id']}"
    )
    console.accessible()
    console.picture("rules")


def test_order_by_dragging(page: Page, rules: Resource) -> None:
    """A rule that is dragged above another is evaluated before it from then on."""
    drag(page, "Everything", "Shop")
    shows(page, ["Everything", "Shop", "Photographs"])
    saved(page)
    assert names(rules) == ["Everything", "Shop", "Photographs"]
    page.reload()
    expect(page.get_by_role("link", name="Everything")).to_be_visible()
    shows(page, ["Everything", "Shop", "Photographs"])


def test_order_by_keyboard(page: Page, rules: Resource) -> None:
    """Alt and an arrow key in a rule's row move it; the focus goes along, and where it is now is read out."""
    link = page.get_by_role("link", name="Shop", exact=True)
    link.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(link).to_be_focused()
    expect(page.get_by_text("Shop is asked at position 3 of 3 now.")).to_be_attached()
    saved(page)
    assert names(rules) == ["Photographs", "Everything", "Shop"]
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("Shop is asked at position 2 of 3 now.")).to_be_attached()
    page.get_by_role("button", name="Move Shop up").click()
    shows(page, ["Shop", "Photographs", "Everything"])


def test_leaving_before_the_order_is_saved(page: Page, rules: Resource) -> None:
    """A new order is not lost by going elsewhere at once."""
    page.get_by_role("button", name="Move Everything up").click()
    page.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_role("listitem").filter(has_text="Changed the order of the rules").first).to_be_visible()
    assert names(rules) == ["Shop", "Everything", "Photographs"]


def test_search(page: Page) -> None:
    """Names, patterns and options are searched; the order cannot be changed meanwhile."""
    search = page.get_by_label("Search rules")
    search.fill("/PHOTO")
    shows(page, ["Photographs"])
    expect(page.get_by_text("1 of 3 rules.")).to_be_visible()
    page.get_by_role("link", name="Photographs").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("The order can be changed when nothing is searched for.")).to_be_attached()
    search.fill("webp")
    shows(page, NAMES)
    search.fill("nowhere")
    expect(page.get_by_text("No rule has “nowhere” in its name, pattern or options.")).to_be_visible()
    search.fill("")
    shows(page, NAMES)


def test_on_and_off(page: Page, rules: Resource) -> None:
    """A switch turns a rule off and on."""
    switch = page.get_by_role("switch", name="Active: Shop")
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.get_by_text("Shop is off now.")).to_be_visible()
    assert rules.rules[0]["active"] is False
    switch.press("Space")
    expect(switch).to_be_checked()
    expect(page.get_by_text("Shop is on now.")).to_be_visible()
    assert rules.rules[0]["active"] is True


def test_duplicates(page: Page, rules: Resource) -> None:
    """A copy stands below its original, switched off, with the same pattern and options."""
    page.get_by_role("button", name="Duplicate Shop").click()
    expect(page.get_by_text("Shop (copy) stands below the original, switched off.")).to_be_visible()
    expect(page.get_by_role("switch", name="Active: Shop (copy)")).not_to_be_checked()
    first, second, *_ = rules.rules
    assert (second["name"], second["active"], second["rule"]) == ("Shop (copy)", False, first["rule"])
    assert second["options"] == first["options"]
    shows(page, ["Shop", "Shop (copy)", "Photographs", "Everything"])


def test_deleting(console: Console, page: Page, rules: Resource) -> None:
    """A rule is deleted only by somebody who says so twice."""
    page.get_by_role("button", name="Delete Shop").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete Shop?")
    console.accessible()
    page.keyboard.press("Escape")
    assert names(rules) == NAMES
    expect(page.get_by_role("button", name="Delete Shop")).to_be_focused()
    page.get_by_role("button", name="Delete Shop").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete rule").click()
    expect(page.get_by_text("Shop is deleted.")).to_be_visible()
    shows(page, ["Photographs", "Everything"])
    assert names(rules) == ["Photographs", "Everything"]


def test_a_second_administrator(console: Console, page: Page, rules: Resource) -> None:
    """A change by another user is not overwritten; the console reports it, and shows the current state."""
    console.watch.expected = {409, 412}
    rule = rules.rules[0]["id"]
    rules.stack.api("PATCH", f"/resources/{rules.id}/rules/{rule}", {"name": "Theirs"})
    page.get_by_role("switch", name="Active: Shop").click()
    expect(page.get_by_text("Somebody else has changed this meanwhile.")).to_be_visible()
    expect(page.get_by_role("switch", name="Active: Theirs")).to_be_checked()
    assert rules.rules[0]["active"] is True


def test_an_order_of_other_rules(console: Console, page: Page, rules: Resource) -> None:
    """An order that does not know somebody else's new rule is not saved."""
    console.watch.expected = {409}
    rules.add("Theirs", weight=4)
    page.get_by_role("button", name="Move Everything up").click()
    expect(page.get_by_text("the order was not saved")).to_be_visible()
    expect(page.get_by_role("link", name="Theirs")).to_be_visible()
    shows(page, [*NAMES, "Theirs"])
    assert names(rules) == [*NAMES, "Theirs"]


def test_a_viewer(console: Console, rules: Resource) -> None:
    """Who may only look sees the rules, and no way to change them."""
    console.sign_in(rules.stack.token_of("viewer"), f"#/resources/{rules.id}")
    page = console.page
    expect(page.get_by_text("Changing them needs the token of an editor.")).to_be_visible()
    shows(page, NAMES)
    for kind in ("switch", "button"):
        expect(page.get_by_role("main").get_by_role(kind)).to_have_count(0)
    page.get_by_role("link", name="Shop").focus()
    page.keyboard.press("Alt+ArrowDown")
    shows(page, NAMES)
    console.accessible()


def test_narrow(narrow_console: Console, rules: Resource) -> None:
    """On a telephone everything can be reached without scrolling to the side."""
    console = narrow_console
    console.sign_in(address=f"#/resources/{rules.id}")
    expect(console.page.get_by_role("link", name="Shop")).to_be_visible()
    console.fits()
    console.accessible()
    console.picture("rules-narrow")
    for name in ("Active: Shop", "Duplicate Shop", "Delete Shop", "Move Shop down"):
        box = console.page.get_by_label(name, exact=True).bounding_box()
        assert box
        assert 0 <= box["x"] <= box["x"] + box["width"] <= NARROW["width"]
        assert min(box["width"], box["height"]) >= 24


def test_none_yet(console: Console, resource: Resource) -> None:
    """Where there is no rule that is said, and how to create one: nothing to begin with, or a template."""
    console.sign_in(address=f"#/resources/{resource.id}")
    page = console.page
    expect(page.get_by_text("There is no rule yet")).to_be_visible()
    page.get_by_text("Create rule", exact=True).click()
    for name in ("Blank rule", "From template: Image optimization"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    console.accessible()
