"""`imagestack rules test`."""

from typing import Any

import pytest

from tests.cli.conftest import HOST, KEY, Operator, Place, resource, rule

AVIF = "image/avif,image/webp,*/*"


@pytest.fixture
def rules(operator: Operator, write: Any) -> dict[str, int]:
    """A resource with several rules, by name."""
    resource(operator, write)
    resource(operator, write, "*")
    webp = {"image_stack": {"enabled": True, "quality": 65, "webp_enabled": True}}
    wanted: dict[str, dict[str, Any]] = {
        "late": {"rule": "/.*", "weight": 9},
        "shop": {"rule": "^/shop/", "weight": 1, "options": webp},
        "shop too": {"rule": r"/.*\.jpg$", "weight": 2, "options": webp},
        "off": {"rule": "/shop/", "weight": 0, "active": False},
    }
    return {name: rule(operator, write, name=name, **settings) for name, settings in wanted.items()}


def test_the_first_that_matches(operator: Operator, rules: dict[str, int]) -> None:
    """Rules are listed in the order in which they are tried; the first active one that matches answers (section 4)."""
    found = operator.run("rules", "test", HOST, "/shop/a.jpg", "--json").json
    assert found["rule"] == rules["shop"]
    assert [(one["name"], one["answers"]) for one in found["rules"]] == [
        ("off", False),
        ("shop", True),
        ("shop too", False),
        ("late", False),
    ]
    reasons = [one["why"] for one in found["rules"]]
    assert reasons[0] == "switched off"
    assert reasons[2] == f"matches too, but rule {rules['shop']} (weight 1) is asked before"
    assert operator.run("rules", "test", HOST, "/other.png", "--json").json["rule"] == rules["late"]


@pytest.mark.parametrize(
    ("path", "accept", "quality", "formats"),
    [
        ("/shop/a.jpg", AVIF, 65, ["webp"]),
        ("/shop/a.jpg", "", 65, []),
        ("/shop/a.jpg", "image/webp;q=0", 65, []),
        ("/other.png", AVIF, 80, ["avif", "webp"]),
        ("/other.png?quality=30&fmt=webp", AVIF, 30, ["webp"]),
    ],
)
def test_what_is_made(
    operator: Operator, rules: dict[str, int], path: str, accept: str, quality: int, formats: list[str]
) -> None:
    """Quality and formats are those of the rule, the query and the browser together."""
    assert rules
    found = operator.run("rules", "test", HOST, path, "--accept", accept, "--json").json
    assert (found["image_stack"], found["quality"], found["formats"]) == (True, quality, formats)


def test_paths_are_decoded(operator: Operator, write: Any) -> None:
    """Patterns are searched in the decoded path."""
    resource(operator, write)
    number = rule(operator, write, rule="/é b/")
    assert operator.run("rules", "test", HOST, "/%C3%A9%20b/x.jpg", "--json").json["rule"] == number


def test_other_hosts(operator: Operator, rules: dict[str, int]) -> None:
    """A host without a resource of its own is answered by `*`; where no rule matches the resource's options hold."""
    assert rules
    found = operator.run("rules", "test", "elsewhere.example.com:8080", "/a.jpg", "--json").json
    assert (found["resource"]["cname"], found["rule"], found["image_stack"]) == ("*", None, False)
    told = operator.run("rules", "test", "elsewhere.example.com", "/a.jpg").out
    assert "no rule answers: the options of the resource * hold" in told


def test_for_people(operator: Operator, rules: dict[str, int]) -> None:
    """The last line says it in a sentence."""
    lines = operator.run("rules", "test", HOST, "/shop/a.jpg", "--accept", AVIF).out.splitlines()
    assert lines[-1] == (f"rule {rules['shop']} (shop) of {HOST} answers; Image Stack is on: quality 65, formats webp")


def test_no_resource(operator: Operator) -> None:
    """A host that nothing answers for is a failure, and so is a path that no viewer can ask for."""
    ran = operator.run("rules", "test", HOST, "/a.jpg")
    assert (ran.code, ran.err) == (1, f"imagestack: no resource answers for {HOST}\n")
    assert operator.run("rules", "test", HOST, "/../a.jpg").code == 1
    assert operator.run("rules", "test", HOST, "a.jpg").code == 2


def test_broken_items(place: Place) -> None:
    """A broken rule is left out and says why; one that guards its images answers for them, and lets nobody in."""
    pk = f"RESOURCE#{HOST}"
    place.item(pk=pk, sk="RULE#1", rule="/.*", options={"image_stack": {"enabled": "yes"}})
    place.item(pk=pk, sk="RULE#2", rule="/.*", options={"secure_key": {"enabled": True, "key": "x"}})
    place.item(pk=pk, sk="RULE#3", rule="/.*")
    found = place.tables.run("rules", "test", HOST, "/a.jpg", "--json").json
    verdicts = {one["id"]: one["why"] for one in found["rules"]}
    assert found["rule"] == 2
    assert verdicts[1].startswith("left out: image_stack.enabled ")
    assert "lets nobody in" in verdicts[2]


def test_keys_are_not_needed(place: Place, write: Any) -> None:
    """Who may not read keys can test rules with keys."""
    resource(place.tables, write)
    number = rule(place.tables, write, options={"secure_key": {"enabled": True, "key": KEY, "type": 2}})
    found = place.http("viewer").run("rules", "test", HOST, "/a.jpg", "--json").json
    assert found["rule"] == number
    assert "lets nobody in" not in found["rules"][0]["why"]
