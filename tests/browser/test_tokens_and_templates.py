"""Tokens and rule templates."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console, Resource, Stack

pytestmark = pytest.mark.xdist_group("browser")


def test_tokens(console: Console, stack: Stack) -> None:
    """A token is shown once, and works; a revoked one does not."""
    console.sign_in(address="#/tokens")
    page = console.page
    page.get_by_label("Name", exact=True).fill("Deployment")
    page.get_by_role("radio", name="Editor").check()
    page.get_by_label("Holds for").select_option("30")
    page.get_by_role("button", name="Create token").click()
    field = page.get_by_label("Token", exact=True)
    expect(field).to_be_visible()
    text = field.input_value()
    answer = stack.serving.get("/cdn/tokens/current", Authorization=f"APIKey {text}").json()
    assert (answer["name"], answer["role"]) == ("Deployment", "editor")
    row = page.get_by_role("row").filter(has_text="Deployment")
    expect(row).to_contain_text(re.compile(r"Expires in (29|30) days"))
    console.accessible()
    # The text is not for the docs.
    page.get_by_role("button", name="I have kept it").click()
    expect(field).to_have_count(0)
    console.picture("tokens")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke token").click()
    expect(row).to_have_count(0)
    assert stack.serving.get("/cdn/tokens/current", Authorization=f"APIKey {text}").status_code == 401


def test_a_token_that_was_not_copied(console: Console) -> None:
    """Leaving before the text is saved needs a confirmation."""
    console.sign_in(address="#/tokens")
    page = console.page
    page.get_by_label("Name", exact=True).fill("Forgotten")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    page.get_by_role("link", name="Resources").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    page.get_by_role("link", name="Resources").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Resources")


def test_ones_own_token(console: Console) -> None:
    """Nobody locks themselves out, and a token without a name is not made."""
    console.sign_in(address="#/tokens")
    page = console.page
    expect(
        page.get_by_role("row").filter(has_text="This session").get_by_role("button", name="Revoke")
    ).to_be_disabled()
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def test_templates(console: Console, stack: Stack) -> None:
    """The template of the product can be duplicated, not changed; one's own can be changed and deleted."""
    console.sign_in(address="#/templates")
    page = console.page
    page.get_by_role("link", name="Image optimization").click()
    expect(page.get_by_text("cannot be changed")).to_be_visible()
    expect(page.get_by_role("button", name="Save changes")).to_have_count(0)
    page.get_by_role("link", name="Duplicate").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Image optimization (copy)")
    page.get_by_label("Name", exact=True).fill("Thumbnails")
    page.get_by_label("Pattern").fill("shop")
    console.watch.expected = {400}
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_label("Pattern")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Pattern").fill("/shop/.*")
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_role("link", name="Thumbnails")).to_be_visible()
    made = next(one for one in stack.api("GET", "/rule_templates") if one["name"] == "Thumbnails")
    assert made["rule"] == "/shop/.*"
    console.accessible()
    console.picture("templates")
    page.get_by_role("link", name="Thumbnails").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete template").click()
    # Back in the list: the page of a template has no link to itself.
    expect(page.get_by_role("link", name="New template")).to_be_visible()
    expect(page.get_by_role("link", name="Thumbnails")).to_have_count(0)
    assert all(one["name"] != "Thumbnails" for one in stack.api("GET", "/rule_templates"))


def test_a_viewer_of_templates(console: Console, resource: Resource) -> None:
    """A token that may only read says so."""
    console.sign_in(resource.stack.token_of("editor"), "#/templates")
    expect(console.page.get_by_text("Changing them needs the token of an admin.")).to_be_visible()
    expect(console.page.get_by_role("link", name="New template")).to_have_count(0)
    console.open("#/tokens")
    expect(console.page.get_by_text("Tokens are seen and made by admins only.")).to_be_visible()
