"""The image function's imports at its start, and its state after a snapshot (SnapStart)."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from imagestack.formats import FORMATS
from tests.conftest import Site, http_event, reply_of
from tests.functions.test_derived import counted_transforms
from tests.support.images import jpeg
from tests.support.keeping import KeepingServer

HANDLER = Path(__file__).parents[2] / "functions/image/handler.py"
WARM = """
from imagestack.transform import transform
from imagestack.transform.warm import warm
warm(transform)
"""
# One process warms up for all of them.
once_warm = pytest.mark.xdist_group("warm")
SECRET = "origin-of-snapshots"  # noqa: S105 - its name
# What later requests or other functions need.
LATER = {
    "aws_xray_sdk",
    "blazediff_ssim",
    "boto3",
    "cffi",
    "imagestack.control",
    "imagestack.sync",
    "mozjpeg_lossless_optimization",
    "oxipng",
    "pydantic",
    "s3transfer",
    "snapshot_restore_py",
}


@cache
def loaded(code: str) -> set[str]:
    """Return what a fresh interpreter loads when it runs `code`, and all packages of these modules."""
    run = subprocess.run(  # noqa: S603 - a fixed command
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"],
        cwd=HANDLER.parents[2],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.usefixtures("deployment")
def test_only_what_requests_need_is_loaded() -> None:
    """The start loads the encoders and the client factory, and no module that only later steps need."""
    found = loaded("import functions.image.handler")
    assert {"PIL._imaging", "PIL._webp", "pillow_avif._avif", "re2", "botocore.session"} <= found
    assert not LATER & found


@once_warm
@pytest.mark.usefixtures("deployment")
def test_a_snapshot_has_everything_loaded() -> None:
    """A warm-up loads everything that first requests need, for every format."""
    found = loaded(WARM)
    assert {"blazediff_ssim", "imagestack.transform.auto", "_libvips"} <= found
    assert loaded(f"{WARM}\nwarm(transform)") == found


def test_a_snapshot_is_warm(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a snapshot, the worker that it will contain encodes every format."""
    with counted_transforms(site, monkeypatch) as done:
        site.module.before_snapshot()
    assert {work.format.name for work in done} == set(FORMATS)


@once_warm
@pytest.mark.usefixtures("deployment")
def test_no_format_loads_the_others() -> None:
    """An encode loads Pillow's plugin for its own format and no other plugin."""
    assert "PIL.PdfImagePlugin" not in loaded(WARM)


@pytest.mark.usefixtures("deployment")
def test_garbage_is_collected_after_the_start() -> None:
    """The collector rests during the start only."""
    assert "yes" in loaded("import functions.image.handler, gc, sys\nif gc.isenabled(): sys.modules['yes'] = sys")


class Restored:
    """A function with a secret, which remembers rules for an hour."""

    def __init__(self, module: ModuleType, site: Site) -> None:
        self.module = module
        self._site = site

    def get(self, secret: str) -> tuple[int, str | None]:
        """Status and the operations of a request."""
        headers = {"x-origin-secret": secret, "accept": "image/webp"}
        reply = reply_of(self.module.handler(http_event("/a.jpg", "", "GET", headers), self._site.context))
        return reply.status, reply.operations

    def restore(self) -> None:
        """Take a snapshot and go on from it."""
        self.module.before_snapshot()
        self.module.after_restore()


@pytest.fixture
def put() -> Iterator[Callable[[str], None]]:
    """The way to the next secret; the first is `first`."""
    client = boto3.client("secretsmanager")
    client.create_secret(Name=SECRET, SecretString="first")

    def put(secret: str) -> None:
        client.put_secret_value(SecretId=SECRET, SecretString=secret)

    yield put
    client.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)


def initialised() -> ModuleType:
    """A handler of its own, from the environment of this moment."""
    spec = spec_from_file_location("restored", HANDLER)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def function(site: Site, put: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Restored:
    """A function that has just been initialised, with an original and no rule."""
    assert callable(put)
    monkeypatch.setenv("ORIGIN_SECRET", SECRET)
    monkeypatch.setenv("RULES_TTL_SECONDS", "3600")
    site.put("a.jpg", jpeg())
    return Restored(initialised(), site)


def test_requests_after_a_restore(function: Restored, site: Site) -> None:
    """A restored function answers, several times over."""
    site.rule(webp_enabled=True)
    for _ in range(3):
        function.restore()
        assert function.get("first") == (200, "convert")


@pytest.mark.usefixtures("deployment")
def test_no_connection_outlives_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restore, the clients of secret, rules and objects open new connections."""
    monkeypatch.setenv("ORIGIN_SECRET", SECRET)
    with KeepingServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        module = initialised()
        assert server.opened == 1
        module.before_snapshot()
        assert server.opened == 3
        module.after_restore()
        assert server.opened == 4
        module.before_snapshot()
        assert server.opened == 6


def test_secret_after_a_restore(function: Restored, put: Callable[[str], None]) -> None:
    """After a restore, a rotated secret is read at once and an expired one is refused, whatever the clock says."""
    function.module.before_snapshot()
    put("second")
    put("third")
    function.module.after_restore()
    assert function.get("third")[0] == 200
    assert function.get("second")[0] == 200
    assert function.get("first")[0] == 403


def test_rules_after_a_restore(function: Restored, site: Site) -> None:
    """Rules that were saved since the snapshot hold, though those before it would have been kept for an hour."""
    function.module.before_snapshot()
    site.rule(webp_enabled=True)
    assert function.get("first") == (200, None)
    function.module.after_restore()
    assert function.get("first") == (200, "convert")


def test_restored_functions_are_no_twins(function: Restored) -> None:
    """Two functions from one snapshot wait for different times before they try again."""
    function.module.before_snapshot()
    state = random.getstate()
    numbers = set()
    for _ in range(2):
        random.setstate(state)
        function.module.after_restore()
        numbers.add(random.random())  # noqa: S311 - no secret
    assert len(numbers) == 2


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(("kind", "minded"), [("snap-start", True), ("on-demand", False), ("", False)])
def test_the_runtime_is_told(monkeypatch: pytest.MonkeyPatch, kind: str, minded: object) -> None:
    """With SnapStart, both hooks are registered with the runtime's module. Otherwise the module can be absent."""
    told: dict[str, Any] = {}
    # Stands for the module, which only Lambda has.
    runtime = ModuleType("snapshot_restore_py")
    runtime.__dict__["register_before_snapshot"] = lambda function: told.update(before=function)
    runtime.__dict__["register_after_restore"] = lambda function: told.update(after=function)
    monkeypatch.setitem(sys.modules, runtime.__name__, runtime)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", kind)
    module = initialised()
    assert told == ({"before": module.before_snapshot, "after": module.after_restore} if minded else {})
