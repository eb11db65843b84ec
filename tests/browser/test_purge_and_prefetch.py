"""Purges and prefetches: the console starts them, and the local stack does them."""

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, Resource
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser")

AVIF = "image/avif,image/webp,*/*"
ENABLED = {"image_stack": {"enabled": True, "quality": 80, "avif_enabled": True, "webp_enabled": True}}


@pytest.fixture
def busy(resource: Resource) -> Resource:
    """A resource with a rule that is in force."""
    resource.add("All", options=ENABLED)
    until(lambda: resource.stack.image(resource.host, "/photos/cat.jpg", AVIF).headers["Content-Type"] == "image/avif")
    return resource


def history(page: Page, text: str) -> None:
    """The last job has this in it, sooner or later."""
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text=text).first).to_be_visible()


def cached(resource: Resource, path: str) -> bool:
    answer = resource.stack.image(resource.host, path, AVIF)
    return answer.headers["X-Cache"] == "Hit from cloudfront"


def test_purge_of_an_image(console: Console, busy: Resource) -> None:
    """The derived objects of an image are gone once the purge is successful; those of another image stay."""
    for path in ("/photos/cat.jpg?width=100", "/photos/coffee.jpg?width=100"):
        until(partial(cached, busy, path))
    console.sign_in(address=f"#/resources/{busy.id}/purge")
    page = console.page
    page.get_by_label("Images, one per line").fill("/photos/cat.jpg")
    page.get_by_role("button", name="Purge", exact=True).click()
    expect(page.get_by_text("has begun.")).to_be_visible()
    history(page, "Successful")
    history(page, "removed")
    assert not cached(busy, "/photos/cat.jpg?width=100")
    assert cached(busy, "/photos/coffee.jpg?width=100")
    console.accessible()
    console.picture("purge")


def test_purge_of_patterns(console: Console, busy: Resource) -> None:
    """A pattern removes everything below it."""
    path = "/photos/cat.jpg?width=101"
    busy.stack.image(busy.host, path, AVIF)
    console.sign_in(address=f"#/resources/{busy.id}/purge")
    page = console.page
    page.get_by_text("Patterns", exact=True).click()
    page.get_by_label("Patterns, one per line").fill("/photos/*")
    page.get_by_role("button", name="Purge", exact=True).click()
    history(page, "Successful")
    assert not cached(busy, path)


def test_purge_of_everything(console: Console, busy: Resource) -> None:
    """Everything is purged only by somebody who says so twice."""
    console.sign_in(address=f"#/resources/{busy.id}/purge")
    page = console.page
    page.get_by_text("Everything", exact=True).click()
    page.get_by_role("button", name="Purge everything").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert busy.stack.api("GET", f"/purge_statuses?cname={busy.host}&limit=1")["count"] == 0
    page.get_by_role("button", name="Purge everything").click()
    console.accessible()
    page.get_by_role("dialog").get_by_role("button", name="Purge everything").click()
    history(page, "Successful")
    assert not cached(busy, "/photos/cat.jpg")


def test_mistakes(console: Console, resource: Resource) -> None:
    """A wrong path is reported with its line beside the field, and no purge starts."""
    console.sign_in(address=f"#/resources/{resource.id}/purge")
    page = console.page
    field = page.get_by_label("Images, one per line")
    field.fill("/a.jpg\nb.jpg\nhttps://elsewhere.example/c.jpg")
    page.get_by_role("button", name="Purge", exact=True).click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.get_by_text("Line 2 starts without a /.")).to_be_visible()
    expect(page.get_by_text("Line 3 is at elsewhere.example")).to_be_visible()
    console.accessible()
    assert resource.stack.api("GET", f"/purge_statuses?cname={resource.host}&limit=1")["count"] == 0


def test_prefetch(console: Console, busy: Resource) -> None:
    """A prefetch makes an image for each class of browsers before anybody waits for it."""
    path = "/photos/cat.jpg?width=123"
    console.sign_in(address=f"#/resources/{busy.id}/prefetch")
    page = console.page
    page.get_by_label("Images, one per line").fill(path)
    page.get_by_role("button", name="Prefetch", exact=True).click()
    history(page, "Successful")
    history(page, "3 answered well")
    for accept in (AVIF, "image/webp", "*/*"):
        answer = busy.stack.image(busy.host, path, accept)
        assert answer.headers["X-Cache"] == "Hit from cloudfront", accept
    console.accessible()
    console.picture("prefetch")


def test_a_viewer(console: Console, resource: Resource) -> None:
    """Who may only look sees the history, and why there is no more."""
    console.sign_in(resource.stack.token_of("viewer"), f"#/resources/{resource.id}/purge")
    page = console.page
    expect(page.get_by_text("Asking for one needs the token of an editor.")).to_be_visible()
    expect(page.get_by_role("button", name="Purge", exact=True)).to_be_disabled()
    console.accessible()
