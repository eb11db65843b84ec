"""The template as written, and as CloudFormation gets it."""

import copy
import os
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # has no types
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped] # has no types

ROOT = Path(__file__).resolve().parents[2]


class _NoManagedPolicies:
    """SAM asks AWS for the names of managed policies; the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    content: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="session")
def deployed(template: dict[str, Any]) -> dict[str, Any]:
    """The resources after SAM's transform."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for name in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][name] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "AWS_DEFAULT_REGION", "eu-central-1")
        found: dict[str, Any] = transform(packaged, {}, _NoManagedPolicies())["Resources"]
    return found
