"""The API of resources and rules on the local stack, driven by the public CDN's own SDK, through the front."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gcore import AsyncGcore, AuthenticationError, BadRequestError, Gcore, NotFoundError

from tests.support.images import jpeg
from tests.support.serving import Serving, failure, originals, serving, until

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


def test_purges_and_prefetches_of_the_sdk_are_done(stack: Serving) -> None:
    """What was prefetched comes from the front; after a purge that is reported as done it is made anew."""
    host = "purged.example"

    def word(accept: str = "image/avif,image/webp") -> str:
        return stack.get("/a.jpg?width=60", host=host, accept=accept).headers["x-cache"].partition(" ")[0]

    with Gcore(api_key=TOKEN, base_url=stack.url) as sdk:
        options: Any = {"image_stack": {"enabled": True, "avif_enabled": True}}
        resource = sdk.cdn.cdn_resources.create(cname=host, origin="originals", options=options)
        assert resource.id

        def is_done(kind: str) -> bool:
            (newest, *_) = sdk.get(f"/cdn/{kind}_statuses?cname={host}", cast_to=list[dict[str, Any]])
            return bool(newest["status"] == "Successful")

        sdk.cdn.cdn_resources.prefetch(resource.id, paths=["/a.jpg?width=60"])
        until(lambda: is_done("prefetch"))
        assert (word(), word("image/webp"), word("*/*")) == ("Hit", "Hit", "Hit")
        bodies: tuple[Any, ...] = ({"urls": ["/a.jpg"]}, {"paths": ["/a*"]}, {"paths": []})
        for body in bodies:
            assert word() == "Hit"
            sdk.cdn.cdn_resources.purge(resource.id, **body)
            until(lambda: is_done("purge"))
            assert word() == "Miss"
        with pytest.raises(BadRequestError, match="paths start with one /"):
            sdk.cdn.cdn_resources.purge(resource.id, paths=["https://elsewhere.example/a.jpg"])


def test_the_whole_life_of_a_rule_by_the_asynchronous_sdk(stack: Serving) -> None:
    """Created, read, changed, replaced, refused, deleted, and gone."""

    async def life() -> None:
        async with AsyncGcore(api_key=TOKEN, base_url=stack.url) as sdk:
            resources = sdk.cdn.cdn_resources
            resource = await resources.create(cname="life.example", origin="originals")
            assert resource.id
            rule = await resources.rules.create(resource.id, name="life", rule="/.*", rule_type=0)
            assert rule.id
            assert [one.id async for one in resources.rules.list(resource.id, limit=1)] == [rule.id]
            await resources.rules.update(rule.id, resource_id=resource.id, name="second life")
            assert (await resources.rules.get(rule.id, resource_id=resource.id)).name == "second life"
            await resources.rules.replace(rule.id, resource_id=resource.id, rule="/b", rule_type=0, name="third")
            unknown: Any = {"waap": {"enabled": True}}
            with pytest.raises(BadRequestError, match=r"waap.*is not supported"):
                await resources.rules.update(rule.id, resource_id=resource.id, options=unknown)
            with pytest.raises(BadRequestError, match="an active rule cannot be deleted"):
                await resources.rules.delete(rule.id, resource_id=resource.id)
            await resources.rules.update(rule.id, resource_id=resource.id, active=False)
            await resources.rules.delete(rule.id, resource_id=resource.id)
            with pytest.raises(NotFoundError):
                await resources.rules.get(rule.id, resource_id=resource.id)
            await resources.update(resource.id, active=False)
            await resources.delete(resource.id)
            with pytest.raises(NotFoundError):
                await resources.get(resource.id)

    asyncio.run(life())


def test_answers_are_not_kept(stack: Serving) -> None:
    """What one token is shown nobody else gets, and a second look shows what is there then."""
    for _ in range(2):
        answer = stack.get("/cdn/resources", Authorization=f"APIKey {TOKEN}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert answer.headers["x-cache"] == "Miss from cloudfront"
    assert stack.get("/cdn/resources").status_code == 401
    with Gcore(api_key="another-token", base_url=stack.url, max_retries=0) as sdk, pytest.raises(AuthenticationError):
        sdk.cdn.cdn_resources.list()


def test_token_is_printed(stack: Serving) -> None:
    """It and the console's address, before the line that says ready; a random one if none is given."""
    assert f"token {TOKEN}" in stack.lines[:-1]
    assert f"console {stack.url}/console/" in stack.lines[:-1]
    assert stack.get("/console/").headers["content-type"] == "text/html; charset=utf-8"
    assert stack.get("/console").headers["location"] == "/console/"
    with serving("--no-edge") as other:
        [token] = [line.removeprefix("token ") for line in other.lines if line.startswith("token ")]
        assert len(token) > 40
        answer = other.get("/cdn/resources", Authorization=f"APIKey {token}")
        assert answer.status_code == 200


def test_a_token_that_is_none(tmp_path: Path) -> None:
    """A text that cannot be a token is refused at the start."""
    folder = originals(tmp_path, {"a.jpg": jpeg()})
    status, message = failure("serve", "--port", "0", "--originals", str(folder), IMAGESTACK_TOKEN=SHORT)
    assert status == 2
    assert "IMAGESTACK_TOKEN cannot be used" in message
