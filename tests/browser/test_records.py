"""The audit trail, use of rules, and the tester."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console, Resource
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser")

AVIF = "image/avif,image/webp,*/*"
ENABLED = {"image_stack": {"enabled": True, "quality": 80, "avif_enabled": True, "webp_enabled": True}}


def test_audit(console: Console, resource: Resource) -> None:
    """Each change shows its author, and the values before and after."""
    rule = resource.add("Photographs", options=ENABLED)
    path = f"/resources/{resource.id}/rules/{rule}"
    resource.stack.api("PATCH", path, {"options": {"image_stack": {**ENABLED["image_stack"], "quality": 65}}})
    console.sign_in(address="#/audit")
    page = console.page
    changed = page.get_by_role("listitem").filter(has_text=f"Changed rule {rule} “Photographs”")
    expect(changed).to_contain_text("imagestack serve")
    expect(changed).to_contain_text("options.image_stack.quality")
    expect(changed.locator("del")).to_have_text("80")
    expect(changed.locator("ins")).to_have_text("65")
    console.accessible()
    console.picture("audit")


def test_filters_of_the_audit(console: Console, resource: Resource) -> None:
    """Of many changes those are found that are looked for; the address keeps what was looked for."""
    rule = resource.add("Found", options=ENABLED)
    resource.stack.api("PATCH", f"/resources/{resource.id}/rules/{rule}", {"active": False})
    console.sign_in(address="#/audit")
    page = console.page
    page.get_by_label("What was done").select_option("PATCH")
    page.get_by_label("Path").fill(f"/cdn/resources/{resource.id}/rules/{rule}")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("Changes 1 to 1 of 1, newest first.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Changes 1 to 1 of 1, newest first.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_text("Changes 1 to 1 of 1, newest first.")).to_have_count(0)


def usage(resource: Resource, rule: int) -> dict[str, int]:
    rules: list[dict[str, int]] = resource.stack.api("GET", f"/resources/{resource.id}/usage")["rules"]
    return next(one for one in rules if one["id"] == rule)


def test_usage(console: Console, resource: Resource) -> None:
    """Requests that reach the function are counted by rule, with cache hits and saved bytes."""
    rule = resource.add("Counted", options=ENABLED)
    resource.add("Idle", rule="/never/.*", weight=2, options=ENABLED)
    image = resource.stack.image
    until(lambda: image(resource.host, "/photos/cat.jpg", AVIF).headers["Content-Type"] == "image/avif")
    before = usage(resource, rule)
    for width in (100, 200, 300):
        image(resource.host, f"/photos/cat.jpg?width={width}", AVIF)
    resource.stack.serving.request("POST", "/_local/purge")
    image(resource.host, "/photos/cat.jpg?width=100", AVIF)
    counted = usage(resource, rule)
    assert (counted["requests"], counted["hits"]) == (before["requests"] + 4, before["hits"] + 1)
    console.sign_in(address=f"#/resources/{resource.id}/usage")
    page = console.page
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Counted"))
    expect(row.get_by_role("cell").nth(0)).to_contain_text(str(counted["requests"]))
    expect(row.get_by_role("cell").nth(1)).to_contain_text(str(counted["hits"]))
    expect(row.get_by_role("cell").nth(2)).to_contain_text("kB")
    expect(row.get_by_role("link")).to_have_attribute("href", f"#/resources/{resource.id}/rules/{rule}")
    expect(page.get_by_text("1 active rule answered nothing in this time")).to_be_visible()
    console.accessible()
    console.picture("usage")


def test_the_tester(console: Console, resource: Resource) -> None:
    """Which rule answers a URL, and why the others do not, for each class of browsers."""
    resource.add("Off", active=False, weight=1, options=ENABLED)
    first = resource.add("First", rule="/photos/.*", weight=2, options=ENABLED)
    resource.add("Second", weight=3, options=ENABLED)
    resource.add("Elsewhere", rule="/shop/.*", weight=4, options=ENABLED)
    console.sign_in(address="#/tester")
    page = console.page
    page.get_by_label("URL", exact=True).fill(f"https://{resource.host}/photos/cat.jpg?width=400")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_role("heading", name=f"Rule {first} “First” answers.")).to_be_visible()
    expect(page.get_by_text("AVIF, else WebP, else the format of the original, at quality 80.")).to_be_visible()
    rows = page.get_by_role("row")
    for name, why in {
        "Off": "switched off",
        "First": "answers",
        "Second": "asked before",
        "Elsewhere": "not found",
    }.items():
        expect(rows.filter(has=page.get_by_role("link", name=name, exact=True))).to_contain_text(why)
    console.accessible()
    console.picture("tester")
    page.get_by_text("Neither", exact=True).click()
    expect(page.get_by_text("Image stack is on: the format of the original, at quality 80.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=f"Rule {first} “First” answers.")).to_be_visible()


def test_the_tester_tells_of_automatic_quality(console: Console, resource: Resource) -> None:
    """The console names a quality that is chosen for each picture."""
    options = {"image_stack": {"enabled": True, "quality": "auto", "quality_target": 80}}
    resource.add("Chosen", options=options)
    console.sign_in(address="#/tester")
    page = console.page
    page.get_by_label("URL", exact=True).fill(f"https://{resource.host}/photos/cat.jpg")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("at a quality chosen for each picture (score 80).")).to_be_visible()


def test_mistakes_in_the_tester(console: Console) -> None:
    """A wrong URL is reported beside the field."""
    console.watch.expected = {400}
    console.sign_in(address="#/tester")
    page = console.page
    field = page.get_by_label("URL", exact=True)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("Write the URL of an image.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("https://images.example.com/../a.jpg%zz")
    page.get_by_role("button", name="Test").click()
    expect(field).to_have_attribute("aria-invalid", "true")
