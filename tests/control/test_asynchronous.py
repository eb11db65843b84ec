"""The asynchronous SDK, and many concurrent administrators."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import gcore
import pytest
from gcore import AsyncGcore, DefaultAsyncHttpxClient

from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment
from tests.support.plain import PLAIN

WRITERS = 20


def run(deployment: Deployment, work: Callable[[AsyncGcore], Awaitable[None]], **settings: Any) -> None:
    """Run a function with the asynchronous SDK."""

    async def main() -> None:
        token = deployment.token("admin")
        client = DefaultAsyncHttpxClient(verify=PLAIN)
        wanted = {"max_retries": 0} | settings
        async with AsyncGcore(api_key=token, base_url=deployment.address, http_client=client, **wanted) as sdk:
            await work(sdk)

    asyncio.run(main())


def test_whole_life(deployment: Deployment) -> None:
    """Resources, rules, templates, purges, prefetches and the audit trail work from creation to deletion."""

    async def work(sdk: AsyncGcore) -> None:
        resources, rules = sdk.cdn.cdn_resources, sdk.cdn.cdn_resources.rules
        resource = (await resources.create(cname=HOST, origin=ORIGINALS)).id
        assert resource is not None
        assert (await resources.get(resource)).cname == HOST
        rule = await rules.create(resource, name="a", rule="/a", rule_type=0)
        assert rule.id is not None
        assert (await rules.replace(rule.id, resource_id=resource, rule="/b", rule_type=0)).rule == "/b"
        assert (await rules.get(rule.id, resource_id=resource)).name == ""
        assert [found.id async for found in rules.list(resource, limit=1)] == [rule.id]
        template = (await sdk.cdn.rule_templates.create(rule="/a", rule_type=0)).id
        assert template is not None
        assert len([found async for found in sdk.cdn.rule_templates.list()]) == 2
        await sdk.cdn.rule_templates.delete(template)
        await resources.purge(resource, urls=["/a.jpg"])
        await resources.prefetch(resource, paths=["/a.jpg"])
        assert [purge.status async for purge in sdk.cdn.list_purge_statuses()] == ["In progress"]
        await rules.update(rule.id, resource_id=resource, active=False)
        await rules.delete(rule.id, resource_id=resource)
        await resources.update(resource, active=False)
        await resources.delete(resource)
        with pytest.raises(gcore.NotFoundError):
            await resources.get(resource)
        assert len([found async for found in sdk.cdn.audit_logs.list(limit=3)]) == 12

    run(deployment, work)


def test_many_rules_at_once(deployment: Deployment) -> None:
    """Administrators who add rules concurrently all succeed, and each rule has its own number."""

    async def work(sdk: AsyncGcore) -> None:
        resource = (await sdk.cdn.cdn_resources.create(cname=HOST, origin=ORIGINALS)).id
        assert resource is not None
        rules = sdk.cdn.cdn_resources.rules
        made = await asyncio.gather(
            *(rules.create(resource, name=str(number), rule="/", rule_type=0) for number in range(WRITERS))
        )
        assert len({rule.id for rule in made}) == WRITERS
        assert {rule.name async for rule in rules.list(resource)} == {str(number) for number in range(WRITERS)}

    run(deployment, work)


def test_many_resources_of_one_host_at_once(deployment: Deployment) -> None:
    """Of many administrators who add the same host, exactly one succeeds."""

    async def work(sdk: AsyncGcore) -> None:
        asked = (sdk.cdn.cdn_resources.create(cname=HOST, origin=ORIGINALS) for _ in range(WRITERS))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
        assert sum(isinstance(answer, gcore.BadRequestError) for answer in answers) == WRITERS - 1
        assert len([found async for found in sdk.cdn.cdn_resources.list()]) == 1

    run(deployment, work)
