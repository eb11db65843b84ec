"""How commands are told where to go, and what they say when they cannot."""

from pathlib import Path

import pytest

from tests.commands.conftest import BUCKET, CONTROL, RULES, Operator, Place, served

LIST = ("resources", "list")


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ((), "where? --url (IMAGESTACK_URL), or --rules-table and --control-table"),
        (("--url", "http://127.0.0.1:1"), "--token (IMAGESTACK_TOKEN) is needed"),
        (("--url", "127.0.0.1:1", "--token", "t"), "an address is like https://images.example.com"),
        (("--url", "http://me:pass@host/", "--token", "t"), "an address is like https://images.example.com"),
        (("--rules-table", "r"), "with tables, --rules-table, --control-table and --originals-bucket are needed"),
        (("--url", "http://h", "--rules-table", "r"), "--url, or tables: not both"),
    ],
)
def test_where(where: tuple[str, ...], message: str) -> None:
    """Without a way to a deployment, or with two, the usage is wrong."""
    ran = Operator(where, {"IMAGESTACK_URL": "", "IMAGESTACK_TOKEN": ""}).run(*LIST)
    assert (ran.code, ran.out, ran.err) == (2, "", f"imagestack: {message}\n")


def test_tables_go_before_the_environment(place: Place) -> None:
    """Tables that the command line names are asked although the environment has an address."""
    variables = {"IMAGESTACK_URL": "http://127.0.0.1:1", "IMAGESTACK_TOKEN": "t"}
    assert Operator(place.tables.where, variables).run(*LIST).code == 0


def test_nobody_listens() -> None:
    """An address where nobody listens is told in one line, without the token."""
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
    """An address of another site is told as one."""

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
    """Each command tells its options; a token in the environment is not in it."""
    operator = Operator((), {"IMAGESTACK_TOKEN": "very-secret"})
    for command in (("rules", "import"), ("prefetch",), ("tokens", "create")):
        ran = operator.run(*command, "--help")
        assert ran.code == 0
        assert "IMAGESTACK_TOKEN" in ran.out
        assert "very-secret" not in ran.out
