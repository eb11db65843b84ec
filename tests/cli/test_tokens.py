"""`imagestack tokens`."""

from tests.cli.conftest import CONTROL, Operator, Place


def test_life(place: Place, operator: Operator) -> None:
    """A token is printed once, alone on standard output; it opens the API until it is revoked."""
    made = operator.run("tokens", "create", "deploys", "--role", "editor", "--expires", "2099-01-01")
    assert made.code == 0
    token = made.out.strip()
    theirs = Operator(("--url", place.url, "--token", token))
    assert theirs.run("resources", "list").code == 0
    listed = operator.run("tokens", "list", "--json").json
    found = next(one for one in listed if one["name"] == "deploys")
    assert (found["role"], found["expires"]) == ("editor", "2099-01-01T00:00:00.000000Z")
    everything = operator.run("tokens", "list")
    assert token not in made.err + everything.out + str(listed) + str(place.items(CONTROL))
    assert operator.run("tokens", "revoke", str(found["id"])).code == 0
    assert theirs.run("resources", "list").code == 1
    assert operator.run("tokens", "revoke", str(found["id"])).code == 1


def test_the_control_table_suffices(place: Place) -> None:
    """The first token needs neither rules nor originals."""
    operator = Operator(("--control-table", CONTROL, "--endpoint-url", place.endpoint))
    token = operator.process("tokens", "create", "first", "--role", "admin").out.strip()
    assert Operator(("--url", place.url, "--token", token)).run("tokens", "list").code == 0


def test_refusals(operator: Operator) -> None:
    """Roles and times that are none are refused by name."""
    assert operator.run("tokens", "create", "x", "--role", "king").err.startswith("imagestack: role: ")
    assert operator.run("tokens", "create", "x", "--expires", "soon").err.startswith("imagestack: expires: ")
