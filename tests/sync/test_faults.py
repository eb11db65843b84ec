"""Faults in single calls of the sync function: purges still succeed, and originals stay untouched."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff

from imagestack.control.jobs import PURGE
from tests.support.depth import IS_LONG
from tests.support.fault_kinds import FAULTS
from tests.support.fault_proxy import Fault, FaultProxy
from tests.sync.conftest import CONTROL, DERIVED, HOST, ORIGINALS, Deployment, original_event, sqs_record

SITES = {
    "job": "^GetItem ",
    "listing": f"^GET /{DERIVED}",
    "removal": f"^POST /{DERIVED}",
    "progress": "^UpdateItem ",
    "next message": "^SendMessage ",
}
KINDS = [
    "connection reset",
    "carried out, but the response is lost",
    "body shorter than Content-Length",
    "500",
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded",
    "credentials have expired",
]


@pytest.fixture(scope="module")
def proxy(aws: str) -> Iterator[FaultProxy]:
    with FaultProxy.before(aws) as found:
        yield found


@pytest.fixture(scope="module")
def clients(proxy: FaultProxy) -> dict[str, Any]:
    """Clients behind the proxy; the edge has its own address."""
    from imagestack.sync.aws.clients import make_clients  # noqa: PLC0415 - of the environment of this moment

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.url)
        made = make_clients()
    return {"s3": made.s3, "dynamodb": made.dynamodb, "sqs": made.sqs}


@pytest.fixture(autouse=True)
def behind(
    deployment: Deployment, clients: dict[str, Any], proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A function behind the proxy, without pauses between attempts."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    deployment.rebuild(clients)
    proxy.calls.clear()
    yield
    proxy.heal()


# A failure that lasts ends in one of two ways by default: the connection breaks, or an error is the answer.
LASTING = KINDS if IS_LONG else [KINDS[0], KINDS[-1]]


@pytest.mark.parametrize(
    ("kind", "times"),
    [*((kind, 1) for kind in KINDS), *((kind, None) for kind in LASTING)],
    ids=[*(f"{kind}-once" for kind in KINDS), *(f"{kind}-for a while" for kind in LASTING)],
)
@pytest.mark.parametrize("site", SITES)
def test_purge(deployment: Deployment, proxy: FaultProxy, site: str, kind: str, times: int | None) -> None:
    """With any fault in any call, the purge ends, everything is removed and the edge is purged."""
    deployment.put_derived(f"{HOST}/a.jpg/@/x.webp", f"{HOST}/b.jpg/@/x.webp")
    deployment.cloudfront.takes_time = True
    number = deployment.ask(PURGE, {"urls": ["/a.jpg"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    (first,) = deployment.received("jobs")
    spoiling = Fault(SITES[site], FAULTS[kind], times)
    proxy.spoil(spoiling)
    failed = deployment.handle([sqs_record(first["body"], "m", 1)])
    assert spoiling.met
    proxy.heal()
    if failed:
        assert deployment.handle([sqs_record(first["body"], "m", 2)]) == []
    for _ in range(10):
        deployment.cloudfront.finish()
        records = deployment.received("jobs")
        if not records:
            break
        for record in records:
            assert deployment.handle([record]) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert deployment.derived() == [f"{HOST}/b.jpg/@/x.webp"]
    assert ["/a.jpg", "/a.jpg?*"] in deployment.cloudfront.paths


def test_originals_stay_as_they_are(deployment: Deployment, proxy: FaultProxy) -> None:
    """Purges of everything and events of originals remove derived objects, and send no request for originals."""
    for key in ("a.jpg", "b.jpg"):
        deployment.s3.put_object(Bucket=ORIGINALS, Key=key, Body=key.encode())
    before = deployment.s3.list_objects_v2(Bucket=ORIGINALS)["Contents"]
    deployment.put_derived(f"{HOST}/a.jpg/@/x.webp", "_default/b.jpg/@/x.webp", f"{HOST}/b.jpg/@/x.webp")
    number = deployment.ask(PURGE, {"paths": []})
    deployment.work(PURGE, number)
    assert deployment.handle([original_event("b.jpg"), original_event("a.jpg", "Object Deleted", "2")]) == []
    assert deployment.derived() == []
    assert deployment.s3.list_objects_v2(Bucket=ORIGINALS)["Contents"] == before
    assert not [call for call in proxy.calls if ORIGINALS in call.about and not call.is_like("^(Scan|GetItem) ")]
