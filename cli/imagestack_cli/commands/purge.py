"""`imagestack purge`."""

import time
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from imagestack_cli import shown
from imagestack_cli.api import Api, ask
from imagestack_cli.command import with_target
from imagestack_cli.failures import CommandError, UsageError
from imagestack_cli.found import RESOURCES, Json, resource
from imagestack_cli.resources import Name
from imagestack_cli.target import Target

# What the API takes at a time.
_URLS, _PATTERNS = 100, 10
_STATUSES = "/cdn/purge_statuses"
_UNDER_WAY, _DONE = "In progress", "Successful"
_PAUSE = 0.5


@with_target
def purge(
    target: Target,
    name: Name,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="An image with all that was made of it, or /path/*.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All images of the resource.")] = False,  # noqa: FBT002 - a flag
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait until it is done, so long at most.")
    ] = 0,
) -> None:
    """Remove what was made of images, and copies of it at the edge."""
    if bool(paths) == everything:
        raise UsageError("either paths or --all")
    found = resource(target.api, name)
    path = f"{RESOURCES}/{found['id']}/purge"
    jobs = [ask(target.api, "POST", path, body=body) for body in _bodies(paths or ())]
    if wait:
        jobs = _waited(target.api, jobs, time.monotonic() + wait)
    if target.options.as_json:
        shown.as_json(jobs)
    else:
        titles = ("PURGE", "TYPE", "HOST", "STATUS", "CREATED", "FINISHED")
        names = ("purge_id", "purge_type", "status", "created", "finished")
        rows = [[job[field] for field in names] for job in jobs]
        shown.table(titles, [[*row[:2], found["cname"], *row[2:]] for row in rows])
    if wait and any(job["status"] != _DONE for job in jobs):
        raise CommandError("not everything is purged")


def _bodies(paths: Sequence[str]) -> Iterator[Json]:
    """What is asked for: as many requests as the API needs; no paths are everything."""
    if not paths:
        yield {"paths": []}
    patterns = [path for path in paths if "*" in path]
    urls = [path for path in paths if "*" not in path]
    for first in range(0, len(urls), _URLS):
        yield {"urls": urls[first : first + _URLS]}
    for first in range(0, len(patterns), _PATTERNS):
        yield {"paths": patterns[first : first + _PATTERNS]}


def _waited(api: Api, jobs: list[Json], until: float) -> list[Json]:
    """The jobs once nothing of them is under way, or there is no more time."""
    first = min(job["created"] for job in jobs)
    numbers = [job["purge_id"] for job in jobs]
    while any(job["status"] == _UNDER_WAY for job in jobs) and time.monotonic() < until:
        time.sleep(_PAUSE)
        listed = ask(api, "GET", _STATUSES, query={"from_created": first})
        known = {job["purge_id"]: job for job in listed}
        jobs = [known.get(number, job) for number, job in zip(numbers, jobs, strict=True)]
    return jobs
