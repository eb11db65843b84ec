"""A resource with 500 rules."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console, Resource

pytestmark = pytest.mark.xdist_group("browser")

COUNT = 500


@pytest.fixture
def many(resource: Resource) -> Resource:
    """A resource with many rules, written directly into the table, since the API takes one at a time."""
    options = {"image_stack": {"enabled": True, "quality": 80}}
    with resource.stack.serving.rules().batch_writer() as batch:
        for number in range(1, COUNT + 1):
            rule = {"name": f"Folder {number:03}", "rule": f"/folder{number:03}/.*", "weight": number}
            batch.put_item(
                Item={"pk": f"RESOURCE#{resource.host}", "sk": f"RULE#{10_000 + number}", "options": options, **rule}
            )
    return resource


def test_500_rules(console: Console, many: Resource) -> None:
    """The list shows 500 rules at once; they can be searched and reordered."""
    console.sign_in(address=f"#/resources/{many.id}")
    page = console.page
    expect(page.get_by_text("500 rules", exact=True)).to_be_visible()
    page.get_by_label("Search rules").fill("folder 37")
    expect(page.locator("tbody tr:visible")).to_have_count(10)
    page.get_by_label("Search rules").fill("")
    expect(page.locator("tbody tr:visible")).to_have_count(COUNT)
    # Names of roles are computed: those of one row, not of 500.
    page.locator("tbody tr").last.get_by_role("button", name="Move Folder 500 up").click()
    expect(page.get_by_text("The order is saved.")).to_be_visible()
    assert [rule["name"] for rule in many.rules][-2:] == ["Folder 500", "Folder 499"]
