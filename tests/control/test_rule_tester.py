"""The rule tester over HTTP; `tests/cli/test_tester.py` covers more reasons."""

from typing import Any

import httpx
import pytest

from tests.conftest import BOTH, ORIGINALS
from tests.control.conftest import HOST, Deployment

PATH = "/cdn/answering_rule"
WEBP = {"image_stack": {"enabled": True, "quality": 65, "webp_enabled": True}}
KEY = {"secure_key": {"enabled": True, "key": "a-secret-key", "type": 2}}


@pytest.fixture
def client(deployment: Deployment) -> Any:
    with deployment.http(deployment.token("viewer")) as client:
        yield client


@pytest.fixture
def rules(deployment: Deployment) -> dict[str, int]:
    """Rules by name."""
    wanted: dict[str, dict[str, Any]] = {
        "off": {"rule": "/shop/", "active": False},
        "shop": {"rule": "^/shop/", "options": WEBP | KEY},
        "elsewhere": {"rule": "/elsewhere/"},
        "late": {"rule": "/.*"},
    }
    with deployment.http(deployment.token("admin")) as admin:
        made = admin.post("/cdn/resources", json={"cname": HOST, "origin": ORIGINALS}).json()
        path = f"/cdn/resources/{made['id']}/rules"
        return {
            name: admin.post(path, json={"name": name, "ruleType": 0, **fields}).json()["id"]
            for name, fields in wanted.items()
        }


def ask(client: httpx.Client, url: str, accept: str = "") -> httpx.Response:
    return client.get(PATH, params={"url": url, "accept": accept})


def test_the_first_that_matches(client: httpx.Client, rules: dict[str, int]) -> None:
    """The first active rule that matches answers (docs/specification.md#section-4); every other has a reason."""
    found = ask(client, f"https://{HOST}/shop/a.jpg?width=5", BOTH).json()
    assert (found["host"], found["path"], found["resource"]["cname"]) == (HOST, "/shop/a.jpg", HOST)
    assert found["rule"] == rules["shop"]
    assert [(one["name"], one["matches"], one["answers"]) for one in found["rules"]] == [
        ("off", True, False),
        ("shop", True, True),
        ("elsewhere", False, False),
        ("late", True, False),
    ]
    assert all(one["why"] for one in found["rules"])
    assert (found["image_stack"], found["quality"], found["formats"]) == (True, 65, ["webp"])
    assert str(rules["shop"]) in found["text"]


def test_automatic_quality(client: httpx.Client, rules: dict[str, int], deployment: Deployment) -> None:
    """An automatic quality is shown with its target score."""
    assert rules
    found = ask(client, f"https://{HOST}/shop/a.jpg?quality=auto", BOTH).json()
    assert (found["quality"], found["quality_target"]) == ("auto", 75)
    assert "Image Stack is on: quality auto (score 75), formats webp" in found["text"]
    with deployment.http(deployment.token("admin")) as admin:
        resource = admin.get("/cdn/resources").json()[0]["id"]
        options = {"image_stack": {"enabled": True, "quality": "auto", "quality_target": 80}}
        changed = admin.patch(f"/cdn/resources/{resource}/rules/{rules['shop']}", json={"options": options})
        assert changed.json()["options"]["image_stack"] == options["image_stack"]
    found = ask(client, f"https://{HOST}/shop/a.jpg", BOTH).json()
    assert (found["quality"], found["quality_target"]) == ("auto", 80)
    assert "quality auto (score 80)" in found["text"]
    found = ask(client, f"https://{HOST}/shop/a.jpg?quality=70", BOTH).json()
    assert (found["quality"], found["quality_target"]) == (70, None)


def test_none(client: httpx.Client, rules: dict[str, int], deployment: Deployment) -> None:
    """If no rule answers, the resource's options apply; here there are none."""
    with deployment.http(deployment.token("admin")) as admin:
        resource = admin.get("/cdn/resources").json()[0]["id"]
        admin.patch(f"/cdn/resources/{resource}/rules/{rules['late']}", json={"active": False})
    found = ask(client, f"http://{HOST.upper()}:8080/a.jpg").json()
    assert (found["rule"], found["image_stack"], found["quality"], found["formats"]) == (None, False, None, [])


def test_the_resource_of_all_others(client: httpx.Client, deployment: Deployment) -> None:
    """A host without its own resource has the resource of all hosts, or none."""
    answer = ask(client, "https://other.example.com/a.jpg")
    assert (answer.status_code, answer.json()) == (404, {"error": "no resource answers for other.example.com"})
    deployment.item("control-rules", {"pk": "RESOURCE#*", "sk": "RULE#4", "rule": "/"})
    found = ask(client, "https://other.example.com/a.jpg").json()
    assert (found["resource"]["cname"], found["rule"]) == ("*", 4)


@pytest.mark.parametrize(
    "url", ["", "/a.jpg", "ftp://images.example.com/", "https:///a", "https://[/", "https://a.example/%2e%2e/b"]
)
def test_no_address(client: httpx.Client, url: str) -> None:
    """Invalid addresses of images are refused with messages by field."""
    answer = ask(client, url)
    assert answer.status_code == 400
    assert list(answer.json()) == ["url"]
