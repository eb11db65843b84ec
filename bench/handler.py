"""Measure the request path without codecs, and the import time of the handler.

    python -m bench.handler [--times 1000] [--python PATH]

The first table is the handler with stores in memory, then with S3 and DynamoDB of a moto on this machine. Its requests
are a derived hit and an original that is passed through. The other tables are the CPU time that a fresh interpreter
needs to import the handler, whole and step by step. `bench/cold.py` measures the deployed build instead.

For the import, name an interpreter that has only the packages of the function:

    python3 -m venv .runtime
    .runtime/bin/pip install --no-deps --require-hashes -r layers/dependencies/requirements.txt
    .runtime/bin/pip install boto3
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from PIL import Image

from bench.common import head, photographs, scaled, table
from bench.deployment import ENVIRONMENT, Deployment, body, deployment, event
from imagestack.ports import Derived, Original, Stored, Version

_ROOT = Path(__file__).parent.parent
_ACCEPT = "image/avif,image/webp,*/*"
_WARM = 20
_COLD_TIMES = 7
# The imports of the handler, ordered so that each step finds its dependencies imported.
_STEPS = {
    "botocore": "import botocore.session, botocore.config",
    "Powertools": "import aws_lambda_powertools, aws_lambda_powertools.metrics",
    "X-Ray SDK, where tracing is on": "import aws_xray_sdk, aws_xray_sdk.core",
    "Pillow and codecs": "from PIL import Image, ImageCms, ImageMath, JpegImagePlugin; import pillow_avif",
    "imagestack": "import imagestack.serving.pipeline, imagestack.request.events, imagestack.stores.clients",
    "clients of S3 and DynamoDB": "imagestack.stores.clients.make_clients()",
}
_TIMED = """
import json, time
def timed(code):
    start = time.process_time()
    exec(code, globals())
    return (time.process_time() - start) * 1000
"""
# The cost of a read-only layer without .pyc files; Lambda's own libraries are compiled already.
_COMPILE = """
import sys, pathlib, functions.image.handler
brought = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
files = [
    (module.__file__, pathlib.Path(module.__file__).read_bytes())
    for name, module in sys.modules.items()
    if name.partition(".")[0] not in {*sys.stdlib_module_names, *brought}
    and str(getattr(module, "__file__", None)).endswith(".py")
]
def compile_all():
    for name, text in files:
        compile(text, name, "exec")
"""


@dataclass
class Memory:
    """Both object stores, in memory."""

    body: bytes
    derived: dict[str, Derived] = field(default_factory=dict)

    def head(self, key: str) -> Stored:
        """Return the original."""
        return Stored(key, Version('"e"', datetime(2026, 1, 1, tzinfo=UTC)), len(self.body), "image/jpeg")

    def fetch(self, key: str, _at_most: int) -> Original:
        """Return the original."""
        return Original(self.head(key), self.body)

    def get(self, key: str, _at_most: int) -> Derived | None:
        """Return a derived object."""
        return self.derived.get(key)

    def put(self, key: str, derived: Derived, _headers: Mapping[str, str], _replaces: str | None) -> bool:
        """Store a derived object."""
        self.derived[key] = derived
        return True


def warm(name: str, send: Callable[[], object], times: int) -> tuple[str, ...]:
    """A row of milliseconds for one kind of request."""
    for _ in range(_WARM):
        send()
    wall, start_cpu = [], process_time()
    for _ in range(times):
        start = perf_counter()
        send()
        wall.append((perf_counter() - start) * 1000)
    cpu = (process_time() - start_cpu) * 1000 / times
    return (name, f"{median(wall):.2f}", f"{quantiles(wall, n=20)[-1]:.2f}", f"{cpu:.2f}")


def requests(site: Deployment, stores: str, times: int) -> list[tuple[str, ...]]:
    """Rows for a derived hit and for a pass-through."""
    hit, passed = event("photo.jpg", "width=400&fmt=webp", _ACCEPT), event("photo.jpg", "", _ACCEPT)
    bytes_hit, bytes_passed = len(body(site.send(hit))), len(body(site.send(passed)))
    return [
        warm(f"{stores}, derived hit of {bytes_hit / 1000:.0f} kB", lambda: site.send(hit), times),
        warm(f"{stores}, pass-through of {bytes_passed / 1000:.0f} kB", lambda: site.send(passed), times),
    ]


def cold(python: str, code: str, **environment: str) -> Any:  # noqa: ANN401 - JSON
    """Run code in a fresh interpreter; returns the JSON that it prints."""
    path = os.pathsep.join((str(_ROOT), str(_ROOT / "layers" / "core")))
    variables = {**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONPATH": path, **environment}
    command = (python, "-c", _TIMED + code)
    done = subprocess.run(command, env=variables, check=True, capture_output=True)  # noqa: S603 - the interpreter that the user named
    return json.loads(done.stdout)


def import_rows(python: str) -> list[tuple[str, ...]]:
    """Rows for the whole import, and for the extra time without `.pyc` files of the library."""
    whole, compiling = 'print(timed("import functions.image.handler"))', f"{_COMPILE}print(timed('compile_all()'))"
    tracing_off = {"POWERTOOLS_TRACE_DISABLED": "true"}
    # Lambda sets this variable, which turns tracing on.
    cases = {
        "the handler": (whole, tracing_off),
        "the handler, tracing on (the first request imports its SDK)": (whole, {"LAMBDA_TASK_ROOT": "/var/task"}),
        "compiling what the runtime does not bring, if no .pyc comes along": (compiling, tracing_off),
    }
    rows: list[tuple[str, ...]] = []
    for name, (code, environment) in cases.items():
        rows.append((name, f"{median(cold(python, code, **environment) for _ in range(_COLD_TIMES)):.0f}"))
    return rows


def step_rows(python: str) -> list[tuple[str, ...]]:
    """Rows for the steps of an import."""
    steps = "".join(f"times.append(timed({code!r}))\n" for code in _STEPS.values())
    runs = [cold(python, f"times = []\n{steps}print(json.dumps(times))") for _ in range(_COLD_TIMES)]
    return [(name, f"{median(column):.0f}") for name, column in zip(_STEPS, zip(*runs, strict=True), strict=True)]


def photograph() -> bytes:
    """A JPEG of about a third of a megapixel."""
    output = BytesIO()
    with Image.open(photographs(None)[-1]) as image:
        scaled(image.convert("RGB"), 270_000).save(output, "JPEG", quality=90)
    return output.getvalue()


def main() -> None:
    """Measure and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--python", default=sys.executable, help="for the cold start (default: this one)")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, deployment() as site:
        path = Path(folder) / "photo.jpg"
        path.write_bytes(photograph())
        site.put(path)
        rows = requests(site, "moto", arguments.times)
        memory = Memory(path.read_bytes())
        site.module.__dict__["PIPELINE"] = replace(site.module.PIPELINE, originals=memory, derived=memory)
        rows = requests(site, "memory", arguments.times) + rows
    head("The handler without codecs")
    table(("stores", "p50 ms", "p95 ms", "mean CPU ms"), rows)
    print("### Cold start: import\n")
    # The first import may have to compile.
    cold(arguments.python, 'print(timed("import functions.image.handler"))')
    table(("import", "median CPU ms"), import_rows(arguments.python))
    table(("step", "median CPU ms"), step_rows(arguments.python))


if __name__ == "__main__":
    main()
