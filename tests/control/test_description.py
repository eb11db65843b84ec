"""The OpenAPI description, and whether answers conform to it."""

import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from imagestack.control.usage.in_process_usage import InProcessUsage
from imagestack.usage import Use
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, RULES, Deployment
from tests.control.test_resources import OPTIONS
from tests.support.control_tables import make_table
from tests.support.images import jpeg

RULE = {"name": "a", "rule": "/a", "ruleType": 0, "options": OPTIONS}
TEMPLATES = "/cdn/resources/rule_templates"


@pytest.fixture
def document(deployment: Deployment) -> dict[str, Any]:
    """The description, which needs no token."""
    with deployment.http(None) as client:
        answer = client.get("/cdn/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def check(document: dict[str, Any], answer: httpx.Response) -> None:
    """Check that the description covers an answer."""
    path = answer.request.url.path
    templates = sorted(document["paths"], key=lambda template: template.count("{"))
    template = next(name for name in templates if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", name), path))
    responses = document["paths"][template][answer.request.method.lower()]["responses"]
    told = responses.get(str(answer.status_code))
    assert told, f"{answer.request.method} {template} answers {answer.status_code}"
    if "content" in told:
        assert answer.headers["Content-Type"] == "application/json"
        schema = {**told["content"]["application/json"]["schema"], "components": document["components"]}
        Draft202012Validator(schema).validate(answer.json())
    else:
        assert answer.content == b""


def test_needed_parameters(document: dict[str, Any]) -> None:
    """The description says which parameters are required."""
    (url, accept) = document["paths"]["/cdn/answering_rule"]["get"]["parameters"]
    assert ((url["name"], url["required"]), (accept["name"], accept["required"])) == (("url", True), ("accept", False))


def test_it_is_one(document: dict[str, Any]) -> None:
    """The document is valid OpenAPI 3.1, and each operation has its own id."""
    OpenAPIV31SpecValidator(document).validate()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)


def test_answers(deployment: Deployment, document: dict[str, Any]) -> None:
    """Successful answers and errors conform to the description."""
    answers = []
    with deployment.http(deployment.token("admin")) as client:

        def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
            answer = client.request(method, path, json=body, headers=headers)
            answers.append(answer)
            return answer.json() if answer.content else None

        resource = ask("POST", "/cdn/resources", {"cname": HOST, "origin": ORIGINALS, "options": OPTIONS})["id"]
        base = f"/cdn/resources/{resource}"
        rule = ask("POST", f"{base}/rules", RULE)["id"]
        template = ask("POST", TEMPLATES, {"rule": "/", "ruleType": 0})["id"]
        deployment.item(RULES, {"pk": "RESOURCE#*", "sk": "RULE#1", "rule": 5, "options": {"cors": [1]}})
        for path in ("/cdn/resources", f"{base}/rules", TEMPLATES, "/cdn/activity_log/requests", "/cdn/tokens"):
            ask("GET", path)
            ask("GET", f"{path}?limit=1")
            ask("GET", f"{path}?limit=x")
        for thing, body in {
            base: {"name": "b"},
            f"{base}/rules/{rule}": {"weight": 3},
            f"{TEMPLATES}/{template}": {"name": "b"},
        }.items():
            ask("GET", thing)
            ask("PATCH", thing, body)
            ask("PATCH", thing, {"nothing": 1})
            ask("PATCH", thing, body, **{"If-Match": '"other"'})
            ask("PUT", thing, {"rule": "/", "ruleType": 0} if thing != base else {})
            ask("PATCH", thing, {"active": False} if "template" not in thing else {"rule": "/b"})
        ask("PATCH", f"{TEMPLATES}/1", {"name": "b"})
        ask("POST", f"{base}/purge", {"paths": []})
        ask("POST", f"{base}/purge", {})
        ask("POST", f"{base}/prefetch", {"paths": ["/a"]})
        for path in ("/cdn/purge_statuses", "/cdn/prefetch_statuses"):
            ask("GET", path)
            ask("GET", f"{path}?limit=5")
        ask("GET", "/cdn/activity_log/requests/1")
        ask("GET", "/cdn/activity_log/requests/99")
        token = ask("POST", "/cdn/tokens", {"name": "x", "role": "viewer"})["id"]
        ask("GET", "/cdn/tokens/current")
        ask("DELETE", f"/cdn/tokens/{token}")
        ask("DELETE", f"/cdn/tokens/{token}")
        ask("DELETE", f"{base}/rules/{rule}")
        ask("DELETE", f"{TEMPLATES}/{template}")
        ask("DELETE", base)
        ask("GET", base)
        answers += [
            client.post("/cdn/resources", content=b"x"),
            client.post("/cdn/resources", content=b"{}", headers={"Content-Type": "text/plain"}),
            client.post("/cdn/resources", content=b" " * 200_000),
            client.get("/cdn/resources", headers={"Authorization": "none"}),
        ]
    with deployment.http(deployment.token("viewer")) as client:
        answers.append(client.post("/cdn/resources", json={}))
        answers += [client.get("/cdn/resources", headers={"Authorization": "APIKey wrong"}) for _ in range(11)]
    for answer in answers:
        check(document, answer)
    assert {answer.status_code for answer in answers} >= {200, 201, 204, 400, 401, 403, 404, 409, 413, 415, 429}


def test_answers_about_rules(deployment: Deployment, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of originals, previews, responsive images, usage and the rule tester conform to the description."""
    answers = []
    with deployment.http(deployment.token("admin")) as client:

        def ask(method: str, path: str, body: Any = None) -> Any:
            answers.append(client.request(method, path, json=body))
            return answers[-1].json()

        resource = ask("POST", "/cdn/resources", {"cname": HOST, "origin": ORIGINALS})["id"]
        base = f"/cdn/resources/{resource}"
        rule = ask("POST", f"{base}/rules", RULE)["id"]
        deployment.original("a.jpg", jpeg())
        ask("GET", f"{base}/originals")
        ask("GET", f"{base}/originals?limit=0")
        drafted = {"id": rule, "rule": "/.*", "options": {"image_stack": {"enabled": True, "webp_enabled": True}}}
        for path in ("/a.jpg", "/none.jpg"):
            ask("POST", f"{base}/preview", {"path": path, "accept": "image/webp", "rule": drafted})
        ask("POST", f"{base}/preview", {"path": "/a.jpg", "rule": {"rule": "x"}})
        for address in ("/a.jpg", "/none.jpg", "/a.jpg?crop=x"):
            ask("POST", f"{base}/responsive_image", {"address": address, "widths": [100]})
        ask("POST", f"{base}/responsive_image", {"address": "/a.jpg", "widths": [0]})
        ask("GET", f"{base}/usage")
        monkeypatch.setattr(deployment.module.BACKENDS, "usage", InProcessUsage())
        deployment.module.BACKENDS.usage.add(Use(HOST, str(rule), hit=True, saved=5))
        ask("GET", f"{base}/usage")
        ask("GET", f"{base}/usage?hours=0")
        ask("GET", "/cdn/answering_rule?url=https://elsewhere.example.com/")
        ask("GET", f"/cdn/answering_rule?url=https://{HOST}/a")
        ask("GET", "/cdn/answering_rule?url=a")
        ask("GET", "/cdn/answering_rule")
        ask("PUT", f"{base}/rules/order", {"rules": [rule]})
        ask("PUT", f"{base}/rules/order", {"rules": []})
        ask("PUT", f"{base}/rules/order", {})
    for answer in answers:
        check(document, answer)
    assert {answer.status_code for answer in answers} == {200, 201, 400, 404, 409, 503}


def test_tables_that_do_not_answer(deployment: Deployment, document: dict[str, Any]) -> None:
    """If the tables cannot be reached, the response is a 503 with Retry-After."""
    client = deployment.dynamodb.meta.client
    client.delete_table(TableName=RULES)
    try:
        with deployment.http(deployment.token("viewer")) as http:
            answer = http.get("/cdn/resources")
    finally:
        make_table(client, RULES)
    check(document, answer)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
