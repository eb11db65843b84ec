"""`imagestack doctor`."""

import json
from typing import Any

import boto3
import pytest

from tests.cli.conftest import BUCKET, HOST, Operator, Place, resource, rule

CHECKS = [
    "endpoint",
    "token",
    "rules table",
    "control table",
    "originals bucket",
    "rules",
    "guards",
    "origin secret",
]
SECRET = "doctor-origin-secret"  # noqa: S105 - its name


@pytest.fixture
def everything(place: Place) -> Operator:
    """Somebody who has the tables and a token, with an image in the bucket."""
    s3 = boto3.client("s3", endpoint_url=place.endpoint)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="a.jpg", Body=b"image")
    s3.close()
    return Operator((*place.tables.where, *place.http("viewer").where))


def statuses(operator: Operator, *arguments: str) -> dict[str, str]:
    """How each check went, without the exit status."""
    found = Operator((*operator.where, *arguments)).run("doctor", "--json").out
    return {one["check"]: one["status"] for one in json.loads(found)}


def test_a_healthy_deployment(place: Place, everything: Operator, write: Any) -> None:
    """All checks succeed, a line each, in their order. The secret is not printed."""
    secrets = boto3.client("secretsmanager", endpoint_url=place.endpoint)
    secrets.create_secret(Name=SECRET, SecretString="s" * 48)
    resource(place.tables, write)
    rule(place.tables, write)
    ran = everything.process("doctor", "--origin-secret", SECRET)
    assert (ran.code, ran.err) == (0, "")
    assert [line[8:].partition(":")[0] for line in ran.out.splitlines()] == CHECKS
    assert all(line.startswith("ok ") for line in ran.out.splitlines())
    assert "s" * 48 not in ran.out
    secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    secrets.close()


def test_the_api_alone(place: Place, write: Any) -> None:
    """Checks that need tables are skipped, which is no failure."""
    resource(place.tables, write)
    found = statuses(place.http())
    assert [name for name, status in found.items() if status == "ok"] == ["endpoint", "token", "rules", "guards"]
    assert set(found.values()) == {"ok", "skipped"}


def test_nobody_listens() -> None:
    """Each check reports its own failure, and the exit status is 1."""
    ran = Operator(("--url", "http://127.0.0.1:1", "--token", "very-secret")).run("doctor")
    assert ran.code == 1
    assert ran.out.splitlines()[0].startswith("failed  endpoint: ")
    assert "very-secret" not in ran.out + ran.err


def test_a_wrong_token(place: Place) -> None:
    """The endpoint answers, the token does not hold."""
    found = statuses(Operator(("--url", place.url, "--token", "wrong-token")))
    assert (found["endpoint"], found["token"]) == ("ok", "failed")


def test_tables_of_another_shape(place: Place, everything: Operator) -> None:
    """A table that is not there, or has another key, fails."""
    place.dynamodb.meta.client.create_table(
        TableName="other-shape",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    found = statuses(everything, "--rules-table", "other-shape", "--control-table", "nothing")
    assert (found["rules table"], found["control table"]) == ("failed", "failed")
    place.dynamodb.meta.client.delete_table(TableName="other-shape")


def test_a_bucket_that_is_not_there(everything: Operator) -> None:
    """A bucket that cannot be read fails."""
    assert statuses(everything, "--originals-bucket", "nothing-there")["originals bucket"] == "failed"


def test_broken_rules(place: Place, everything: Operator) -> None:
    """Rules that do not validate are reported with host, number and reason."""
    place.item(pk=f"RESOURCE#{HOST}", sk="RULE#7", rule="images")
    ran = everything.run("doctor")
    assert ran.code == 1
    assert f"failed  rules: rule 7 of {HOST}: a pattern starts with / or ^/" in ran.out


def test_secrets(place: Place, everything: Operator) -> None:
    """A secret that is not there, or is short, fails."""
    secrets = boto3.client("secretsmanager", endpoint_url=place.endpoint)
    secrets.create_secret(Name="short", SecretString="short-secret")
    assert statuses(everything, "--origin-secret", "nothing")["origin secret"] == "failed"
    ran = everything.run("doctor", "--origin-secret", "short")
    assert ran.code == 1
    assert "short-secret" not in ran.out
    secrets.delete_secret(SecretId="short", ForceDeleteWithoutRecovery=True)
    secrets.close()
