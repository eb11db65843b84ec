"""Each function of `sam build` runs with only its layers and the packages of the runtime."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.template.built import FUNCTIONS, ROOT, with_3_13

# As in test_build.py: one worker builds.
pytestmark = [
    pytest.mark.xdist_group("sam-build"),
    with_3_13,
    pytest.mark.skipif(sys.platform != "linux", reason="machine code of the layers is for Linux"),
]
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "ORIGINALS_BUCKET": "originals",
    "DERIVED_BUCKET": "derived",
    "RULES_TABLE": "rules",
    "CONTROL_TABLE": "control",
    "CHANGES_QUEUE_URL": "https://queues.example.com/changes",
    "JOBS_QUEUE_URL": "https://queues.example.com/jobs",
    "PUBLIC_URL": "https://images.example.com",
    "POWERTOOLS_METRICS_NAMESPACE": "ImageStack",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
# Events that are answered without any store.
EVENTS: dict[str, Any] = {
    "image": "image-bad-path.json",
    "control": "control-openapi.json",
    "sync": {"Records": []},
    "prefetch": {"Items": [], "BatchInput": {"host": "*", "origin_prefix": "", "queries": [], "browsers": []}},
    "refine": {"Records": []},
}
INVOKE = """
from types import SimpleNamespace
import handler
context = SimpleNamespace(aws_request_id="1", function_name="f", memory_limit_in_mb=1769, invoked_function_arn="arn",
                          get_remaining_time_in_millis=lambda: 29000)
result = handler.handler(given, context)
"""
# These packages contain the modules that a handler imports late.
IMPORT_ALL = """
import importlib, pkgutil
import imagestack
modules = [module.name for module in pkgutil.walk_packages(imagestack.__path__, "imagestack.")]
result = [name for name in modules if not name.startswith(tuple(given))]
for name in result:
    importlib.import_module(name)
"""
TRACE = """
from aws_lambda_powertools import Tracer
from aws_xray_sdk.core import patch
patch(("botocore",))
result = Tracer.__name__
"""
# Red on the left, blue on the right.
STREAM = """
import io, sys
from PIL import Image
from imagestack.transform import libvips
picture = Image.new("RGB", (640, 480), (255, 0, 0))
picture.paste((0, 0, 255), (320, 0, 640, 480))
output = io.BytesIO()
picture.save(output, "JPEG", quality=95)
image = libvips.Image.open_jpeg(output.getvalue(), 1).resized(0.25, 0.25, 3.0).cropped(0, 0, 160, 60)
pixels = image.pixels()
row = bytes(pixels.memory)[:480]
result = {"size": [pixels.width, pixels.height, pixels.bands], "left": list(row[:3]), "right": list(row[-3:]),
          "cffi": "cffi" in sys.modules}
"""

_SCRIPT = "import json, sys\ngiven = json.load(sys.stdin)\n{code}\nprint(json.dumps(result))"
Run = Callable[[str, str, Any], Any]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of Lambda's runtime, which no layer holds."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


@pytest.fixture
def run(build: Path, resources: dict[str, Any], runtime: Path, tmp_path: Path) -> Run:
    """Run code in Python 3.13 with the modules of a function; returns its result for `given`."""

    def run(name: str, code: str, given: Any) -> Any:
        function = f"{name.capitalize()}Function"
        layers = [_layer(item) for item in resources[function]["Properties"]["Layers"]]
        paths = [build / function, *(build / layer / "python" for layer in layers), runtime]
        done = subprocess.run(  # noqa: S603 - a fixed command
            [shutil.which("python3.13") or "", "-B", "-s", "-c", _SCRIPT.format(code=code)],
            cwd=tmp_path,
            env=ENVIRONMENT | {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, paths))},
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def _layer(item: dict[str, Any]) -> str:
    """The layer for the architecture of this machine."""
    if "Fn::If" not in item:
        return str(item["Ref"])
    condition, arm64, x86 = item["Fn::If"]
    assert condition == "IsArm64"
    return str((x86 if platform.machine() == "x86_64" else arm64)["Ref"])


def test_all_functions_are_invoked() -> None:
    """Every function has an event in the table below."""
    assert EVENTS.keys() == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_answers(run: Run, name: str) -> None:
    """The handler is imported and answers an event, with its own layers alone."""
    event = EVENTS[name]
    if isinstance(event, str):
        event = json.loads((ROOT / "events" / event).read_text(encoding="utf-8"))
    answer = run(name, INVOKE, event)
    if name in {"sync", "refine"}:
        assert answer == {"batchItemFailures": []}
    elif name == "prefetch":
        assert answer == {"done": 0, "failed": 0}
    else:
        assert answer["statusCode"] == {"image": 400, "control": 200}[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whatever_is_loaded_later_is_there(run: Run, name: str) -> None:
    """Every module of the library imports; without the packages of the control plane, all except that part."""
    control = name in {"control", "sync"}
    loaded = run(name, IMPORT_ALL, [] if control else ["imagestack.control", "imagestack.sync"])
    assert {"imagestack.transform.optimise", "imagestack.transform.stream"} <= set(loaded)
    assert control == ("imagestack.control.openapi" in loaded)


def test_tracing_loads(run: Run) -> None:
    """With tracing on, the image function has Powertools' tracer and X-Ray's patch of botocore."""
    assert run("image", TRACE, None) == "Tracer"


@pytest.mark.parametrize("name", ["image", "refine"])
def test_libvips_decodes_without_cffi(run: Run, name: str) -> None:
    """A JPEG is opened, scaled and cropped by libvips, whose module needs no Python package of cffi."""
    found = run(name, STREAM, None)
    assert found["size"] == [160, 60, 3]
    assert found["left"] == pytest.approx([254, 0, 0], abs=3)
    assert found["right"] == pytest.approx([0, 0, 254], abs=3)
    assert not found["cffi"]
