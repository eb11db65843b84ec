"""Names with markup, and originals that are pages: content of others runs no script on the console's host."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import BUCKET, Console, Resource

pytestmark = pytest.mark.xdist_group("browser")

MARKUP = '"><img src=x onerror="window.stolen = 1"><script>window.stolen = 1</script>'
LINK = "javascript:window.stolen=1"
SCRIPT = b"<script>document.documentElement.id = 'stolen' + sessionStorage.length</script>"
PAGES = {
    "hostile.html": (SCRIPT, "text/html"),
    "hostile.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><title>a</title>' + SCRIPT + b"</svg>", "image/svg+xml"),
    "hostile.xhtml": (b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>", "application/xhtml+xml"),
}


def test_names_are_text(console: Console, resource: Resource) -> None:
    """Names of rules, tokens, templates and originals are shown as text."""
    stack = console.stack
    for name in (MARKUP, LINK):
        rule = resource.add(name, rule=f"/{MARKUP[:20]}")
        stack.api("POST", "/tokens", {"name": name, "role": "viewer"})
        stack.api("POST", "/resources/rule_templates", {"name": name, "rule": "/", "ruleType": 0})
    stack.serving.s3().put_object(Bucket=BUCKET, Key=f"photos/{MARKUP}.jpg", Body=b"x", ContentType="image/jpeg")
    console.sign_in(address=f"#/resources/{resource.id}")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Rules")
    expect(console.page.get_by_role("link", name=MARKUP, exact=True)).to_be_visible()
    pages = [f"#/resources/{resource.id}/rules/{rule}", "#/tokens", "#/templates", "#/audit", "#/tester", f"#/{MARKUP}"]
    for address in pages:
        console.open(address)
        console.settled()
        assert console.page.evaluate("window.stolen") is None, address
        assert console.page.locator("main img[src=x], main script, main [href^='javascript:']").count() == 0, address


@pytest.mark.parametrize("name", PAGES)
def test_originals_are_no_pages(console: Console, name: str) -> None:
    """An uploaded original runs no script in the tab of a signed-in user, where the token is."""
    body, content_type = PAGES[name]
    console.stack.serving.s3().put_object(Bucket=BUCKET, Key=name, Body=body, ContentType=content_type)
    console.sign_in()
    answer = console.page.goto(f"{console.stack.serving.url}/{name}")
    assert answer is not None
    assert answer.status == 200
    assert console.page.locator("[id^=stolen]").count() == 0
    # The browser's report about the blocked script.
    assert any("script-src" in problem for problem in console.watch.problems)
    console.watch.problems.clear()
