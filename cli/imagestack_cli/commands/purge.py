"""`imagestack purge`."""

import time
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from imagestack_cli import output
from imagestack_cli.api.client import Api, call
from imagestack_cli.api.resources import RESOURCES, Json, resource
from imagestack_cli.commands.resources import Name
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import CommandError, UsageError

# The most that one request to the API takes.
_URLS, _PATTERNS = 100, 10
_STATUSES = "/cdn/purge_statuses"
_UNDER_WAY, _DONE = "In progress", "Successful"
_PAUSE = 0.5


@with_deployment
def purge(
    deployment: Deployment,
    name: Name,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="An image like /shop/a.jpg with its derived objects, or /shop/*."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All images of the resource.")] = False,  # noqa: FBT002 - a flag
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait for the end of the purge, at most so long.")
    ] = 0,
) -> None:
    """Remove derived images and their copies at the edge."""
    if bool(paths) == everything:
        raise UsageError("give either paths or --all")
    found = resource(deployment.api, name)
    path = f"{RESOURCES}/{found['id']}/purge"
    jobs = [call(deployment.api, "POST", path, body=body) for body in _bodies(paths or ())]
    if wait:
        jobs = _waited(deployment.api, jobs, time.monotonic() + wait)
    if deployment.options.as_json:
        output.as_json(jobs)
    else:
        titles = ("PURGE", "TYPE", "HOST", "STATUS", "CREATED", "FINISHED")
        names = ("purge_id", "purge_type", "status", "created", "finished")
        rows = [[job[field] for field in names] for job in jobs]
        output.table(titles, [[*row[:2], found["cname"], *row[2:]] for row in rows])
    if wait and any(job["status"] != _DONE for job in jobs):
        raise CommandError("not everything is purged")


def _bodies(paths: Sequence[str]) -> Iterator[Json]:
    """Bodies of requests, as many as the API needs; no paths means everything."""
    if not paths:
        yield {"paths": []}
    patterns = [path for path in paths if "*" in path]
    urls = [path for path in paths if "*" not in path]
    for first in range(0, len(urls), _URLS):
        yield {"urls": urls[first : first + _URLS]}
    for first in range(0, len(patterns), _PATTERNS):
        yield {"paths": patterns[first : first + _PATTERNS]}


def _waited(api: Api, jobs: list[Json], until: float) -> list[Json]:
    """The jobs once all have ended, or the time is over."""
    first = min(job["created"] for job in jobs)
    numbers = [job["purge_id"] for job in jobs]
    while any(job["status"] == _UNDER_WAY for job in jobs) and time.monotonic() < until:
        time.sleep(_PAUSE)
        listed = call(api, "GET", _STATUSES, query={"from_created": first})
        known = {job["purge_id"]: job for job in listed}
        jobs = [known.get(number, job) for number, job in zip(numbers, jobs, strict=True)]
    return jobs
