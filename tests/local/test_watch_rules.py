"""A rules table that is watched."""

import threading
import time
import uuid
from typing import Any

import boto3
import pytest

from local.watch_rules import watching
from tests.local.conftest import until


@pytest.fixture
def rules(aws: str) -> Any:
    """A table of this test's own."""
    return boto3.resource("dynamodb", endpoint_url=aws).create_table(
        TableName=f"rules-{uuid.uuid4()}",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


def test_each_change_is_told(rules: Any) -> None:
    """An item that is put, changed or removed is told within a second or two; no change is none."""
    changes = threading.Semaphore(0)
    rules.put_item(Item={"pk": "a", "sk": "a", "options": {"quality": 1}})
    with watching(rules, changes.release):
        time.sleep(1.2)
        assert not changes.acquire(blocking=False)
        for change, parameters in (
            ("put_item", {"Item": {"pk": "b", "sk": "b"}}),
            ("put_item", {"Item": {"pk": "a", "sk": "a", "options": {"quality": 2}}}),
            ("delete_item", {"Key": {"pk": "b", "sk": "b"}}),
        ):
            getattr(rules, change)(**parameters)
            until(lambda: changes.acquire(blocking=False), seconds=10)
        time.sleep(1.2)
        assert not changes.acquire(blocking=False)


def test_a_table_that_cannot_be_read_is_told(rules: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The stack lives on, and forgets what it keeps, since nobody can tell what holds."""
    changes = threading.Semaphore(0)
    with watching(rules, changes.release):
        time.sleep(1.2)
        rules.delete()
        until(lambda: "the rules table cannot be read" in caplog.text)
        until(lambda: changes.acquire(blocking=False), seconds=10)
