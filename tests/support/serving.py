"""The local stack, run by its command in a process of its own."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import boto3
import httpx
from PIL import Image

from imagestack.response import object_url
from tests.support.plain import PLAIN

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[2]
# `make e2e` names a module whose command has the image function in Lambda's runtime.
COMMAND = (
    ("-m", os.environ["SERVED_BY"])
    if "SERVED_BY" in os.environ
    else ("-c", "from imagestack_local.main import app; app(prog_name='imagestack')")
)
START_SECONDS = 90.0
"""The limit for a busy machine; an idle one takes two."""


@contextmanager
def command(*arguments: str, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", IO[str]]]:
    """Run `imagestack`, and yield the process and its standard error: a file, so that it never waits for a reader."""
    with (
        tempfile.TemporaryFile("w+") as stderr,
        subprocess.Popen(  # noqa: S603 - it runs what is under test
            [sys.executable, *COMMAND, *arguments],
            cwd=ROOT,
            env={**_environment(), **variables},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            yield process, stderr
        finally:
            process.kill()


def _environment() -> dict[str, str]:
    """The environment, without the variables that other tests set for boto3."""
    ours = ("AWS_", "POWERTOOLS_", "MAX_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "AWS_PROFILE": "no-such-profile", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}


@dataclass
class Serving:
    """A running `imagestack serve`."""

    process: "subprocess.Popen[str]"
    lines: list[str]
    """Its output up to the line `ready`."""
    stderr: IO[str]

    @property
    def url(self) -> str:
        return self.lines[-1].removeprefix("ready ")

    @property
    def endpoint(self) -> str:
        found = re.search(r"^AWS endpoint (\S+)", "\n".join(self.lines), re.MULTILINE)
        assert found
        return found[1]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, timeout=60, verify=PLAIN)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        return httpx.request(method, self.url + path, headers=headers, timeout=60, verify=PLAIN)

    def object(self, path: str) -> str:
        """The signed address of an object in the front's buckets, as in a redirect of the function.

        Args:
            path: Decoded, below `/_original/` or `/_derived/`.
        """
        secrets: Any = _client("secretsmanager", self.endpoint)
        proof = secrets.get_secret_value(SecretId="origin-secret")["SecretString"]
        return object_url.location(path, '"v"', proof, time.time())

    def s3(self) -> "S3Client":
        found: S3Client = _client("s3", self.endpoint)
        return found

    def rules(self) -> Any:
        return _table("rules", self.endpoint)

    def told(self) -> str:
        """Its standard error so far."""
        return read(self.stderr)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal, and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


# boto3 reads the model of a service as slowly as the stack answers.
@cache
def _session() -> boto3.Session:
    return boto3.Session("local", "local", region_name="us-east-1")


@cache
def _client(service: str, endpoint: str) -> Any:
    return _session().client(service, endpoint_url=endpoint)  # type: ignore[call-overload] # one for all services


@cache
def _table(name: str, endpoint: str) -> Any:
    return _session().resource("dynamodb", endpoint_url=endpoint).Table(name)


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[Serving]:
    """Run `imagestack serve` on a free port while the context lasts."""
    with command("serve", "--port", "0", *arguments, **variables) as (process, stderr):
        assert process.stdout
        printed = ""
        end = time.monotonic() + START_SECONDS
        while not re.search(r"^ready .*\n", printed, re.MULTILINE):
            assert select.select([process.stdout], [], [], max(0, end - time.monotonic()))[0], "not ready in time"
            more = os.read(process.stdout.fileno(), 65_536).decode()
            assert more, f"it ended: {read(stderr)}"
            printed += more
        yield Serving(process, printed.splitlines(), stderr)


def failure(*arguments: str, **variables: str) -> tuple[int, str]:
    """The exit status of `imagestack` with wrong arguments, and its standard error."""
    with command(*arguments, **variables) as (process, stderr):
        out, _ = process.communicate(timeout=START_SECONDS)
        assert out == ""
        return process.returncode, read(stderr)


def size(response: httpx.Response) -> tuple[int, int]:
    with Image.open(BytesIO(response.content)) as image:
        return image.size


def until(check: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until `check` returns true. The pauses grow, since a check often costs more than the change it waits for."""
    end = time.monotonic() + seconds
    pause = 0.02
    while not check():
        assert time.monotonic() < end, "it never happened"
        time.sleep(pause)
        pause = min(1.5 * pause, 0.2)


def originals(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def read(file: IO[str]) -> str:
    """The content of a file so far. Its position, which the writer shares, stays where it is."""
    number = file.fileno()
    return os.pread(number, os.fstat(number).st_size, 0).decode()
