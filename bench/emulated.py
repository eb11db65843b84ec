"""The image function as `sam build` makes it, in Lambda's runtime as aws-sam-cli emulates it, without Docker.

It needs a python3.13 that has the packages of the runtime and none of ours: `make runtime` makes one.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, ignore_patterns
from socket import create_connection
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3

from bench.deployment import event
from bench.ports import free_port

SECRET, LEASES = "origin-secret", "leases"
# By architecture of the machine: the layer of packages, and the emulator.
_MACHINES = {"x86_64": ("DependenciesLayerX86", "x86_64"), "aarch64": ("DependenciesLayerArm64", "arm64")}
_LAYER, _EMULATOR = _MACHINES.get(platform.machine(), ("", ""))
FOLDERS = ("ImageFunction", "CoreLayer/python", f"{_LAYER}/python")
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_START_SECONDS = 10
# Seconds; longer than any invocation may last.
_TIMEOUT = 60
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Built:
    """The build of `sam build`, and the Python that runs it."""

    folder: Path
    python: str

    @contextmanager
    def without_bytecode(self) -> Iterator["Built"]:
        """A copy of the build without bytecode, as on a machine that has no python3.13."""
        with TemporaryDirectory() as folder:
            for name in FOLDERS:
                copytree(self.folder / name, Path(folder, name), ignore=ignore_patterns("__pycache__"))
            yield Built(Path(folder), self.python)


@dataclass(frozen=True)
class Function:
    """An emulated function; the first event initialises it, and it handles one event at a time."""

    process: "subprocess.Popen[bytes]"
    address: str
    log: Path

    def send(self, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Send an event; returns the milliseconds and the answer."""
        start = perf_counter()
        body = self.post(event)
        return (perf_counter() - start) * 1000, json.loads(body)

    def post(self, event: dict[str, Any]) -> bytes:
        """Send an event; returns the emulator's response, also when the function failed."""
        request = Request(self.address, json.dumps(event).encode())  # noqa: S310 - http, to this machine
        try:
            with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - http, to this machine
                body: bytes = answer.read()
        except HTTPError as error:
            body = error.read()
        return body

    @property
    def init(self) -> float:
        """Milliseconds of the initialisation."""
        found = _INIT.search(self.log.read_text(encoding="utf-8"))
        return float(found[1]) if found else sys.exit(self.log.read_text(encoding="utf-8"))

    @property
    def cpu(self) -> float:
        """Milliseconds of processor time that the function has used."""
        ticks = self._stat[11:13]
        return sum(map(int, ticks)) * 1000 / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident memory in megabytes."""
        return int(self._stat[21]) * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE

    @property
    def pid(self) -> int:
        """Id of the Python process; the emulator restarts a process that has died."""
        found = children(self.process.pid)
        return found[0] if found else sys.exit("The runtime has stopped")

    @property
    def workers(self) -> list[int]:
        """The sandbox processes, in which the function works on pixels."""
        return children(self.pid)

    @property
    def _stat(self) -> list[str]:
        return stat(self.pid)


def stat(pid: int) -> list[str]:
    """The fields of a process after its name: from the third field of proc(5) on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """The running child processes of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, parent, *_ = stat(int(path.name))
            if int(parent) == pid and state != "Z":
                found.append(int(path.name))
    return found


@contextmanager
def emulated(
    built: Built, memory: int, before: str = "", handler: str = "handler.handler", **changed: str
) -> Iterator[Function]:
    """Run the function.

    Args:
        built: the build to run.
        memory: megabytes that the environment reports to the function.
        before: shell commands that run first; usually they set limits.
        handler: module and name of the handler.
        changed: environment variables that differ from the defaults.
    """
    own, runtime = free_port(), free_port()
    command = (
        *("sh", "-c", f'{before}exec "$@"', "sh", emulator()),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{own}", "--runtime-api-address", f"127.0.0.1:{runtime}"),
        *(_absolute(built.python), "-m", "awslambdaric", handler),
    )
    environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "PATH"} | {
        "PYTHONPATH": os.pathsep.join(str(built.folder / name) for name in FOLDERS),
        # On Lambda the folder is read-only.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": os.environ["AWS_DEFAULT_REGION"],
        "AWS_LAMBDA_FUNCTION_NAME": "image",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "ORIGINALS_BUCKET": os.environ["ORIGINALS_BUCKET"],
        "DERIVED_BUCKET": os.environ["DERIVED_BUCKET"],
        "RULES_TABLE": os.environ["RULES_TABLE"],
        "LEASES_TABLE": LEASES,
        "ORIGIN_SECRET": SECRET,
        "POWERTOOLS_TRACE_DISABLED": "true",
        **changed,
    }
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - the interpreter that the user named
                command,
                # As on Lambda; Python looks for modules in the folder where it starts.
                cwd=built.folder / FOLDERS[0],
                env=environment,
                stdout=output,
                stderr=output,
            )
        try:
            _wait_for(own)
            yield Function(process, f"http://127.0.0.1:{own}{_INVOCATIONS}", log)
        finally:
            process.terminate()
            process.wait()


def more_stores() -> None:
    """Create the leases table and the secret; the scripts that call the handler directly work without them."""
    boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=SECRET)
    boto3.client("dynamodb").create_table(
        TableName=LEASES,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def distribution_event(key: str, query: str, accept: str) -> dict[str, Any]:
    """A GET event as the distribution forwards it."""
    found = event(key, query, accept)
    found["headers"]["x-origin-secret"] = SECRET
    return found


def add_options(parser: ArgumentParser) -> None:
    """Add the options that both scripts have."""
    parser.add_argument("--build", type=Path, default=Path(".aws-sam/build"), help="default: %(default)s")
    parser.add_argument("--python", default=".venv/runtime/bin/python", help="the runtime's (default: %(default)s)")


def _absolute(python: str) -> str:
    # Symbolic links stay unresolved: by them Python recognises its environment.
    return str(Path(shutil.which(python) or sys.exit(f"There is no {python}: make runtime")).absolute())


def emulator() -> str:
    """The path of the emulator; exits if it is missing."""
    spec = find_spec("samcli")
    found = Path(spec.origin).parent / f"local/rapid/aws-lambda-rie-{_EMULATOR}" if spec and spec.origin else None
    if found is None or not found.exists():
        sys.exit(f"This needs the emulator for {platform.machine()} that comes with aws-sam-cli: make setup")
    return str(found)


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
