"""`imagestack rules export` and `import`."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from imagestack_cli.api.client import call
from imagestack_cli.api.http_client import HttpClient
from imagestack_cli.errors import CommandError
from imagestack_cli.files.import_plan import apply, make_plan
from tests.cli.conftest import BUCKET, HOST, KEY, OPTIONS, Operator, Place, resource, rule

OTHER = "other.example.com"


@pytest.fixture
def exported(operator: Operator, write: Any, tmp_path: Path) -> Path:
    """A deployment with two resources, in a file."""
    resource(operator, write, options={"cors": {"enabled": True, "value": ["*"]}})
    rule(operator, write, name="First")
    rule(operator, write, name="Second", rule="/b/.*")
    resource(operator, write, OTHER)
    rule(operator, write, OTHER)
    file = tmp_path / "rules.json"
    assert operator.run("rules", "export", str(file)).code == 0
    return file


def changed(file: Path, change: Any) -> str:
    """The file after a change of what is in it."""
    document = json.loads(file.read_text())
    change({one["cname"]: one for one in document["resources"]})
    file.write_text(json.dumps(document))
    return str(file)


def plan(operator: Operator, file: str) -> list[tuple[str, str, str | None, list[str]]]:
    """What an import would do."""
    found = operator.run("rules", "import", file, "--json").json
    assert found["applied"] == 0
    return [(step["change"], step["cname"], step["rule"], step["fields"]) for step in found["plan"]]


def test_nothing_to_do(operator: Operator, exported: Path) -> None:
    """What was exported just now changes nothing."""
    assert plan(operator, str(exported)) == []
    ran = operator.run("rules", "import", str(exported))
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing to change\n")


def test_plan_and_apply(operator: Operator, exported: Path) -> None:
    """An import lists additions, changes and removals, and applies them after a question. Then nothing is left."""

    def change(hosts: Any) -> None:
        hosts[HOST]["description"] = "new"
        hosts[HOST]["rules"][0]["options"]["image_stack"]["quality"] = 65
        hosts[HOST]["rules"][1] = {"name": "Third", "rule": "/c/.*"}

    file = changed(exported, change)
    steps = [
        ("changed", HOST, None, ["description"]),
        ("changed", HOST, "First", ["options"]),
        ("added", HOST, "Third", []),
        ("removed", HOST, "Second", []),
    ]
    assert plan(operator, file) == steps
    before = operator.run("rules", "list", "--json").json
    no = operator.run("rules", "import", file, told="n\n")
    assert no.code == 1
    assert [line.split()[0] for line in no.out.splitlines()[1:5]] == [step[0] for step in steps]
    assert operator.run("rules", "list", "--json").json == before
    yes = operator.run("rules", "import", file, told="y\n")
    assert yes.code == 0
    assert yes.err.splitlines()[0] == "1 added, 2 changed, 1 removed"
    assert plan(operator, file) == []
    names = [one["name"] for one in operator.run("rules", "list", HOST, "--json").json]
    assert names == ["First", "Third"]
    assert operator.run("resources", "get", HOST, "--json").json["description"] == "new"


def test_numbers_stay(operator: Operator, exported: Path) -> None:
    """A rule that is renamed, or gets another pattern, is changed in its place."""

    def change(hosts: Any) -> None:
        hosts[HOST]["rules"][0]["name"] = "Renamed"
        hosts[HOST]["rules"][1]["rule"] = "/d/.*"

    numbers = [one["id"] for one in operator.run("rules", "list", HOST, "--json").json]
    file = changed(exported, change)
    assert plan(operator, file) == [("changed", HOST, "Renamed", ["name"]), ("changed", HOST, "Second", ["rule"])]
    assert operator.run("rules", "import", file, "--yes").code == 0
    assert [one["id"] for one in operator.run("rules", "list", HOST, "--json").json] == numbers


def test_another_deployment(place: Place, operator: Operator, exported: Path) -> None:
    """A file that comes elsewhere makes what is missing there, once."""
    table = place.dynamodb.Table("commands-rules")
    for item in table.scan()["Items"]:
        if item["pk"] != "COUNTER":
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    ran = operator.run("rules", "import", str(exported), "--yes", "--json").json
    assert ran["applied"] == 5
    assert {step["change"] for step in ran["plan"]} == {"added"}
    assert plan(operator, str(exported)) == []
    found = operator.run("resources", "get", HOST, "--json").json
    assert found["options"]["cors"] == {"enabled": True, "value": ["*"]}
    assert [one["options"]["image_stack"] for one in found["rules"]] == [OPTIONS["image_stack"]] * 2


def test_one_resource(operator: Operator, exported: Path, tmp_path: Path) -> None:
    """Resources that are not in the file stay as they are; rules too, if it has none at all."""
    file = tmp_path / "one.json"
    operator.run("rules", "export", str(file), HOST)
    document = json.loads(file.read_text())
    assert [one["cname"] for one in document["resources"]] == [HOST]
    del document["resources"][0]["rules"]
    file.write_text(json.dumps(document))
    assert plan(operator, str(file)) == []
    assert exported.exists()


def test_what_others_did_since(place: Place, exported: Path) -> None:
    """A refusal in between says how far it went, and the rest can be done by another import."""

    def change(hosts: Any) -> None:
        hosts[HOST]["rules"][0]["name"] = "Renamed"
        hosts[HOST]["rules"].append({"name": "bad", "rule": "no slash"})

    file = changed(exported, change)
    ran = place.tables.run("rules", "import", file, "--yes")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        f"imagestack: rule 'bad' of {HOST}: rule: a pattern starts with / or ^/ (1 of 2 changes made)"
    )
    assert plan(place.tables, file) == [("added", HOST, "bad", [])]


@pytest.mark.parametrize("change", ["changed", "removed"])
def test_lost_updates(place: Place, write: Any, change: str) -> None:
    """What somebody else has changed since the plan was shown is neither written over nor removed."""
    number = resource(place.tables, write)
    rule(place.tables, write)
    document = place.tables.run("rules", "export", "-").json
    rules = document["resources"][0]["rules"]
    path = f"/cdn/resources/{number}/rules/{rules[0]['id']}"
    if change == "changed":
        rules[0]["options"] = {}
    else:
        rules.clear()
    http = place.http()
    api = HttpClient(http.where[1], http.where[3])
    steps = make_plan(api, document)
    assert [step.kind for step in steps] == [change]
    call(api, "PATCH", path, body={"name": "theirs"})
    with pytest.raises(CommandError, match=r"somebody else .*\(0 of 1 changes made\)"):
        list(apply(api, steps))
    found = call(api, "GET", path)
    assert (found["name"], found["active"], found["options"]["image_stack"]) == ("theirs", True, OPTIONS["image_stack"])


def test_keys(operator: Operator, write: Any, tmp_path: Path) -> None:
    """Keys are hidden in a file, and stay at an import; with them the file is for its owner alone."""
    resource(operator, write)
    rule(operator, write, options={"secure_key": {"enabled": True, "key": KEY, "type": 2}})
    hidden, full = tmp_path / "hidden.json", tmp_path / "full.json"
    assert operator.run("rules", "export", str(hidden)).code == 0
    assert operator.run("rules", "export", str(full), "--with-keys").code == 0
    assert KEY not in hidden.read_text()
    assert KEY in full.read_text()
    assert stat.S_IMODE(full.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert plan(operator, str(hidden)) == plan(operator, str(full)) == []
    file = changed(hidden, lambda hosts: hosts[HOST]["rules"][0].update(name="Renamed"))
    assert operator.run("rules", "import", file, "--yes").code == 0
    operator.run("rules", "export", str(full), "--with-keys")
    assert KEY in full.read_text()
    assert operator.run("rules", "export", "-", "--with-keys").code == 2


def test_a_hidden_key_that_is_nowhere(operator: Operator, write: Any) -> None:
    """A key that is hidden in the file cannot be made; nothing is changed then."""
    guard = {"secure_key": {"enabled": True, "key": "***", "type": 2}}
    document = {"resources": [{"cname": HOST, "origin": BUCKET, "options": guard}]}
    ran = operator.run("rules", "import", write(document), "--yes")
    assert ran.code == 2
    assert operator.run("resources", "list", "--json").json == []


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"resources": [{"rules": []}]},
        {"resources": [{"cname": HOST, "rules": {}}]},
        {"resources": [{"cname": HOST}, {"cname": HOST.upper()}]},
    ],
)
def test_other_files(place: Place, write: Any, document: object) -> None:
    """What is no export is wrong usage."""
    assert place.tables.run("rules", "import", write(document), "--yes").code == 2


def test_as_a_process(place: Place, write: Any) -> None:
    """From one deployment into a pipe, and from the pipe."""
    operator = place.http()
    resource(operator, write)
    rule(operator, write)
    text = operator.process("rules", "export", "-").out
    ran = operator.process("rules", "import", "-", "--yes", told=text.replace("Photographs", "Pictures"))
    assert (ran.code, ran.err) == (0, "0 added, 1 changed, 0 removed\n1 changes made\n")


@pytest.mark.parametrize("name", ["127.0.0.1", "images.example.com", "localhost", "*", "12", "::1", "host:8080"])
def test_a_resource_in_place_of_the_file(place: Place, tmp_path: Path, monkeypatch: Any, name: str) -> None:
    """A resource where the file is expected is no file name: the message shows what to type, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    ran = place.tables.run("rules", "export", name)
    assert (ran.code, ran.out) == (2, "")
    assert f"type: imagestack rules export FILE.json {name} " in ran.err
    assert list(tmp_path.iterdir()) == []


def test_file_names(place: Place, tmp_path: Path, monkeypatch: Any) -> None:
    """A file ends in .json, unless it is there already, or --force says so."""
    monkeypatch.chdir(tmp_path)
    ran = place.tables.run("rules", "export", "backup/rules")
    assert (ran.code, ran.err) == (2, "imagestack: FILE ends in .json: type backup/rules.json, or add --force\n")
    (tmp_path / "there").touch()
    assert place.tables.run("rules", "export", "there").code == 0
    assert place.tables.run("rules", "export", "127.0.0.1", "--force").code == 0
    assert place.tables.run("rules", "export", "RULES.JSON").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["127.0.0.1", "RULES.JSON", "there"]
