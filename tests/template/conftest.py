"""The template as written, and as CloudFormation receives it."""

import copy
import fcntl
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # no types
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped] # no types

from tests.template.built import ROOT


class _NoManagedPolicies:
    """SAM requests the names of managed policies from AWS; the template uses none."""

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


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one build, which all workers share."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "sam-build"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            _build(folder)
            done.touch()
    return folder / "build"


def _build(folder: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    run = subprocess.run(  # noqa: S603 - a fixed command
        [
            f"{scripts}/sam",
            "build",
            *("--template-file", str(ROOT / "template.yaml")),
            *("--build-dir", str(folder / "build")),
            *("--cache-dir", str(folder / "cache")),
        ],
        cwd=folder,
        env=os.environ
        | {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(folder / "settings"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
