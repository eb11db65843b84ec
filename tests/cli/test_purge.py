"""`imagestack purge`."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from time import sleep
from typing import Any

import boto3
import pytest

from imagestack.control.aws.store import DynamoStore
from imagestack.control.jobs import PURGE, Jobs, Status
from imagestack.control.store.ports import Table
from tests.cli.conftest import CONTROL, HOST, RULES, Operator, Place, resource
from tests.support.serving import until

Finish = Callable[[Status], Thread]


@pytest.fixture
def finish(place: Place) -> Finish:
    """Finishes the first purge with a status once it is requested, as the function that purges does."""
    client = boto3.client("dynamodb", endpoint_url=place.endpoint)
    jobs = Jobs(DynamoStore(client, {Table.RULES: RULES, Table.CONTROL: CONTROL}))

    def later(status: Status) -> None:
        until(lambda: any(item["pk"].startswith(f"{PURGE}#") for item in place.items(CONTROL)))
        # The waiting command has read the unfinished purge by then.
        sleep(0.2)
        jobs.finish(PURGE, 1, status, datetime.now(UTC))

    def start(status: Status) -> Thread:
        thread = Thread(target=later, args=(status,))
        thread.start()
        return thread

    return start


def test_kinds(operator: Operator, write: Any) -> None:
    """Purges of paths, of patterns and of everything are sent in the form that the API takes."""
    resource(operator, write)
    found = operator.run("purge", HOST, "/a.jpg", "/b/*", "/c.jpg", "--json").json
    assert [(one["purge_type"], one["payload"]) for one in found] == [
        ("purge_by_url", {"urls": ["/a.jpg", "/c.jpg"]}),
        ("purge_by_pattern", {"paths": ["/b/*"]}),
    ]
    found = operator.run("purge", HOST, "--all", "--json").json
    assert [(one["purge_type"], one["payload"]) for one in found] == [("purge_all", {"paths": []})]
    lines = operator.run("purge", HOST, "--all").out.splitlines()
    assert (len(lines), "In" in lines[1], HOST in lines[1]) == (2, True, True)


def test_many(operator: Operator, write: Any) -> None:
    """What is more than the API takes at a time becomes several purges."""
    resource(operator, write)
    paths = [f"/{number}.jpg" for number in range(101)] + [f"/{number}/*" for number in range(11)]
    found = operator.run("purge", HOST, *paths, "--json").json
    assert [len(one["payload"].get("urls") or one["payload"]["paths"]) for one in found] == [100, 1, 10, 1]


def test_usage(operator: Operator, write: Any) -> None:
    """Either paths or everything; what the API does not take is refused."""
    resource(operator, write)
    assert operator.run("purge", HOST).code == 2
    assert operator.run("purge", HOST, "/a", "--all").code == 2
    assert operator.run("purge", HOST, "https://images.example.com/a").err.startswith("imagestack: urls: ")
    assert operator.run("purge", "other.example.com", "/a").code == 1


@pytest.mark.parametrize(("status", "code"), [(Status.SUCCESSFUL, 0), (Status.FAILED, 1)])
def test_waiting(operator: Operator, write: Any, finish: Finish, status: Status, code: int) -> None:
    """It waits until the purge is done, and prints the status."""
    resource(operator, write)
    thread = finish(status)
    ran = operator.run("purge", HOST, "/a.jpg", "--wait", "20")
    thread.join()
    assert ran.code == code
    assert status.value in ran.out


def test_waiting_in_vain(operator: Operator, write: Any) -> None:
    """A purge that is still in progress when the time is over is a failure."""
    resource(operator, write)
    ran = operator.run("purge", HOST, "/a.jpg", "--wait", "0.1")
    assert (ran.code, ran.err) == (1, "imagestack: not everything is purged\n")
