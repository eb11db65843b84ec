"""How commands choose the deployment to talk to, and their messages when they cannot reach it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from imagestack_cli.deployment.stack_outputs import OUTPUTS
from tests.cli.conftest import BUCKET, CONTROL, ROOT, RULES, Operator, Place, resource, served

LIST = ("resources", "list")


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ((), "which deployment? Give --url (IMAGESTACK_URL), --stack, or --rules-table and --control-table"),
        (("--url", "http://127.0.0.1:1"), "--token (IMAGESTACK_TOKEN) is needed"),
        (("--url", "127.0.0.1:1", "--token", "t"), "an address is like https://images.example.com"),
        # pragma: allowlist nextline secret
        (("--url", "http://me:pass@host/", "--token", "t"), "an address is like https://images.example.com"),
        (
            ("--rules-table", "r"),
            "without --url, give --stack, or --rules-table, --control-table, --originals-bucket",
        ),
        (("--url", "http://h", "--rules-table", "r"), "give either --url or tables, not both"),
    ],
)
def test_where(where: tuple[str, ...], message: str) -> None:
    """Without a way to a deployment, or with two, the usage is wrong."""
    ran = Operator(where, {"IMAGESTACK_URL": "", "IMAGESTACK_TOKEN": ""}).run(*LIST)
    assert (ran.code, ran.out, ran.err) == (2, "", f"imagestack: {message}\n")


def test_tables_go_before_the_environment(place: Place) -> None:
    """Tables on the command line are used even if the environment has an address."""
    variables = {"IMAGESTACK_URL": "http://127.0.0.1:1", "IMAGESTACK_TOKEN": "t"}
    assert Operator(place.tables.where, variables).run(*LIST).code == 0


NAMES = {
    "IMAGESTACK_RULES_TABLE": RULES,
    "IMAGESTACK_CONTROL_TABLE": CONTROL,
    "IMAGESTACK_ORIGINALS_BUCKET": BUCKET,
}


def test_tables_of_the_environment(place: Place) -> None:
    """The environment names tables too. An address goes before them, wherever it is named."""
    endpoint, nobody = ("--endpoint-url", place.endpoint), "http://127.0.0.1:1"
    assert Operator(endpoint, NAMES).run(*LIST).code == 0
    ran = Operator(endpoint, {**NAMES, "IMAGESTACK_URL": nobody, "IMAGESTACK_TOKEN": "t"}).run(*LIST)
    assert ran.err == f"imagestack: {nobody} cannot be reached: NewConnectionError\n"
    ran = Operator((*endpoint, "--url", nobody, "--token", "t"), NAMES).run(*LIST)
    assert ran.err == f"imagestack: {nobody} cannot be reached: NewConnectionError\n"


def table(name: str) -> dict[str, Any]:
    keys = {"pk": "HASH", "sk": "RANGE"}
    properties = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
    }
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties}


@pytest.fixture
def stacks(place: Place) -> Iterator[Callable[..., str]]:
    """Deploys stacks with a table each, and with the given outputs."""
    client = boto3.client("cloudformation", endpoint_url=place.endpoint, region_name="us-east-1")
    made: list[str] = []

    def deploy(**outputs: str) -> str:
        name = f"images-{len(made)}"
        body = {
            "Resources": {"Table": table(f"{name}-rules")},
            "Outputs": {key: {"Value": value} for key, value in outputs.items()},
        }
        client.create_stack(StackName=name, TemplateBody=json.dumps(body))
        made.append(name)
        return name

    yield deploy
    for name in made:
        client.delete_stack(StackName=name)


def test_a_stack(place: Place, stacks: Callable[..., str], write: Any) -> None:
    """The outputs of a stack, as the template has them, name tables and bucket; what is named besides goes before."""
    number = resource(place.tables, write)
    there = ("--endpoint-url", place.endpoint, "--region", "us-east-1")
    outputs = {"ControlTableName": CONTROL, "OriginalsBucketName": BUCKET}
    whole = stacks(RulesTableName=RULES, **outputs)
    assert [one["id"] for one in Operator(("--stack", whole, *there)).run(*LIST, "--json").json] == [number]
    by_name = Operator(there, {"IMAGESTACK_STACK": whole}).run(*LIST, "--json")
    assert [one["id"] for one in by_name.json] == [number]
    other = stacks(RulesTableName="images-1-rules", **outputs)
    assert Operator(("--stack", other, *there)).run(*LIST, "--json").json == []
    mixed = Operator(("--stack", other, "--rules-table", RULES, *there)).run(*LIST, "--json")
    assert [one["id"] for one in mixed.json] == [number]


def test_doctor_of_a_stack(place: Place, stacks: Callable[..., str]) -> None:
    """What a stack names is checked too."""
    name = stacks(
        RulesTableName=RULES, ControlTableName=CONTROL, OriginalsBucketName="nobodys", OriginSecretArn="nobodys"
    )
    ran = Operator(("--stack", name, "--endpoint-url", place.endpoint, "--region", "us-east-1")).run("doctor", "--json")
    found = {one["check"]: one["status"] for one in json.loads(ran.out)}
    assert (found["rules table"], found["control table"], found["rules"]) == ("ok", "ok", "ok")
    assert (found["originals bucket"], found["origin secret"], found["endpoint"]) == ("failed", "failed", "skipped")


def test_stacks_that_are_none(place: Place, stacks: Callable[..., str]) -> None:
    """A stack that is not there, or is of something else, is wrong usage."""
    there = ("--endpoint-url", place.endpoint, "--region", "us-east-1")
    ran = Operator(("--stack", "nobodys", *there)).run(*LIST)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "the stack nobodys cannot be read" in ran.err
    name = stacks(Url="https://example.com")
    ran = Operator(("--stack", name, *there)).run(*LIST)
    assert ran.err == f"imagestack: the stack {name} names no tables: its outputs are not those of Image Stack\n"


def test_outputs_of_the_template() -> None:
    """What commands look for among a stack's outputs is what the template puts out."""
    outputs = re.findall(r"^  (\w+):$", (ROOT / "template.yaml").read_text().partition("\nOutputs:\n")[2], re.MULTILINE)
    assert set(OUTPUTS.values()) <= set(outputs)


def test_nobody_listens() -> None:
    """An address where nobody listens is reported in one line, without the token."""
    ran = Operator(("--url", "http://127.0.0.1:1", "--token", "very-secret")).run(*LIST)
    assert (ran.code, ran.err) == (1, "imagestack: http://127.0.0.1:1 cannot be reached: NewConnectionError\n")


def test_a_wrong_token(place: Place) -> None:
    """A token that nobody knows is refused, and not repeated."""
    ran = Operator(("--url", place.url, "--token", "very-secret")).run(*LIST)
    assert (ran.code, ran.err) == (1, "imagestack: the token is wrong or has expired\n")


def test_a_token_that_is_none(place: Place) -> None:
    """A token that would end the header's line is not sent."""
    ran = Operator(("--url", place.url, "--token", "a\nX-Other: b")).run(*LIST)
    assert (ran.code, ran.out) == (2, "")
    assert "X-Other" not in ran.err


def test_something_else_answers() -> None:
    """An address of another site is reported as such."""

    async def page(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator] # ASGI
        await send({"type": "http.response.body", "body": b"<html>"})  # type: ignore[operator] # ASGI

    with served(page) as url:
        ran = Operator(("--url", url, "--token", "t")).run(*LIST)
    assert ran.code == 1
    assert ran.err == f"imagestack: {url} answers 200 and no JSON: is the control API at this address?\n"


def test_no_such_table(place: Place) -> None:
    """What DynamoDB says of a table stands in the line."""
    names = ("--rules-table", "nothing", "--control-table", "nothing", "--originals-bucket", "b")
    ran = Operator((*names, "--endpoint-url", place.endpoint)).run(*LIST)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "ResourceNotFound" in ran.err


def test_a_profile(place: Place, tmp_path: Path) -> None:
    """Credentials, region and endpoint come from an AWS profile as well."""
    config = tmp_path / "config"
    keys = "aws_access_key_id = a\naws_secret_access_key = b\nregion = eu-west-1"
    config.write_text(f"[profile ops]\n{keys}\nendpoint_url = {place.endpoint}\n")
    names = ("--rules-table", RULES, "--control-table", CONTROL, "--originals-bucket", BUCKET)
    # What other tests have set goes before a profile.
    ours = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION")
    operator = Operator((*names, "--profile", "ops"), {"AWS_CONFIG_FILE": str(config)}, ours)
    assert operator.process(*LIST, "--region", "us-east-1", "--json").json == []


def test_no_such_profile() -> None:
    """An AWS profile that is not there is wrong usage."""
    names = ("--rules-table", "r", "--control-table", "c", "--originals-bucket", "b")
    ran = Operator((*names, "--profile", "nobody")).run(*LIST)
    assert (ran.code, ran.err) == (2, "imagestack: The config profile (nobody) could not be found\n")


def test_files(place: Place) -> None:
    """A file that is not there or is no JSON is wrong usage."""
    ran = place.tables.run("resources", "put", "/nowhere/file.json")
    assert (ran.code, ran.err) == (2, "imagestack: /nowhere/file.json cannot be read: No such file or directory\n")
    assert place.tables.run("resources", "put", "-", told="{").code == 2
    assert place.tables.run("resources", "put", "-", told="[]").code == 2


def test_help() -> None:
    """The help of each command lists its options, and does not show a token of the environment."""
    operator = Operator((), {"IMAGESTACK_TOKEN": "very-secret"})
    for command in (("rules", "import"), ("prefetch",), ("tokens", "create")):
        ran = operator.run(*command, "--help")
        assert ran.code == 0
        assert "IMAGESTACK_TOKEN" in ran.out
        assert "very-secret" not in ran.out
