"""Failing stores: the affected records are delivered again, and no change is lost."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from imagestack.control.jobs import PURGE
from tests.support.faulty_server import FaultyServer, closed_port
from tests.sync.conftest import CONTROL, HOST, RULES, Deployment, original_event, sqs_record


def client(service: str, url: str) -> Any:
    """A client with short timeouts; its requests are repeated by new deliveries."""
    return boto3.client(
        service,  # type: ignore[call-overload] # any of them
        endpoint_url=url,
        config=Config(connect_timeout=1, read_timeout=0.3, retries={"total_max_attempts": 1, "mode": "standard"}),
    )


@pytest.fixture(params=["error", "silence", "nobody"])
def broken(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a failing service."""
    if request.param == "nobody":
        yield closed_port()
        return
    with FaultyServer() as server:
        server.fail(500, "InternalError")
        server.silent = request.param == "silence"
        yield server.url


@pytest.mark.parametrize("service", ["s3", "dynamodb", "cloudfront"])
def test_originals(deployment: Deployment, broken: str, service: str) -> None:
    """Events of originals are delivered again, and then take effect."""
    deployment.put_derived("_default/a.jpg/@/x.webp")
    batch = [original_event("a.jpg", name="1"), original_event("b.jpg", name="2")]
    deployment.rebuild({service: client(service, broken)})
    assert sorted(deployment.handle(batch)) == ["1", "2"]
    deployment.rebuild()
    assert deployment.handle(batch) == []
    assert deployment.derived() == []
    assert deployment.cloudfront.paths == [["/a.jpg", "/a.jpg?*", "/b.jpg", "/b.jpg?*"]]


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "cloudfront"])
def test_purge(deployment: Deployment, broken: str, service: str) -> None:
    """A step of a purge is delivered again, and the purge succeeds."""
    deployment.put_derived(f"{HOST}/a.jpg/@/x.webp")
    deployment.cloudfront.takes_time = True
    number = deployment.ask(PURGE, {"urls": ["/a.jpg"]})
    records = deployment.records(CONTROL)
    assert deployment.handle(records) == []
    (first,) = deployment.received("jobs")
    deployment.rebuild({service: client(service, broken)})
    # The count of removed objects is saved before the edge fails, in a step of its own.
    assert deployment.handle([sqs_record(first["body"], "m", 1)]) == ([] if service == "cloudfront" else ["m"])
    deployment.rebuild()
    if service != "cloudfront":
        assert deployment.handle([sqs_record(first["body"], "m", 2)]) == []
    while deployment.job(PURGE, number)["status"] == "In progress":
        deployment.cloudfront.finish()
        (record,) = deployment.received("jobs")
        assert deployment.handle([record]) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert deployment.job(PURGE, number)["progress"]["derived"] == 1
    assert deployment.derived() == []


def test_records(deployment: Deployment, broken: str) -> None:
    """If both edge and queue fail, stream records are delivered again, from the first failed one."""
    deployment.records(RULES)
    deployment.item(pk="COUNTER", sk="ID", last=1)
    deployment.item(pk=f"RESOURCE#{HOST}", sk="RULE#1", rule="^/a/")
    deployment.item(pk=f"RESOURCE#{HOST}", sk="RULE#2", rule="^/b/")
    records = deployment.records(RULES)
    deployment.rebuild({name: client(name, broken) for name in ("sqs", "cloudfront")})
    assert deployment.handle(records) == [records[1]["dynamodb"]["SequenceNumber"]]
    deployment.rebuild()
    assert deployment.handle(records) == []
    assert deployment.cloudfront.paths == [["/a/*", "/b/*"]]


def test_new_job(deployment: Deployment, broken: str) -> None:
    """A job whose first message cannot be sent starts when its record is delivered again."""
    number = deployment.ask(PURGE, {"paths": []})
    records = deployment.records(CONTROL)
    deployment.rebuild({"sqs": client("sqs", broken)})
    assert len(deployment.handle(records)) == 1
    deployment.rebuild()
    assert deployment.handle(records) == []
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"


def test_job_cannot_be_ended(deployment: Deployment, broken: str) -> None:
    """A job whose failure cannot be recorded keeps its message, for the dead-letter queue."""
    deployment.ask(PURGE, {"paths": []})
    deployment.rebuild({"dynamodb": client("dynamodb", broken)})
    message = json.dumps({"job": {"kind": PURGE, "number": 1, "step": 0}})
    assert deployment.handle([sqs_record(message, "m", 9)]) == ["m"]
