"""A sync function that is killed during a purge: its message is delivered again, and the purge continues."""

from collections.abc import Callable, Iterator

import pytest

from imagestack.control.jobs import PURGE
from tests.support.fault_proxy import FaultProxy, Spoiled
from tests.support.killed import after_it_is_done, before_it_is_done, killed
from tests.sync.conftest import CONTROL, DERIVED, HOST, Deployment, original_event, sqs_record

MODULE = "functions.sync.handler"
# More than one page of S3's listing.
PAGE, MANY = 1_000, 1_020


@pytest.fixture
def proxy(aws: str) -> Iterator[FaultProxy]:
    with FaultProxy.before(aws) as found:
        yield found


HOW = pytest.mark.parametrize("how", [before_it_is_done, after_it_is_done])


@HOW
@pytest.mark.parametrize("pattern", [f"^POST /{DERIVED}", "^UpdateItem "], ids=["removal", "progress"])
def test_purge(deployment: Deployment, proxy: FaultProxy, pattern: str, how: Callable[[Spoiled], None]) -> None:
    """Another function finishes it: everything is removed, nothing else, and the edge is purged."""
    deployment.put_derived(f"{HOST}/a.jpg/@/x.webp", f"{HOST}/b.jpg/@/x.webp")
    number = deployment.ask(PURGE, {"urls": ["/a.jpg"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    (first,) = deployment.received("jobs")
    record = sqs_record(first["body"], "m", 1)
    killed(MODULE, [record], proxy=proxy, pattern=pattern, how=how, environment=deployment.environment)
    removed = pattern == "^UpdateItem " or how is after_it_is_done
    assert len(deployment.derived()) == (1 if removed else 2)
    assert deployment.handle([sqs_record(first["body"], "m", 2)]) == []
    for _ in range(10):
        deployment.cloudfront.finish()
        messages = deployment.received("jobs")
        if not messages:
            break
        for again in messages:
            assert deployment.handle([again]) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert deployment.derived() == [f"{HOST}/b.jpg/@/x.webp"]
    assert ["/a.jpg", "/a.jpg?*"] in deployment.cloudfront.paths


def test_original(deployment: Deployment, proxy: FaultProxy) -> None:
    """After a kill between two pages of derived objects, the event is delivered again and the rest is removed."""
    deployment.resource(HOST)
    deployment.put_derived(*(f"{HOST}/a.jpg/@/{at:04}.webp" for at in range(MANY)), f"{HOST}/b.jpg/@/x.webp")
    event = original_event("a.jpg", "Object Deleted")
    killed(
        MODULE,
        [event],
        proxy=proxy,
        pattern=f"^POST /{DERIVED}",
        how=before_it_is_done,
        environment=deployment.environment,
        pass_on=1,
    )
    assert len(deployment.derived()) == MANY - PAGE + 1
    assert deployment.handle([event]) == []
    assert deployment.derived() == [f"{HOST}/b.jpg/@/x.webp"]
    assert any("/a.jpg" in paths for paths in deployment.cloudfront.paths)
