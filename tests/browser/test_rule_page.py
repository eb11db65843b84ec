"""The page of a rule: the documented way to set quality, lossless PNG and formats, up to the changed images."""

import re
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console, Resource
from tests.support.images import photograph
from tests.support.serving import until

pytestmark = pytest.mark.xdist_group("browser-rules")

AVIF, WEBP, NONE = "image/avif,image/webp,*/*", "image/webp,*/*", "*/*"
CAT = "/photos/cat.jpg"


@pytest.fixture
def rule(resource: Resource) -> int:
    """The number of a rule whose image stack is on, and nothing more."""
    return resource.add("Photographs", options={"image_stack": {"enabled": True}})


@pytest.fixture
def page(console: Console, resource: Resource, rule: int) -> Page:
    """Its page."""
    console.sign_in(address=f"#/resources/{resource.id}/rules/{rule}")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Photographs")
    return console.page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Viewers get it within seconds.")).to_be_visible()


def option(resource: Resource) -> Any:
    return resource.rules[0]["options"]["image_stack"]


def difference(body: bytes, original: Image.Image) -> float:
    """How much an image differs from what it was made of: mean difference of channels, 0 to 255."""
    with Image.open(BytesIO(body)) as image:
        found = ImageStat.Stat(ImageChops.difference(image.convert("RGB"), original)).mean
    return sum(found) / len(found)


def test_the_documented_way(console: Console, resource: Resource) -> None:
    """From the template to the changed image: quality, lossless PNG, WebP and AVIF are set, saved, and in force."""
    before = resource.stack.image(resource.host, CAT, AVIF)
    assert (before.headers["Content-Type"], before.headers.get("X-Img-Operations")) == ("image/jpeg", None)
    console.sign_in()
    page = console.page
    page.get_by_role("link", name=resource.host).click()
    page.get_by_text("Create rule", exact=True).click()
    page.get_by_role("link", name="From template: Image optimization").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Image optimization")
    page.get_by_label("Medium (80 %)").check()
    for name in ("Enable lossless for PNG", "Enable WebP compression", "Enable AVIF compression"):
        page.get_by_label(name).check()
    console.accessible()
    page.get_by_role("button", name="Create rule").click()
    expect(page.get_by_text("Viewers get it within seconds.")).to_be_visible()
    made = resource.rules[0]
    assert made["active"] is True
    assert made["options"]["image_stack"] == {
        "enabled": True,
        "quality": 80,
        "webp_enabled": True,
        "avif_enabled": True,
        "png_lossless": True,
        "png_palette": False,
        "linear": False,
        "refine": "off",
    }
    image = resource.stack.image
    until(lambda: image(resource.host, CAT, AVIF).headers["Content-Type"] == "image/avif")
    found = {accept: image(resource.host, CAT, accept) for accept in (AVIF, WEBP)}
    assert [one.headers["Content-Type"] for one in found.values()] == ["image/avif", "image/webp"]
    for one in found.values():
        assert one.headers["X-Img-Operations"] == "convert"
        assert len(one.content) < len(before.content)
        assert int(one.headers["X-Img-Saved-Bytes"]) == len(before.content) - len(one.content)
    lossless = image(resource.host, "/photos/cat.png", WEBP)
    assert lossless.headers["Content-Type"] == "image/webp"
    assert difference(lossless.content, photograph("chelsea.png")) == 0
    assert resource.stack.image(resource.host, f"{CAT}?width=100", NONE).headers["X-Img-Operations"] == "resize"


def test_the_page(console: Console, page: Page) -> None:
    """All that an operator knows from elsewhere is there, by its name; the overview of parameters is folded."""
    names = (
        "High (95 %)",
        "Medium (80 %)",
        "Low (65 %)",
        "Automatic",
        "Custom value",
        "Enable lossless for PNG",
        "Enable WebP compression",
        "Enable AVIF compression",
        "Resize in linear light",
        "Few colours for PNG",
    )
    for name in names:
        expect(page.get_by_label(name)).to_be_visible()
    expect(page.get_by_label("High (95 %)")).to_be_checked()
    expect(page.get_by_text("4:5,offset-x0,offset-y100")).not_to_be_visible()
    console.accessible()
    page.emulate_media(color_scheme="dark")
    console.picture("rule-dark")
    page.locator("summary", has_text="Query parameters").click()
    expect(page.get_by_text("4:5,offset-x0,offset-y100")).to_be_visible()
    console.accessible()


def test_quality(page: Page, resource: Resource) -> None:
    """Each choice is stored as its number, and images have it: less bytes, and farther from the original."""
    original = photograph("chelsea.png").resize((450, 299))
    found: list[bytes] = []

    def is_new() -> bool:
        body = resource.stack.image(resource.host, f"{CAT}?width=450").content
        if body in found:
            return False
        found.append(body)
        return True

    until(is_new)
    for name, number in {"Medium (80 %)": 80, "Low (65 %)": 65, "Custom value": 30}.items():
        page.get_by_label(name).check()
        if name == "Custom value":
            page.get_by_label("Quality in percent").fill(str(number))
        save(page)
        page.get_by_role("button", name="Close").click()
        assert option(resource)["quality"] == number
        until(is_new)
    assert [len(body) for body in found] == sorted((len(body) for body in found), reverse=True)
    differences = [difference(body, original) for body in found]
    assert differences == sorted(differences)


def test_automatic_quality(console: Console, page: Page, resource: Resource) -> None:
    """By keyboard: automatic, with a target; images tell what was chosen, and a higher target takes more bytes."""
    page.get_by_label("Medium (80 %)").check()
    expect(page.get_by_label("Target score")).not_to_be_visible()
    page.get_by_label("Low (65 %)").focus()
    page.get_by_label("Low (65 %)").check()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Automatic")).to_be_checked()
    expect(page.get_by_label("Quality in percent")).not_to_be_visible()
    expect(page.get_by_label("Target score")).to_have_value("75")
    console.accessible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Target score")).to_be_focused()
    page.keyboard.type("60")
    save(page)
    assert option(resource)["quality"] == "auto"
    assert option(resource)["quality_target"] == 60
    expect(page.locator("summary", has_text="Image stack")).to_contain_text("On: quality automatic (score 60)")

    def image() -> httpx.Response:
        return resource.stack.image(resource.host, f"{CAT}?width=450")

    until(lambda: "X-Img-Quality" in image().headers)
    low = image()
    assert 60 <= int(low.headers["X-Img-Score"]) < 70
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Target score").fill("85")
    save(page)
    until(lambda: image().headers["X-Img-Quality"] != low.headers["X-Img-Quality"])
    assert int(image().headers["X-Img-Score"]) >= 85
    assert len(image().content) > len(low.content)
    page.reload()
    expect(page.get_by_label("Automatic")).to_be_checked()
    expect(page.get_by_label("Target score")).to_have_value("85")
    page.get_by_label("High (95 %)").check()
    save(page)
    assert (option(resource)["quality"], option(resource)["quality_target"]) == (95, 85)


def test_mistakes_in_the_target(console: Console, page: Page, resource: Resource) -> None:
    """A target that the API refuses is reported beside its field, and nothing is stored."""
    console.watch.expected = {400}
    page.get_by_label("Automatic").check()
    for wrong, message in {"96": "Is not between 30 and 95.", "": "Is not a whole number."}.items():
        page.get_by_label("Target score").fill(wrong)
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_label("Target score")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Target score")).to_be_focused()
        expect(page.get_by_label("Target score")).to_have_accessible_description(re.compile(re.escape(message)))
    console.accessible()
    assert option(resource).get("quality") is None
    page.get_by_label("Target score").fill("95")
    save(page)
    assert option(resource)["quality_target"] == 95


def test_lossless_png(page: Page, resource: Resource) -> None:
    """With it PNG becomes WebP without a changed pixel; without it pixels change."""
    page.get_by_label("Low (65 %)").check()
    page.get_by_label("Enable WebP compression").check()
    save(page)
    host, path, original = resource.host, "/photos/cat.png", photograph("chelsea.png")
    image = resource.stack.image
    until(lambda: image(host, path, WEBP).headers["Content-Type"] == "image/webp")
    assert difference(image(host, path, WEBP).content, original) > 0
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Enable lossless for PNG").check()
    save(page)
    until(lambda: difference(image(host, path, WEBP).content, original) == 0)


def test_refine(page: Page, resource: Resource) -> None:
    """The choice of images to refine is made here, stored, and takes effect: images get a score."""
    image, width = resource.stack.image, "?width=200"
    until(lambda: image(resource.host, CAT + width).headers.get("X-Img-Operations") == "resize")
    expect(page.get_by_label("Nothing", exact=True)).to_be_checked()
    for name, word in {"Images that are asked for again": "popular", "All images": "all", "Nothing": "off"}.items():
        page.get_by_label(name, exact=True).check()
        save(page)
        page.get_by_role("button", name="Close").click()
        assert option(resource)["refine"] == word
        page.reload()
        expect(page.get_by_label(name, exact=True)).to_be_checked()
    page.get_by_label("All images", exact=True).check()
    save(page)

    def is_refined() -> bool:
        # The edge keeps the first result for a minute.
        resource.stack.serving.request("POST", "/_local/purge")
        return "X-Img-Score" in image(resource.host, CAT + width).headers

    until(is_refined)


def test_further_options(console: Console, page: Page, resource: Resource) -> None:
    """Options that are folded at first are set as well, and are in force."""
    page.locator("summary", has_text="Browser cache settings").click()
    page.get_by_role("group", name="Browser cache settings", exact=True).get_by_text("On", exact=True).click()
    page.get_by_label("Browser cache expiry").fill("2h")
    page.locator("summary", has_text="Static response headers").click()
    page.get_by_role("group", name="Static response headers", exact=True).get_by_text("On", exact=True).click()
    if page.get_by_label("Header name").count() == 0:
        page.get_by_role("button", name="Add header").click()
    page.get_by_label("Header name").fill("X-Shop")
    page.get_by_label("Header value").fill("photographs")
    console.accessible()
    save(page)
    until(lambda: resource.stack.image(resource.host, CAT).headers.get("X-Shop") == "photographs")
    assert "max-age=7200" in resource.stack.image(resource.host, CAT).headers["Cache-Control"].split(", ")


def test_off(page: Page, resource: Resource) -> None:
    """Where image stack is off originals pass as they are; the quality that was set is there when it is on again."""
    page.get_by_label("Medium (80 %)").check()
    save(page)
    image = resource.stack.image
    original = image(resource.host, CAT)
    until(lambda: image(resource.host, f"{CAT}?width=9").headers.get("X-Img-Operations") == "resize")
    section = page.get_by_role("group", name="Image stack")
    section.get_by_text("Off", exact=True).click()
    expect(page.get_by_label("Medium (80 %)")).not_to_be_visible()
    page.get_by_role("button", name="Close").click()
    save(page)
    until(lambda: image(resource.host, f"{CAT}?width=9").headers.get("X-Img-Operations") is None)
    assert len(image(resource.host, CAT).content) >= len(original.content)
    section.get_by_text("On", exact=True).click()
    expect(page.get_by_label("Medium (80 %)")).to_be_checked()


def invalid(page: Page, label: str, message: str) -> None:
    """A field is marked, has the focus, and is described by what is wrong."""
    field = page.get_by_label(label)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(message)


def test_mistakes(console: Console, page: Page, resource: Resource) -> None:
    """A value that the API refuses is reported beside its field, and nothing is stored."""
    console.watch.expected = {400}
    page.get_by_label("Custom value").check()
    page.get_by_label("Quality in percent").fill("101")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("Quality in percent")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Quality in percent")).to_be_focused()
    console.accessible()
    page.get_by_label("Quality in percent").fill("40")
    page.get_by_label("Pattern").fill("photos")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("Pattern")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Pattern")).to_be_focused()
    expect(page.get_by_label("Quality in percent")).not_to_have_attribute("aria-invalid", "true")
    assert (option(resource).get("quality"), resource.rules[0]["rule"]) == (None, "/.*")
    page.get_by_label("Pattern").fill("/photos/.*")
    save(page)
    assert (option(resource)["quality"], resource.rules[0]["rule"]) == (40, "/photos/.*")


def test_unsaved_changes(console: Console, page: Page, resource: Resource) -> None:
    """Leaving with unsaved changes needs a confirmation, by link or by the browser's button."""
    console.open(f"#/resources/{resource.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    page.get_by_role("link", name="Photographs", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Cats")
    expect(page.get_by_text("There are unsaved changes.")).to_be_visible()
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Cats")
    expect(page).to_have_url(re.compile(f"/rules/{resource.rules[0]['id']}$"))
    page.go_back()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Cats")
    save(page)
    page.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Audit")
    page.go_back()
    page.get_by_label("Name", exact=True).fill("Dogs")
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Audit")
    assert resource.rules[0]["name"] == "Cats"


def conflict(console: Console, resource: Resource, rule: int) -> Locator:
    """Somebody else has saved another name and WebP, while the quality was changed here."""
    console.watch.expected = {409, 412}
    page = console.page
    page.get_by_label("Low (65 %)").check()
    theirs = {"name": "Theirs", "options": {"image_stack": {"enabled": True, "webp_enabled": True}}}
    resource.stack.api("PATCH", f"/resources/{resource.id}/rules/{rule}", theirs)
    page.get_by_role("button", name="Save changes").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else has changed this rule")
    return dialog


def test_a_second_administrator(console: Console, page: Page, resource: Resource, rule: int) -> None:
    """What somebody else has saved meanwhile is not written over unasked; it can be loaded instead."""
    dialog = conflict(console, resource, rule)
    console.accessible()
    assert resource.rules[0]["name"] == "Theirs"
    dialog.get_by_role("button", name="Load theirs").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Theirs")
    expect(page.get_by_label("High (95 %)")).to_be_checked()
    expect(page.get_by_label("Enable WebP compression")).to_be_checked()
    assert option(resource).get("quality") is None


def test_mine_over_theirs(console: Console, page: Page, resource: Resource, rule: int) -> None:
    """Or what was changed here is saved all the same; the name, which was not, stays as they have it."""
    conflict(console, resource, rule).get_by_role("button", name="Save mine anyway").click()
    expect(page.get_by_text("Viewers get it within seconds.")).to_be_visible()
    assert resource.rules[0]["name"] == "Theirs"
    assert option(resource)["quality"] == 65


def test_a_viewer(console: Console, resource: Resource, rule: int) -> None:
    """Who may only look sees everything, and can change nothing."""
    console.sign_in(resource.stack.token_of("viewer"), f"#/resources/{resource.id}/rules/{rule}")
    page = console.page
    expect(page.get_by_text("Changing it needs the token of an editor.")).to_be_visible()
    expect(page.get_by_role("button", name="Save changes")).to_have_count(0)
    expect(page.get_by_label("Medium (80 %)")).to_be_disabled()
    expect(page.get_by_label("Pattern")).not_to_be_editable()
    console.accessible()


def test_narrow(narrow_console: Console, resource: Resource, rule: int) -> None:
    """On a telephone the page needs no scrolling to the side."""
    console = narrow_console
    console.sign_in(address=f"#/resources/{resource.id}/rules/{rule}")
    expect(console.page.get_by_label("Medium (80 %)")).to_be_visible()
    console.fits()
    console.page.locator("summary", has_text="Query parameters").click()
    console.fits()
    console.accessible()
    console.picture("rule-narrow")


def test_few_colours_and_linear_light(page: Page, resource: Resource) -> None:
    """Both are switched on here, stored, shown in words, and switched off again."""
    names = {"Few colours for PNG": "png_palette", "Resize in linear light": "linear"}
    for name in names:
        page.get_by_label(name).check()
    page.get_by_label("All images", exact=True).check()
    expect(page.get_by_text("linear light, made smaller afterwards, PNG of few colours")).to_be_visible()
    save(page)
    page.get_by_role("button", name="Close").click()
    assert [option(resource)[field] for field in names.values()] == [True, True]
    page.reload()
    for name in names:
        expect(page.get_by_label(name)).to_be_checked()
        page.get_by_label(name).uncheck()
    save(page)
    assert [option(resource)[field] for field in names.values()] == [False, False]
