"""The live preview on the page of a rule: what viewers would get, before anything is saved."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, Route, ViewportSize, expect

from tests.browser.conftest import Console, Resource
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser-rules")

AVIF, NONE = "image/avif,image/webp,*/*", "*/*"
CAT = "/photos/cat.jpg?width=300"
TALL = ViewportSize(width=1280, height=1000)


@pytest.fixture
def rule(resource: Resource) -> int:
    """The number of a rule whose image stack is on, and nothing more."""
    return resource.add("Photographs", options={"image_stack": {"enabled": True}})


@pytest.fixture
def page(console: Console, resource: Resource, rule: int) -> Page:
    """Its page, with the preview of a photograph."""
    console.sign_in(address=f"#/resources/{resource.id}/rules/{rule}")
    choose(console.page, CAT)
    expect(browser(console.page, "Neither")).to_contain_text("image/jpeg")
    return console.page


def choose(page: Page, path: str) -> None:
    page.get_by_role("combobox", name="Original").fill(path)
    page.keyboard.press("Enter")


def browser(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name="What each browser would get").get_by_role("row").filter(has_text=name)


def is_preview(answer: Response, accept: str, quality: int) -> bool:
    """Whether an answer is a preview with AVIF and this quality."""
    if not answer.url.endswith("/preview"):
        return False
    asked: Any = answer.request.post_data_json
    option = asked["rule"]["options"]["image_stack"]
    return accept in asked["accept"] and bool(option["avif_enabled"]) and option["quality"] == quality


def kept(resource: Resource) -> dict[str, Any]:
    """All that is stored of rules, and the derived objects."""
    stack = resource.stack
    found = stack.serving.s3().list_objects_v2(Bucket="derived").get("Contents", ())
    return {
        "items": sorted(map(str, stack.serving.rules().scan()["Items"])),
        "derived": sorted(one["Key"] for one in found),
        "changes": stack.api("GET", "/activity_log/requests?limit=1")["count"],
    }


def test_before_saving(console: Console, page: Page, resource: Resource) -> None:
    """The preview is byte for byte what viewers get once the rule is saved; until then nothing is stored."""
    before = kept(resource)
    page.get_by_label("Low (65 %)").check()
    page.get_by_label("Enable WebP compression").check()
    with page.expect_response(lambda answer: is_preview(answer, "image/avif", 65)) as answered:
        page.get_by_label("Enable AVIF compression").check()
    seen = answered.value.json()
    expect(browser(page, "AVIF and WebP")).to_contain_text("image/avif")
    expect(browser(page, "WebP only")).to_contain_text("image/webp")
    expect(browser(page, "Neither")).to_contain_text("image/jpeg")
    console.settled()
    expect(page.get_by_text("This rule answers.")).to_be_visible()
    assert kept(resource) == before
    assert resource.stack.image(resource.host, CAT, AVIF).headers["Content-Type"] == "image/jpeg"
    console.accessible()
    page.set_viewport_size(TALL)
    page.locator("summary", has_text="Image stack").evaluate("(node) => node.scrollIntoView()")
    console.picture("rule")
    page.get_by_role("button", name="Save changes").click()
    until(lambda: resource.stack.image(resource.host, CAT, AVIF).headers["Content-Type"] == "image/avif")
    given = resource.stack.image(resource.host, CAT, AVIF)
    assert b64decode(seen["body"]) == given.content
    assert given.headers["X-Img-Operations"] == seen["headers"]["X-Img-Operations"] == "resize convert"


def test_side_by_side(page: Page) -> None:
    """Original and result stand in one frame, in their own sizes, with a slider that keys move as well."""
    picture = page.locator(".compare-result img")
    expect(picture).to_be_visible()
    assert page.locator(".compare-result img").evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [
        300,
        200,
    ]
    assert page.locator(".compare-original img").evaluate("(image) => image.naturalWidth") == 451
    slider = page.get_by_role("slider", name="Share of the original")
    expect(slider).to_have_attribute("aria-valuetext", "50 % original, 50 % result")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "51 % original, 49 % result")
    page.get_by_text("Headers of the answer").click()
    expect(page.get_by_role("row").filter(has_text="X-Img-Operations")).to_contain_text("resize")


def test_choosing_an_original(page: Page) -> None:
    """Originals are proposed while somebody types, and chosen by keys."""
    field = page.get_by_role("combobox", name="Original")
    field.fill("/photos/co")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("/photos/coffee.jpg")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("/photos/coffee.jpg")
    expect(page.locator(".compare-result img")).to_be_visible()
    picture = page.locator(".compare-result img")
    until(lambda: bool(picture.evaluate("(image) => image.naturalWidth") == 600))


def test_what_cannot_be_shown(console: Console, page: Page) -> None:
    """The preview reports a missing original, and a draft that the API refuses."""
    console.watch.expected = {400}
    choose(page, "/photos/nothing.jpg")
    expect(page.get_by_text("There is no such original (404).")).to_be_visible()
    choose(page, "/photos/cat.jpg")
    expect(page.locator(".compare-result img")).to_be_visible()
    page.get_by_label("Custom value").check()
    page.get_by_label("Quality in percent").fill("101")
    expect(page.get_by_text("Mend the fields that are marked to see a preview.")).to_be_visible()
    expect(page.get_by_label("Quality in percent")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Quality in percent").fill("50")
    expect(page.locator(".compare-result img")).to_be_visible()
    expect(page.get_by_label("Quality in percent")).not_to_have_attribute("aria-invalid", "true")


def test_another_rule_answers(page: Page, resource: Resource, rule: int) -> None:
    """When another rule comes first, the preview names it."""
    resource.stack.api("PATCH", f"/resources/{resource.id}/rules/{rule}", {"weight": 5})
    resource.add("First", weight=1, options={"image_stack": {"enabled": True}})
    page.reload()
    choose(page, CAT)
    expect(page.get_by_text("Rule “First” is asked before this one and answers")).to_be_visible()


def test_a_viewer(console: Console, resource: Resource, rule: int) -> None:
    """Who may only look sees what the rule does."""
    console.sign_in(resource.stack.token_of("viewer"), f"#/resources/{resource.id}/rules/{rule}")
    choose(console.page, CAT)
    expect(browser(console.page, "Neither")).to_contain_text("image/jpeg")


@pytest.fixture
def waiting(console: Console, resource: Resource, rule: int) -> tuple[Locator, Callable[[], None]]:
    """The empty field of a page that waits for the first originals, and what has them come."""
    held: list[Route] = []
    # Playwright looks at a handler's code, which a method of a list has not.
    console.page.route("**/originals?prefix=&*", lambda route: held.append(route))  # noqa: PLW0108 - see above
    console.sign_in(resource.stack.token_of("viewer"), f"#/resources/{resource.id}/rules/{rule}")

    def come() -> None:
        while not held:
            console.page.wait_for_timeout(20)
        with console.page.expect_response("**/originals?prefix=&*"):
            held[0].continue_()

    return console.page.get_by_role("combobox", name="Original"), come


def test_writing_before_the_first_image_is_known(console: Console, waiting: tuple[Locator, Callable[[], None]]) -> None:
    """The first image of the resource is suggested, but not put over a path that somebody is writing."""
    field, come = waiting
    field.fill(CAT)
    come()
    expect(field).to_have_value(CAT)
    console.page.keyboard.press("Enter")
    expect(browser(console.page, "Neither")).to_contain_text("image/jpeg")


def test_writing_when_the_first_image_becomes_known(
    console: Console, waiting: tuple[Locator, Callable[[], None]]
) -> None:
    """The first image comes into the empty field that somebody is about to write into: what they write replaces it."""
    field, come = waiting
    field.focus()
    come()
    expect(field).to_have_value("/drawing.png")
    console.page.keyboard.insert_text(CAT)
    expect(field).to_have_value(CAT)
    console.page.keyboard.press("Enter")
    expect(browser(console.page, "Neither")).to_contain_text("image/jpeg")
