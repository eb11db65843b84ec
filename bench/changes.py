"""Measure how soon a change reaches viewers through the local front: a saved rule, a purge, a replaced original.

    python -m bench.changes [--rounds 50] [--rules 500]

The stack runs in its own process, as `imagestack serve` starts it. The script saves a rule through the API, then
requests an image without a pause until its bytes change. For a purge it polls the status until the purge is done.
"""

import argparse
import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles
from typing import Any

import httpx
from botocore.session import get_session

from bench.common import head, table

_PATH = "/rocket.jpg"
_ACCEPT = {"Accept": "image/avif,image/webp"}
_QUALITIES = (40, 80)
_PURGES: dict[str, dict[str, list[str]]] = {
    "URL": {"urls": [_PATH]},
    "pattern": {"paths": ["/ro*"]},
    "all": {"paths": []},
}
_SECONDS = 30


@dataclass(frozen=True)
class Stack:
    """A running stack."""

    api: httpx.Client
    viewer: httpx.Client
    s3: Any
    resource: str


@contextmanager
def running() -> Iterator[Stack]:
    """Start the stack, and stop it at the end."""
    start = [
        sys.executable,
        "-c",
        "from imagestack_local.main import app; app()",
        "serve",
        "--port",
        "0",
        "--log-level",
        "warning",
    ]
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - starts the stack that is measured
        try:
            printed = ""
            for line in process.stdout or ():
                printed += line
                if line.startswith("ready "):
                    break
            url, token, endpoint = (
                _found(pattern, printed) for pattern in (r"^ready (\S+)", r"^token (\S+)", r"^AWS endpoint (\S+)")
            )
            s3 = get_session().create_client(
                "s3",
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id="local",
                aws_secret_access_key="local",  # noqa: S106 - the emulator checks no credentials
            )
            with (
                httpx.Client(base_url=url, headers={"Authorization": f"APIKey {token}"}, timeout=_SECONDS) as api,
                httpx.Client(base_url=url, headers=_ACCEPT, timeout=_SECONDS) as viewer,
            ):
                (resource,) = api.get("/cdn/resources").json()
                yield Stack(api, viewer, s3, f"/cdn/resources/{resource['id']}")
        finally:
            process.terminate()


def _found(pattern: str, printed: str) -> str:
    match = re.search(pattern, printed, re.MULTILINE)
    if match is None:
        sys.exit(f"the stack did not start: {printed}")
    return match[1]


def add_rules(stack: Stack, count: int) -> None:
    """Add rules for other paths, which are tried before the rule of the image."""
    for number in range(count):
        body = {"name": f"Folder {number}", "rule": f"^/folder-{number}/", "ruleType": 0, "weight": -1 - number}
        stack.api.post(f"{stack.resource}/rules", json=body).raise_for_status()


def until(check: Callable[[], bool]) -> None:
    """Wait until `check` returns True; exit after 30 seconds."""
    end = time.perf_counter() + _SECONDS
    while not check():
        if time.perf_counter() > end:
            sys.exit(f"the change did not reach viewers within {_SECONDS} s")


def etag(stack: Stack) -> str | None:
    """Return the ETag of the image that viewers get."""
    found: str | None = stack.viewer.get(_PATH).headers.get("etag")
    return found


def saved(stack: Stack, quality: int) -> float:
    """Seconds from saving a rule until its image changes."""
    (rule,) = (rule for rule in stack.api.get(f"{stack.resource}/rules").json() if rule["name"] == "Image optimization")
    options = {"image_stack": {**rule["options"]["image_stack"], "quality": quality}}
    before = etag(stack)
    begun = time.perf_counter()
    stack.api.patch(f"{stack.resource}/rules/{rule['id']}", json={"options": options}).raise_for_status()
    until(lambda: etag(stack) != before)
    return time.perf_counter() - begun


def purged(stack: Stack, body: dict[str, list[str]]) -> float:
    """Seconds from requesting a purge until its status is done; exits if the front still has the purged answer."""
    etag(stack)
    begun = time.perf_counter()
    number = stack.api.post(f"{stack.resource}/purge", json=body).raise_for_status().json()["purge_id"]

    def is_done() -> bool:
        newest = stack.api.get("/cdn/purge_statuses", params={"limit": 1}).json()["results"][0]
        return bool(newest["purge_id"] == number and newest["status"] == "Successful")

    until(is_done)
    seconds = time.perf_counter() - begun
    if not stack.viewer.get(_PATH).headers["x-cache"].startswith("Miss"):
        sys.exit("the front still has the purged answer")
    return seconds


def _purged(stack: Stack, body: dict[str, list[str]], _round: int) -> float:
    return purged(stack, body)


def replaced(stack: Stack, body: bytes) -> float:
    """Seconds from replacing the original until its image changes."""
    before = etag(stack)
    begun = time.perf_counter()
    stack.s3.put_object(Bucket="originals", Key=_PATH[1:], Body=body, ContentType="image/jpeg")
    until(lambda: etag(stack) != before)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--rules", type=int, default=0, help="other rules; default: %(default)s")
    arguments = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with running() as stack:
        add_rules(stack, arguments.rules)
        originals = [_body(stack, key) for key in ("rocket.jpg", "coffee.png")]
        works: dict[str, Callable[[int], float]] = {
            "saved rule to changed image": lambda round_: saved(stack, _QUALITIES[round_ % 2]),
            **{f"purge by {name} until done": partial(_purged, stack, body) for name, body in _PURGES.items()},
            "replaced original to changed image": lambda round_: replaced(stack, originals[(round_ + 1) % 2]),
        }
        head(f"Changes, with {arguments.rules} other rules")
        rows = [(name, *_figures([work(round_) for round_ in range(arguments.rounds)])) for name, work in works.items()]
    table(("change, ms", "p50", "p95", "max"), rows)


def _body(stack: Stack, key: str) -> bytes:
    body: bytes = stack.s3.get_object(Bucket="originals", Key=key)["Body"].read()
    return body


def _figures(seconds: list[float]) -> tuple[int, int, int]:
    milliseconds = [1000 * one for one in seconds]
    return round(median(milliseconds)), round(quantiles(milliseconds, n=20)[-1]), round(max(milliseconds))


if __name__ == "__main__":
    main()
