"""`imagestack prefetch`."""

import sys
from itertools import chain, product
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from imagestack.request.accept import BROWSERS
from imagestack_cli import output
from imagestack_cli.api.http_client import checked
from imagestack_cli.api.originals import paths_of
from imagestack_cli.api.resources import ANY_HOST, resource
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import CommandError, UsageError
from imagestack_cli.warming import Outcome, Pace, Site, State, Summary, Wanted, warm

_SHOWN_FAILURES = 10
# Characters of a percent-encoded path, besides letters and digits (RFC 3986 section 3.3).
_ENCODED = "%/-._~!$&'()*+,;=:@"


@with_deployment
def prefetch(  # noqa: PLR0913, PLR0917 - an option of the command each
    deployment: Deployment,
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Like /shop/a.jpg.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="File of paths, one a line; - is standard input."),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", metavar="PATH", help="All originals below this path, like /shop/, of --resource."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--resource", metavar="RESOURCE", help="With --prefix: a resource's host or number."),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="URL", help="Site of the images. Default: of the stack, or --url."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST", help="The Host header. Default: of the resource, or of the site."),
    ] = None,
    plans: Annotated[
        list[str] | None,
        typer.Option("--plan", metavar="QUERY", help="A query like width=400; '' for none. Can be repeated."),
    ] = None,
    browsers: Annotated[
        list[str] | None,
        typer.Option("--browser", metavar="CLASS", help="avif, webp, none or an Accept header. Default: these three."),
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Concurrent requests.")] = 8,
    rate: Annotated[float | None, typer.Option("--rate", metavar="N", min=0.01, help="Most requests a second.")] = None,
    state_file: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="File of requests that are done; they are not sent again."),
    ] = None,
    progress: Annotated[bool, typer.Option("--progress", help="Show a progress bar.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Request images, so that viewers find them at the edge."""
    address = checked(site or deployment.names.site or deployment.options.url or "")
    listed = list(dict.fromkeys(_paths(paths or [], file)))
    asked = list(product(dict.fromkeys(plan.removeprefix("?") for plan in plans or [""]), _accepts(browsers)))
    if (prefix is None) != (name is None):
        raise UsageError("--prefix and --resource go together")
    every = chain(listed)
    if prefix is not None and name is not None:
        _path(prefix)
        found = resource(deployment.api, name)
        host = host or (found["cname"] if found["cname"] != ANY_HOST else None)
        every = chain(listed, paths_of(deployment.api, found, prefix))
    elif not listed:
        raise UsageError("give paths, --file, or --prefix with --resource")
    try:
        state = State(state_file, address)
    except OSError as error:
        raise UsageError(f"{state_file} cannot be used: {error.strerror}") from error
    # How many originals are below a prefix is known at the end only.
    total = len(listed) * len(asked) if prefix is None else None
    wanted = (Wanted(path, query, accept) for path in every for query, accept in asked)
    with _bar(shown_at_all=progress) as bar:
        task = bar.add_task("images", total=total, failed=0)

        def report(outcome: Outcome | None) -> None:
            failed = bar.tasks[0].fields["failed"] + bool(outcome and outcome.failure)
            bar.update(task, advance=1, failed=failed)

        try:
            summary = warm(Site(address, host, concurrency), wanted, state, Pace(rate), concurrency, report)
        finally:
            state.close()
    _tell(deployment, summary)


def _tell(deployment: Deployment, summary: Summary) -> None:
    failed = [
        {"path": one.wanted.path_and_query, "accept": one.wanted.accept, "failure": one.failure}
        for one in summary.failures
    ]
    if deployment.options.as_json:
        counts = {"requested": summary.done, "bytes": summary.received, "done_before": summary.before}
        output.as_json({**counts, "caches": dict(summary.caches), "failed": failed})
    else:
        caches = "".join(f", {count} {name!r}" for name, count in summary.caches.most_common())
        done = f"{summary.done} requested ({summary.received:,} bytes{caches})"
        typer.echo(f"{done}, {summary.before} done before, {len(failed)} failed")
        for one in failed[:_SHOWN_FAILURES]:
            output.note(f"{one['failure']} {one['path']} ({one['accept']})")
    if failed:
        raise CommandError(f"{len(failed)} requests failed")


def _bar(*, shown_at_all: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=not shown_at_all,
    )


def _paths(named: list[str], file: Path | None) -> list[str]:
    """All paths, percent-encoded.

    Raises:
        UsageError: A path is wrong, or the file cannot be read.
    """
    lines: list[str] = []
    if file is not None:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{file} is not UTF-8") from error
        lines = [line.strip() for line in text.split("\n")]
    found = [*named, *(line for line in lines if line and not line.startswith("#"))]
    return [quote(_path(path), safe=_ENCODED) for path in found]


def _path(path: str) -> str:
    if not path.startswith("/") or path.startswith("//") or "?" in path:
        raise UsageError(f"{path!r} is not a path: a path starts with one / and has no query (see --plan)")
    return path


def _accepts(names: list[str] | None) -> list[str]:
    """The Accept headers of classes of browsers, each once.

    Raises:
        UsageError: A name is unknown.
    """
    found = {name: BROWSERS.get(name, name) for name in names or BROWSERS}
    for name, accept in found.items():
        if "/" not in accept or not accept.isprintable() or not accept.isascii():
            raise UsageError(f"{name!r} is neither one of {', '.join(BROWSERS)} nor an Accept header")
    return list(dict.fromkeys(found.values()))
