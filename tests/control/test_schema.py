"""Every operation of the OpenAPI description, with generated valid and invalid requests."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from imagestack.control.usage.in_process_usage import InProcessUsage
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment
from tests.control.test_resources import OPTIONS
from tests.support.depth import tries

Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]

CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# One in four numbers stays as generated, and most likely names nothing.
ALIEN = 4

EXAMPLES = tries(10)
FEWEST_OPERATIONS = 35


class Things:
    """Stored things that requests can name."""

    def __init__(self, deployment: Deployment) -> None:
        deployment.clear()
        self.token = deployment.token("admin")
        with deployment.http(self.token) as client:

            def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
                answer = client.post(path, json=body)
                assert answer.status_code == httpx.codes.CREATED, answer.text
                found: dict[str, Any] = answer.json()
                return found

            resource = made("/cdn/resources", {"cname": HOST, "origin": ORIGINALS, "options": OPTIONS})["id"]
            rule = {"name": "a", "rule": "/a", "ruleType": 0, "options": OPTIONS}
            made(f"/cdn/resources/{resource}/purge", {"paths": ["/a/*"]})
            made(f"/cdn/resources/{resource}/prefetch", {"paths": ["/a"]})
            self._numbers: dict[str, int] = {
                "resource_id": resource,
                "rule_id": made(f"/cdn/resources/{resource}/rules", rule)["id"],
                "template_id": made("/cdn/rule_templates", {"rule": "/", "ruleType": 0})["id"],
                # Not the token of the requests.
                "token_id": made("/cdn/tokens", {"name": "other", "role": "viewer"})["id"],
                "log_id": 1,
            }

    def numbers(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Numbers of a path, most of them of stored things."""
        return {
            name: self._numbers[name] if isinstance(value, int) and value % ALIEN else value
            for name, value in asked.items()
        }


def removes(operation: Operation) -> bool:
    return bool(operation.method.lower() == "delete")


def check(operation: Operation, mode: GenerationMode, things: Things, address: str) -> None:
    """Send generated requests to an operation, and check each answer."""

    @seed(1)
    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        case.path_parameters = things.numbers(case.path_parameters)
        case.call_and_validate(address, headers={"Authorization": f"APIKey {things.token}"}, checks=CHECKS)

    ask()


@pytest.mark.parametrize("mode", GenerationMode)
def test_answers_to_anything(
    deployment: Deployment, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode
) -> None:
    """Any request of an admin gets an answer that conforms to the description, and no server error."""
    # Without a backend, usage is always a 503.
    monkeypatch.setattr(deployment.module.BACKENDS, "usage", InProcessUsage())
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_url(f"{deployment.address}/cdn/openapi.json", config=config)
    # Deletions come last, with all things stored.
    found = list(schema.get_all_operations())
    operations = sorted((one.ok() for one in found if isinstance(one, Ok)), key=removes)
    assert len(operations) == len(found) > FEWEST_OPERATIONS
    things = Things(deployment)
    for operation in operations:
        takes_something = any(True for _ in operation.iter_parameters()) or bool(operation.body)
        if mode is GenerationMode.NEGATIVE and not takes_something:
            continue
        if removes(operation):
            things = Things(deployment)
        with subtests.test(operation.label):
            check(operation, mode, things, deployment.address)
