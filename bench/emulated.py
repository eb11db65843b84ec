"""The image function as `sam build` makes it, in Lambda's runtime as aws-sam-cli emulates it: x86_64, without Docker.

It wants a python3.13 that plays the runtime's part, with what the runtime brings and nothing of ours:

    python3.13 -m venv .runtime
    .runtime/bin/pip install awslambdaric boto3
"""

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, ignore_patterns
from socket import create_connection, create_server
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.request import Request, urlopen

import boto3

from bench.deployment import event

_SECRET, _LEASES = "origin-secret", "leases"
FOLDERS = ("ImageFunction", "CoreLayer/python", "DependenciesLayerX86/python")
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_START_SECONDS = 10
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Built:
    """What `sam build` has made, and the Python that runs it."""

    folder: Path
    python: str

    @contextmanager
    def without_bytecode(self) -> Iterator["Built"]:
        """The same as it is built where there is no python3.13."""
        with TemporaryDirectory() as folder:
            for name in FOLDERS:
                copytree(self.folder / name, Path(folder, name), ignore=ignore_patterns("__pycache__"))
            yield Built(Path(folder), self.python)


@dataclass(frozen=True)
class Function:
    """An emulated function; it is initialised by the first event, and takes one at a time."""

    process: "subprocess.Popen[bytes]"
    address: str
    log: Path

    def send(self, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Milliseconds and the answer."""
        request = Request(self.address, json.dumps(event).encode())  # noqa: S310 - http, to this machine
        start = perf_counter()
        with urlopen(request) as answer:  # noqa: S310 - likewise
            body = answer.read()
        return (perf_counter() - start) * 1000, json.loads(body)

    @property
    def init(self) -> float:
        """Milliseconds of the initialisation."""
        found = _INIT.search(self.log.read_text(encoding="utf-8"))
        return float(found[1]) if found else sys.exit(self.log.read_text(encoding="utf-8"))

    @property
    def cpu(self) -> float:
        """Milliseconds of processor time that the function has had."""
        ticks = self._stat[11:13]
        return sum(map(int, ticks)) * 1000 / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Megabytes that are resident."""
        return int(self._stat[21]) * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE

    @property
    def _stat(self) -> list[str]:
        """The fields of the Python process behind its name, from the third of proc(5) on."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[1]) == self.process.pid:
                return fields
        sys.exit("The runtime has ended")


@contextmanager
def emulated(built: Built, memory: int, groups: Sequence[Path] = ()) -> Iterator[Function]:
    """Run the function.

    Args:
        built: what to run.
        memory: megabytes that it is told it has.
        groups: control groups to run it in.
    """
    own, runtime = _free_port(), _free_port()
    join = "".join(f"echo $$ > {group}/cgroup.procs; " for group in groups)
    command = (
        *("sh", "-c", f'{join}exec "$@"', "sh", _emulator()),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{own}", "--runtime-api-address", f"127.0.0.1:{runtime}"),
        *(built.python, "-m", "awslambdaric", "handler.handler"),
    )
    environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "PATH"} | {
        "PYTHONPATH": os.pathsep.join(str(built.folder / name) for name in FOLDERS),
        # On Lambda it could not be written.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": os.environ["AWS_DEFAULT_REGION"],
        "AWS_LAMBDA_FUNCTION_NAME": "image",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "ORIGINALS_BUCKET": os.environ["ORIGINALS_BUCKET"],
        "DERIVED_BUCKET": os.environ["DERIVED_BUCKET"],
        "RULES_TABLE": os.environ["RULES_TABLE"],
        "LEASES_TABLE": _LEASES,
        "ORIGIN_SECRET": _SECRET,
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: S603 - the user's own
        try:
            _wait_for(own)
            yield Function(process, f"http://127.0.0.1:{own}{_INVOCATIONS}", log)
        finally:
            process.terminate()
            process.wait()


def more_stores() -> None:
    """Make the leases and the secret, which the scripts that call the handler directly are without."""
    boto3.client("secretsmanager").create_secret(Name=_SECRET, SecretString=_SECRET)
    boto3.client("dynamodb").create_table(
        TableName=_LEASES,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def asked(key: str, query: str, accept: str) -> dict[str, Any]:
    """A GET as the distribution sends it on."""
    found = event(key, query, accept)
    found["headers"]["x-origin-secret"] = _SECRET
    return found


def add_options(parser: ArgumentParser) -> None:
    """What both scripts have to be told."""
    parser.add_argument("--build", type=Path, default=Path(".aws-sam/build"), help="default: %(default)s")
    parser.add_argument("--python", default=".runtime/bin/python", help="the runtime's (default: %(default)s)")


def _emulator() -> str:
    spec = find_spec("samcli")
    if spec is None or spec.origin is None:
        sys.exit("This needs the emulator that comes with aws-sam-cli: make setup")
    return str(Path(spec.origin).parent / "local/rapid/aws-lambda-rie-x86_64")


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = monotonic() + _START_SECONDS
    while True:
        try:
            create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if monotonic() > end:
                raise
            sleep(0.05)
        else:
            return
