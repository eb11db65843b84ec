"""The API of resources and rules on the local stack, driven by the public CDN's own SDK, through the front."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gcore import AuthenticationError, Gcore

from tests.images import jpeg
from tests.local.conftest import Serving, failure, originals, serving, until

pytestmark = pytest.mark.xdist_group("control")

TOKEN, SHORT = "a-token-of-ones-own", "short"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = originals(tmp_path_factory.mktemp("originals"), {"a.jpg": jpeg()})
    with serving("--originals", str(folder), IMAGESTACK_TOKEN=TOKEN) as found:
        yield found


def test_a_rule_made_by_the_sdk_changes_what_viewers_get(stack: Serving) -> None:
    """A resource for a host, a rule, a change of it: images follow within seconds, though the front keeps answers."""
    host = "shop.example"

    def image() -> httpx.Response:
        return stack.get("/a.jpg", host=host, accept="image/avif,image/webp")

    with Gcore(api_key=TOKEN, base_url=stack.url) as sdk:
        resource = sdk.cdn.cdn_resources.create(cname=host, origin="originals")
        assert resource.id
        until(lambda: image().headers["content-type"] == "image/jpeg")
        rule = sdk.cdn.cdn_resources.rules.create(
            resource.id,
            name="smaller",
            rule="/.*",
            rule_type=0,
            options={"image_stack": {"enabled": True, "webp_enabled": True, "quality": 60}},
        )
        assert rule.id
        until(lambda: image().headers["content-type"] == "image/webp")
        sdk.cdn.cdn_resources.rules.update(
            rule.id, resource_id=resource.id, options={"image_stack": {"enabled": True, "avif_enabled": True}}
        )
        until(lambda: image().headers["content-type"] == "image/avif")


def test_answers_are_not_kept(stack: Serving) -> None:
    """What one token is shown nobody else gets, and a second look shows what is there then."""
    for _ in range(2):
        answer = httpx.get(f"{stack.url}/cdn/resources", headers={"Authorization": f"APIKey {TOKEN}"})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert answer.headers["x-cache"] == "Miss from cloudfront"
    assert httpx.get(f"{stack.url}/cdn/resources").status_code == 401
    with Gcore(api_key="another-token", base_url=stack.url, max_retries=0) as sdk, pytest.raises(AuthenticationError):
        sdk.cdn.cdn_resources.list()


def test_token_is_printed(stack: Serving) -> None:
    """Before the line that says ready; a random one if none is given, without the edge too."""
    assert f"token {TOKEN}" in stack.lines[:-1]
    with serving("--no-edge") as other:
        [token] = [line.removeprefix("token ") for line in other.lines if line.startswith("token ")]
        assert len(token) > 40
        answer = httpx.get(f"{other.url}/cdn/resources", headers={"Authorization": f"APIKey {token}"})
        assert answer.status_code == 200


def test_a_token_that_is_none(tmp_path: Path) -> None:
    """A text that no token may have is a mistake that is told at once."""
    folder = originals(tmp_path, {"a.jpg": jpeg()})
    status, told = failure("serve", "--originals", str(folder), IMAGESTACK_TOKEN=SHORT)
    assert status == 2
    assert "IMAGESTACK_TOKEN is not taken" in told
