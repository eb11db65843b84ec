"""Signing in and out, and the pages for each role."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console, Resource, Stack

pytestmark = pytest.mark.xdist_group("browser")


def test_a_wrong_token(console: Console) -> None:
    """A wrong token is reported beside its field, and nothing else is shown."""
    console.watch.expected = {401}
    page = console.page
    console.open()
    page.get_by_label("Token", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The token is wrong or has expired.")
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    expect(page.get_by_label("Token", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("navigation")).not_to_contain_text("Resources")
    console.accessible()
    console.picture("sign-in")


def test_signing_in_and_out(console: Console, resource: Resource) -> None:
    """A link leads to its page after the sign-in. Signing out requires a new sign-in, in other tabs as well."""
    page = console.page
    console.sign_in_by_form(address=f"#/resources/{resource.id}/purge")
    expect(page.get_by_role("heading", level=1)).to_have_text("Purge")
    assert page.title() == "Purge \N{EN DASH} Image Stack"
    other = page.context.new_page()
    other.goto(console.url)
    expect(other.get_by_label("Token", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    console.open(f"#/resources/{resource.id}/purge")
    expect(page.get_by_label("Token", exact=True)).to_be_visible()


def test_by_keyboard(console: Console, stack: Stack) -> None:
    """The field has the focus, Enter signs in, the title has the focus then, and the skip link leads past the frame."""
    page = console.page
    console.open()
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    page.keyboard.type(stack.token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Resources")


def test_a_token_that_ends(console: Console, stack: Stack, resource: Resource) -> None:
    """When a token is revoked the next step leads to where one signs in, and says why."""
    console.watch.expected = {401}
    token = stack.api("POST", "/tokens", {"name": "for an hour", "role": "editor"})
    console.sign_in_by_form(token["token"])
    stack.api("DELETE", f"/tokens/{token['id']}")
    console.open(f"#/resources/{resource.id}/purge")
    expect(console.page.get_by_text("The token is no longer valid")).to_be_visible()


def test_a_token_that_has_ended(console: Console, stack: Stack, resource: Resource) -> None:
    """Whatever one tries then, it is said that the token has ended; who has signed in again hears no more of it."""
    console.watch.expected = {401}
    token = stack.api("POST", "/tokens", {"name": "for an hour", "role": "editor"})
    console.sign_in_by_form(token["token"])
    stack.api("DELETE", f"/tokens/{token['id']}")
    for page in ("purge", "rules", "purge"):
        console.open(f"#/resources/{resource.id}/{page}")
        expect(console.page.get_by_text("The token is no longer valid")).to_be_visible()
    console.page.get_by_label("Token", exact=True).fill(stack.token)
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Purge")


def test_resources(console: Console, resource: Resource) -> None:
    """All resources are listed with their origin; each leads to its rules."""
    console.sign_in_by_form()
    row = console.page.get_by_role("row").filter(has_text=resource.host)
    expect(row).to_contain_text("originals")
    expect(row).to_contain_text("Active")
    console.accessible()
    row.get_by_role("link").click()
    expect(console.page).to_have_url(f"{console.url}#/resources/{resource.id}")


def test_a_viewer(console: Console, stack: Stack) -> None:
    """A viewer is not offered what a viewer may not do."""
    console.sign_in_by_form(stack.token_of("viewer"))
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Resources")
    expect(console.page.get_by_role("link", name="Create resource")).to_have_count(0)
    expect(console.page.get_by_role("link", name="Tokens")).to_have_count(0)


def test_no_such_page(console: Console) -> None:
    """An address that nothing is at says so, and the frame stays."""
    console.sign_in_by_form()
    console.open("#/nothing")
    expect(console.page.get_by_text("There is no such page.")).to_be_visible()
    expect(console.page.get_by_role("link", name="All resources")).to_be_visible()


def test_narrow(narrow_console: Console, resource: Resource) -> None:
    """On a telephone nothing is wider than the window."""
    console = narrow_console
    console.open()
    console.fits()
    console.sign_in_by_form()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Resources")
    for address in ("", "/usage", "/purge", "/prefetch", "/settings"):
        console.open(f"#/resources/{resource.id}{address}")
        expect(console.page.get_by_role("heading", level=1)).to_be_visible()
        console.fits()
    for address in ("tester", "templates", "audit", "tokens"):
        console.open(f"#/{address}")
        expect(console.page.get_by_role("heading", level=1)).to_be_visible()
        console.fits()
    console.picture("narrow")
