"""Resources: created, set, deleted."""

from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console, Resource, Stack
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser")

NUMBERS = count(1)
AVIF = "image/avif,image/webp,*/*"


@pytest.fixture
def host() -> str:
    """A host that no resource has."""
    return f"new-{next(NUMBERS)}.example.com"


def test_creating_and_deleting(console: Console, stack: Stack, host: str) -> None:
    """A resource with a host and a folder has the images of that folder; its deletion needs a confirmation."""
    console.sign_in()
    page = console.page
    page.get_by_role("link", name="Create resource").click()
    page.get_by_label("Host").fill(host)
    page.get_by_label("Origin").fill("originals/photos")
    console.accessible()
    page.get_by_role("button", name="Create resource").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    until(lambda: stack.image(host, "/cat.jpg").status_code == 200)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Delete resource").click()
    expect(page.get_by_role("dialog")).to_contain_text(host)
    page.get_by_role("dialog").get_by_role("button", name="Delete resource").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Resources")
    expect(page.get_by_role("row").filter(has_text=host)).to_have_count(0)
    until(lambda: stack.image(host, "/cat.jpg").status_code == 404)


def test_mistakes(console: Console, host: str) -> None:
    """Wrong hosts, and buckets of other deployments, are reported beside their fields."""
    console.watch.expected = {400}
    console.sign_in(address="#/resources/new")
    page = console.page
    page.get_by_label("Host").fill("https://shop")
    page.get_by_label("Origin").fill("somebody-elses-bucket")
    page.get_by_role("button", name="Create resource").click()
    expect(page.get_by_label("Host")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Host").fill(host)
    page.get_by_role("button", name="Create resource").click()
    expect(page.get_by_label("Origin")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Origin")).to_be_focused()
    expect(page.get_by_label("Host")).not_to_have_attribute("aria-invalid", "true")
    console.accessible()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Resources")


def test_settings(console: Console, resource: Resource) -> None:
    """Options of a resource hold where no rule says otherwise; its images follow."""
    console.sign_in(address=f"#/resources/{resource.id}/settings")
    page = console.page
    page.get_by_label("Description").fill("Photographs of the shop")
    page.get_by_role("group", name="Image stack").get_by_text("On", exact=True).click()
    page.get_by_label("Enable AVIF compression").check()
    console.accessible()
    console.picture("settings")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Viewers get it within seconds.")).to_be_visible()
    found = resource.stack.api("GET", f"/resources/{resource.id}")
    assert found["description"] == "Photographs of the shop"
    assert found["options"]["image_stack"]["avif_enabled"] is True
    image = resource.stack.image
    until(lambda: image(resource.host, "/photos/cat.jpg", AVIF).headers["Content-Type"] == "image/avif")


def test_an_editor(console: Console, resource: Resource) -> None:
    """Settings are an administrator's; an editor sees them."""
    console.sign_in(resource.stack.token_of("editor"), f"#/resources/{resource.id}/settings")
    page = console.page
    expect(page.get_by_text("Changing them needs the token of an admin.")).to_be_visible()
    expect(page.get_by_role("button", name="Save changes")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete resource")).to_have_count(0)
    console.open("#/resources/new")
    expect(page.get_by_text("Creating a resource needs the token of an admin.")).to_be_visible()
