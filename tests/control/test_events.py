"""Every event of events/control-*, through the handler."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ORIGINALS
from tests.control.conftest import Deployment
from tests.support.context import Context

EVENTS = Path(__file__).parents[2] / "events"
JSON, HTML = "application/json", "text/html; charset=utf-8"

# event: status, type, a part of the body.
EXPECTED: dict[str, tuple[int, str | None, str]] = {
    "control-list-resources": (200, JSON, '"cname": "images.example.com"'),
    "control-create-resource": (201, JSON, '"cname": "shop.example.com"'),
    "control-answering-rule": (200, JSON, "no rule answers"),
    "control-wrong-token": (401, JSON, "the token is wrong"),
    "control-no-token": (401, JSON, "a token is needed"),
    "control-openapi": (200, JSON, '"openapi": "3.1.0"'),
    "control-console": (200, HTML, "console"),
    "control-console-without-slash": (301, None, ""),
    "control-no-such-address": (404, JSON, "error"),
    "control-method": (405, JSON, "error"),
}


def send(deployment: Deployment, event: dict[str, Any]) -> dict[str, Any]:
    """The handler's answer, with its body as text."""
    answer: dict[str, Any] = deployment.module.handler(event, Context(function_name="control"))
    body = b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
    return {**answer, "body": body}


@pytest.fixture
def stocked(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment with a resource and a page."""
    (tmp_path / "index.html").write_text("<title>console</title>", encoding="utf-8")
    monkeypatch.setattr(deployment.module, "CONSOLE", tmp_path)
    with deployment.http(deployment.token("admin")) as admin:
        assert admin.post("/cdn/resources", json={"cname": "images.example.com", "origin": ORIGINALS}).is_success
    return deployment


def test_every_event_is_expected() -> None:
    """Every event has an expected answer."""
    assert set(EXPECTED) == {path.stem for path in EVENTS.glob("control-*.json")}


@pytest.mark.parametrize("name", EXPECTED)
def test_event(stocked: Deployment, name: str) -> None:
    """Each event gets the answer that its name promises; a token replaces the word TOKEN."""
    text = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
    answer = send(stocked, json.loads(text.replace("APIKey TOKEN", f"APIKey {stocked.token('admin')}")))
    status, content_type, part = EXPECTED[name]
    assert (answer["statusCode"], answer["headers"].get("Content-Type")) == (status, content_type)
    assert part in answer["body"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("control-list-resources", {"ControlRequests": 1, "ControlErrors": 0, "AuthenticationFailures": 0}),
        ("control-wrong-token", {"ControlRequests": 1, "ControlErrors": 0, "AuthenticationFailures": 1}),
    ],
)
def test_metrics(
    stocked: Deployment, capsys: pytest.CaptureFixture[str], name: str, expected: dict[str, float]
) -> None:
    """Each call emits one line of metrics, for the alarms on errors and on failed authentications."""
    text = (EVENTS / f"{name}.json").read_text(encoding="utf-8").replace("APIKey TOKEN", "APIKey ")
    token = stocked.token("viewer")
    capsys.readouterr()
    send(stocked, json.loads(text.replace('"APIKey "', f'"APIKey {token}"')))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    (line,) = lines
    assert {metric: sum(line[metric]) for metric in expected} == expected
    assert token not in json.dumps(lines)


def test_metrics_of_failures(
    stocked: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server error counts as an error."""
    monkeypatch.setattr(stocked.module.ACCESS, "_store", None)
    text = (EVENTS / "control-wrong-token.json").read_text(encoding="utf-8")
    assert send(stocked, json.loads(text))["statusCode"] == 500
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (sum(line["ControlErrors"]), sum(line["AuthenticationFailures"])) == (1, 0)
