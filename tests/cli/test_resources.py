"""`imagestack resources`."""

import json
from typing import Any

from tests.cli.conftest import BUCKET, HOST, KEY, OPTIONS, Operator, Place, resource, rule


def test_life(operator: Operator, write: Any) -> None:
    """A resource is added, listed, shown, changed, switched off and deleted."""
    number = resource(operator, write, name="Shop")
    assert [one["cname"] for one in operator.run("resources", "list", "--json").json] == [HOST]
    for name in (HOST, HOST.upper(), str(number)):
        assert operator.run("resources", "get", name, "--json").json["name"] == "Shop"
    changed = {"cname": HOST, "origin": f"{BUCKET}/shop", "options": OPTIONS}
    found = operator.run("resources", "put", write(changed), "--json").json
    assert (found["id"], found["origin"], found["name"]) == (number, f"{BUCKET}/shop", None)
    refused = operator.run("resources", "delete", HOST)
    assert refused.code == 1
    assert refused.err.startswith("imagestack: active: ")
    assert operator.run("resources", "delete", HOST, "--switch-off").code == 0
    assert operator.run("resources", "list", "--json").json == []


def test_tables_for_people(operator: Operator, write: Any) -> None:
    """Through a pipe a table has a line for each resource, whole, without spaces at its end."""
    name = "a long name " * 20
    resource(operator, write, name=name.strip())
    head, line = operator.run("resources", "list").out.splitlines()
    assert head.split()[:2] == ["ID", "HOST"]
    assert HOST in line
    assert name.strip() in line
    assert line == line.rstrip()


def test_lost_updates(operator: Operator, write: Any) -> None:
    """What `get --json` wrote changes only what it has shown."""
    resource(operator, write)
    read = operator.run("resources", "get", HOST, "--json").json
    mine = write({**read, "name": "mine"}, "mine.json")
    assert operator.run("resources", "put", mine).code == 0
    theirs = operator.run("resources", "put", write({**read, "name": "theirs"}, "theirs.json"))
    assert theirs.code == 1
    assert "somebody else" in theirs.err
    assert operator.run("resources", "get", HOST, "--json").json["name"] == "mine"


def test_what_is_not_there(operator: Operator) -> None:
    """A resource that nobody knows is a failure, in one line."""
    for name in ("other.example.com", "12345"):
        ran = operator.run("resources", "get", name)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert ran.err.startswith("imagestack: there is no such resource" if name == "12345" else "imagestack: there ")


def test_refusals_name_the_field(operator: Operator, write: Any) -> None:
    """Messages of fields come with the name of the field; several stand in one line."""
    document = {"cname": HOST, "origin": BUCKET, "options": {"image_stack": {"enabled": "yes", "quality": "high"}}}
    ran = operator.run("resources", "put", write(document))
    assert ran.code == 1
    assert ran.err == (
        "imagestack: options.image_stack.enabled: is not true or false; "
        "options.image_stack.quality: is neither a whole number nor auto\n"
    )


def test_unknown_fields_are_refused(operator: Operator, write: Any) -> None:
    """What the API does not know is not dropped on the way."""
    ran = operator.run("resources", "put", write({"cname": HOST, "origin": BUCKET, "colour": "red"}))
    assert (ran.code, ran.err) == (1, "imagestack: colour: is not supported\n")


def test_no_secret_is_printed(operator: Operator, write: Any) -> None:
    """Keys of signatures are in no output, and stay when what was printed is put."""
    guard = {"secure_key": {"enabled": True, "key": KEY, "type": 2}}
    resource(operator, write, options=guard)
    rule(operator, write, options=guard)
    outputs = [
        operator.run(*command)
        for command in (
            ("resources", "list", "--json"),
            ("resources", "get", HOST),
            ("resources", "get", HOST, "--json"),
            ("rules", "list", "--json"),
            ("rules", "list"),
            ("rules", "export", "-"),
            ("rules", "test", HOST, "/a.jpg", "--json"),
        )
    ]
    assert all(ran.code == 0 and KEY not in ran.out + ran.err for ran in outputs)
    read = operator.run("resources", "get", HOST, "--json").json
    assert operator.run("resources", "put", write({**read, "name": "new"})).code == 0
    again = operator.run("resources", "get", HOST, "--json").json
    assert again["name"] == "new"
    assert again["options"]["secure_key"] == {"enabled": True, "key": "***", "type": 2}


def test_both_ways_show_the_same(place: Place, write: Any) -> None:
    """The API and the tables tell the same of a resource, with its version."""
    resource(place.tables, write, options=OPTIONS)
    rule(place.tables, write)
    command = ("resources", "get", HOST, "--json")
    assert place.http().run(*command).json == place.tables.run(*command).json


def test_roles(place: Place, write: Any) -> None:
    """The API refuses what the token's role does not allow."""
    document = write({"cname": HOST, "origin": BUCKET})
    ran = place.http("viewer").run("resources", "put", document)
    assert (ran.code, ran.err) == (1, "imagestack: the role admin is needed\n")


def test_audit(place: Place, write: Any) -> None:
    """Changes on the tables are in the audit trail as well."""
    resource(place.tables, write)
    entries = [json.loads(item["entry"]) for item in place.items("commands-control") if "entry" in item]
    assert [(one["method"], one["path"]) for one in entries] == [("POST", "/cdn/resources")]
    assert entries[0]["token_name"].startswith("imagestack command (")


def test_as_processes(place: Place) -> None:
    """Processes take and give the same: documents through a pipe, exit codes, what goes to which stream."""
    http = place.http()
    for operator in (http, place.tables):
        document = json.dumps({"cname": HOST, "origin": BUCKET})
        assert operator.process("resources", "put", "-", "--json", told=document).json["cname"] == HOST
        assert HOST in operator.run("resources", "list").out
        gone = operator.run("resources", "delete", HOST, "--switch-off")
        assert (gone.code, gone.out) == (0, "")
        missing = operator.process("resources", "get", HOST)
        assert (missing.code, missing.out, missing.err) == (1, "", f"imagestack: there is no resource for {HOST}\n")
    by_variables = Operator((), {"IMAGESTACK_URL": http.where[1], "IMAGESTACK_TOKEN": http.where[3]})
    assert by_variables.process("resources", "list", "--json").json == []
