"""The deployed functions with their roles at work, and calls that the roles must allow and deny."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bench.emulated import Built
from imagestack.control.api.request_context import Call
from imagestack.control.aws.store import DynamoStore
from imagestack.control.roles import Caller, Role
from imagestack.control.store.ports import Table
from imagestack.control.tokens import Tokens
from imagestack_local import template
from tests.conftest import BOTH, Reply, http_event, reply_of
from tests.e2e.deployment import Deployment, NotThereError, deployed, overlay, roles, statements
from tests.e2e.roles import FORBIDDEN, NEEDED, Attempt
from tests.support.images import jpeg

HOST = "images.example.com"
SECONDS = 60
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


@pytest.fixture(scope="module")
def stack(built: Built) -> Iterator[Deployment]:
    try:
        with deployed(built.folder) as found:
            found.client("s3").put_object(Bucket=found.ids["OriginalsBucket"], Key="kept.jpg", Body=jpeg())
            found.client("s3").put_object(Bucket=found.ids["DerivedBucket"], Key="kept", Body=b"kept")
            found.client("secretsmanager").create_secret(Name="another-secret", SecretString="secret")
            yield found
    except NotThereError as error:
        pytest.skip(f"roles were not tried, since {error}")


@pytest.fixture(scope="module")
def ask(stack: Deployment) -> Callable[..., Reply]:
    """Invoke a function as the API does."""
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.ids["OriginSecret"])["SecretString"]

    def ask(function: str, path: str, query: str = "", body: object = None, **headers: str) -> Reply:
        named = {"x-origin-secret": secret, "host": HOST} | headers
        event = http_event(path, query, "GET" if body is None else "POST", named)
        if body is not None:
            event["body"] = json.dumps(body)
            event["headers"]["content-type"] = "application/json"
        answer = invoked(stack, function, event)
        # The control function answers with an empty list where there are none.
        assert answer.pop("cookies", []) == []
        return reply_of(answer)

    return ask


def invoked(stack: Deployment, function: str, event: dict[str, Any]) -> Any:
    answer = stack.client("lambda").invoke(FunctionName=stack.ids[function], Payload=json.dumps(event).encode())
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


def until(holds: Callable[[], object]) -> None:
    end = monotonic() + SECONDS
    while not holds():
        assert monotonic() < end, "it never happened"
        sleep(0.2)


def rule(**image_stack: object) -> dict[str, object]:
    options = {"image_stack": {"enabled": True, **image_stack}}
    return {"name": "all", "rule": "/.*", "ruleType": 0, "options": options}


def derived(stack: Deployment) -> list[dict[str, Any]]:
    found = stack.client("s3").list_objects_v2(Bucket=stack.ids["DerivedBucket"])
    return [one for one in found.get("Contents", ()) if one["Key"].startswith(f"{HOST}/")]


def test_functions_at_work(stack: Deployment, ask: Callable[..., Reply]) -> None:
    """Every function does its work: rules, an image, its refinement, and its purge with the original."""
    tables = {Table.RULES: stack.ids["RulesTable"], Table.CONTROL: stack.ids["ControlTable"]}
    store = DynamoStore(stack.client("dynamodb"), tables)
    call = Call(Caller(0, "e2e", Role.ADMIN), "POST", "", datetime.now(UTC), body={"name": "a", "role": "admin"})
    key = {"authorization": f"APIKey {Tokens(store).create(call).body['token']}"}
    assert ask("ControlFunction", "/cdn/resources").status == 401
    made = ask("ControlFunction", "/cdn/resources", body={"cname": HOST, "origin": stack.ids["OriginalsBucket"]}, **key)
    assert made.status == 201, made.body
    number = json.loads(made.body)["id"]
    body = rule(quality=80, avif_enabled=True, refine="all")
    made = ask("ControlFunction", f"/cdn/resources/{number}/rules", body=body, **key)
    assert made.status == 201, made.body
    # The stream of the table triggers this.
    until(lambda: "/*" in invalidated(stack))

    original = {"Bucket": stack.ids["OriginalsBucket"], "Key": "a.jpg"}
    stack.client("s3").put_object(**original, Body=jpeg(), ContentType="image/jpeg")
    assert reply_of(invoked(stack, "ImageFunction", http_event("/a.jpg"))).status == 403
    first = ask("ImageFunction", "/a.jpg", "width=200", accept=BOTH)
    assert (first.image.format, first.image.size) == ("AVIF", (200, 150))
    assert ask("ImageFunction", "/none.jpg", accept=BOTH).status == 404
    assert stack.client("dynamodb").scan(TableName=stack.ids["LeasesTable"])["Count"] == 1

    (before,) = derived(stack)
    assert before["Size"] == len(first.body)
    # The queue triggers this.
    until(lambda: derived(stack)[0]["ETag"] != before["ETag"])
    (after,) = derived(stack)
    assert (after["Key"], after["Size"] < before["Size"]) == (before["Key"], True)
    assert len(ask("ImageFunction", "/a.jpg", "width=200", accept=BOTH).body) == after["Size"]

    # EventBridge triggers this.
    stack.client("s3").delete_object(**original)
    until(lambda: not derived(stack))
    assert {"/a.jpg", "/a.jpg?*"} < invalidated(stack)

    # Nothing listens at its address, which counts as a failure.
    wanted = {"host": HOST, "origin_prefix": "", "queries": ["width=200"], "browsers": ["avif"]}
    batch = {"BatchInput": wanted, "Items": [{"Key": "a.jpg"}]}
    assert invoked(stack, "PrefetchFunction", batch) == {"done": 0, "failed": 1}


def invalidated(stack: Deployment) -> set[str]:
    """The invalidated paths."""
    cloudfront, distribution = stack.client("cloudfront"), stack.ids["Distribution"]
    found = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", ())
    told = [cloudfront.get_invalidation(DistributionId=distribution, Id=one["Id"])["Invalidation"] for one in found]
    return {path for one in told for path in one["InvalidationBatch"]["Paths"]["Items"]}


def name(attempt: Attempt) -> str:
    return f"{attempt.role}-{attempt.service}-{attempt.method}"


def refused(stack: Deployment, attempt: Attempt, role: str | None) -> str:
    """The message of a call that fails because a permission is missing; empty for all other results."""
    arguments = attempt.arguments(stack)
    try:
        getattr(stack.client(attempt.service, role), attempt.method)(**arguments)
    except ClientError as error:
        return str(error) if error.response["Error"]["Code"] in DENIED else ""
    return ""


def gap(attempt: Attempt) -> str | None:
    """The difference between ministack and AWS for a call, from ministack's answers and code."""
    if attempt.action in {"logs:CreateLogStream", "logs:PutLogEvents", "logs:StartQuery"}:
        return "it names a log group without the `:*` that ends its ARN in policies"
    if attempt.service == "dynamodbstreams" and attempt.method != "list_streams":
        return "it knows no ARN of a stream, so that only `*` allows these actions"
    return None


def as_far_as_it_goes(attempts: list[Attempt]) -> list[Any]:
    """The attempts; those that ministack decides wrongly are expected to fail."""
    return [
        pytest.param(one, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [], id=name(one))
        for one in attempts
        for reason in [gap(one)]
    ]


@pytest.mark.parametrize("attempt", as_far_as_it_goes(NEEDED))
def test_needed(stack: Deployment, attempt: Attempt) -> None:
    """A role allows every call that its function needs."""
    assert refused(stack, attempt, attempt.role) == ""


@pytest.mark.parametrize("attempt", FORBIDDEN, ids=name)
def test_forbidden(stack: Deployment, attempt: Attempt) -> None:
    """A role denies every other call, because that action is missing and for no other reason."""
    assert attempt.action in refused(stack, attempt, attempt.role)


def test_roles_hold_nothing_else() -> None:
    """The attempts cover each action of each role."""
    found = template.read().content
    allowed = {
        (role, action)
        for role in roles(found)
        for statement in statements({"Resources": {role: found["Resources"][role]}})
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
    assert allowed == {(attempt.role, attempt.action) for attempt in NEEDED}


def test_the_overlay_leaves_roles_alone() -> None:
    """The overlay changes no statement except the name of the secret and the condition on keys."""
    found = template.read().content
    same = [dict(one) for one in statements(found)]
    for statement, changed in zip(same, statements(overlay(found)), strict=True):
        if statement["Resource"] == {"Ref": "OriginSecret"}:
            del statement["Resource"], changed["Resource"]
        if statement["Sid"] == "DoJobs":
            del statement["Condition"]
        assert changed == statement


def test_nothing_was_changed(stack: Deployment) -> None:
    """At the end the original and the derived object are unchanged."""
    s3 = stack.client("s3")
    assert s3.get_object(Bucket=stack.ids["OriginalsBucket"], Key="kept.jpg")["Body"].read() == jpeg()
    assert s3.get_object(Bucket=stack.ids["DerivedBucket"], Key="kept")["Body"].read() == b"kept"
