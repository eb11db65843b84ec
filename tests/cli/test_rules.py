"""`imagestack rules`: list, get, put, delete."""

from typing import Any

from tests.cli.conftest import HOST, OPTIONS, Operator, Place, resource, rule


def test_life(operator: Operator, write: Any) -> None:
    """A rule is added, listed, shown, changed and deleted."""
    resource(operator, write)
    number = rule(operator, write)
    assert [one["id"] for one in operator.run("rules", "list", HOST, "--json").json] == [number]
    document = {"name": "Small", "rule": "/small/.*", "active": False}
    changed = operator.run("rules", "put", HOST, write(document), "--rule", str(number), "--json").json
    assert (changed["id"], changed["name"], changed["options"]["image_stack"]) == (number, "Small", None)
    assert operator.run("rules", "get", HOST, str(number), "--json").json == changed
    assert operator.run("rules", "delete", HOST, str(number)).code == 0
    assert operator.run("rules", "get", HOST, str(number)).code == 1


def test_deleting_an_active_rule(operator: Operator, write: Any) -> None:
    """The rule must be switched off first, or the command does so with `--switch-off`."""
    resource(operator, write)
    number = str(rule(operator, write))
    assert operator.run("rules", "delete", HOST, number).code == 1
    assert operator.run("rules", "delete", HOST, number, "--switch-off").code == 0
    assert operator.run("rules", "list", "--json").json == []


def test_all_resources(operator: Operator, write: Any) -> None:
    """Without a resource the rules of all are listed, in the order in which each asks them."""
    for cname in (HOST, "*"):
        resource(operator, write, cname)
        rule(operator, write, cname, name="second", weight=5)
        rule(operator, write, cname, name="first", weight=-5)
    found = operator.run("rules", "list", "--json").json
    assert [(one["cname"], one["name"]) for one in found] == [
        (HOST, "first"),
        (HOST, "second"),
        ("*", "first"),
        ("*", "second"),
    ]
    lines = operator.run("rules", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["HOST", HOST, HOST, "*", "*"]


def test_get_then_put(operator: Operator, write: Any) -> None:
    """What `get --json` prints is what `put` takes; an older state of it is refused."""
    resource(operator, write)
    number = str(rule(operator, write))
    read = operator.run("rules", "get", HOST, number, "--json").json
    for name, code in (("mine", 0), ("theirs", 1)):
        put = operator.run("rules", "put", HOST, write({**read, "name": name}), "--rule", number)
        assert put.code == code
    left = operator.run("rules", "get", HOST, number, "--json").json
    assert (left["name"], left["options"]) == ("mine", read["options"])
    other = operator.run("rules", "put", HOST, write(read), "--if-match", left["version"], "--rule", number, "--json")
    assert other.json["name"] == "Photographs"


def test_refusals(operator: Operator, write: Any) -> None:
    """A pattern or an option that the data plane cannot use is refused by name."""
    resource(operator, write)
    ran = operator.run("rules", "put", HOST, write({"name": "x", "rule": "images"}))
    assert (ran.code, ran.err) == (1, "imagestack: rule: a pattern starts with / or ^/\n")
    ran = operator.run("rules", "put", HOST, write({"name": "x", "rule": "/", "options": {"waap": {"enabled": True}}}))
    assert ran.code == 1
    assert ran.err.startswith("imagestack: options.waap: ")


def test_terminals_are_not_moved(place: Place) -> None:
    """Control characters of names that somebody has chosen do not reach the terminal, nor does rich's markup act."""
    name = "\x1b[2Jgone [red]red[/red]\nnew line"
    place.item(pk=f"RESOURCE#{HOST}", sk="RULE#1", rule="/.*", name=name)
    ran = place.tables.run("rules", "list")
    assert ran.out.count("\n") == 2
    assert "\x1b" not in ran.out
    assert "[red]red[/red]" in ran.out


def test_hand_written_items(place: Place, write: Any) -> None:
    """A broken item is listed with its problem, and can be fixed."""
    place.item(pk=f"RESOURCE#{HOST}", sk="RULE#1", rule="images", name="broken")
    operator = place.http()
    assert "a pattern starts with /" in operator.run("rules", "list").out
    fixed = {"name": "fixed", "rule": "/", "options": OPTIONS}
    assert operator.run("rules", "put", HOST, write(fixed), "--rule", "1", "--json").json["problem"] is None
