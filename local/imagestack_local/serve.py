"""`imagestack serve`: starts all parts of the local stack, and serves until a signal ends it."""

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TextIO

import uvicorn

from imagestack_local import app, template
from imagestack_local.aws import function, stack, sync
from imagestack_local.aws.event_sources import feeding
from imagestack_local.operator import admin_token, example, rules_file
from imagestack_local.originals import samples
from imagestack_local.originals.follow import following
from imagestack_local.originals.originals import Originals

SHORT_LISTING_SECONDS = 0.2
"""How long the start waits for the listing of the folder, so that it can print how many originals there are."""


@dataclass(frozen=True)
class ServeOptions:
    """The operator's options, checked."""

    socket: socket.socket
    """Bound and listening."""
    folder: Path | None
    """The folder of originals; None for the samples."""
    items: Sequence[rules_file.Item]
    log_level: str
    """Of this stack's own lines. The functions log one level less."""
    edge_bytes: int | None
    """Memory of the front; None for no front, where the gateway answers."""


_EDGE = (
    "Answers are cached as CloudFront caches them (see the header X-Cache). A changed rule or file purges them; "
    "to purge all: POST /_local/purge"
)
_NO_EDGE = "Without the edge: every request reaches the function"


class _Server(uvicorn.Server):
    """A server that prints a line once it accepts requests."""

    def __init__(self, config: uvicorn.Config, announcement: str, console: TextIO) -> None:
        super().__init__(config)
        self._announcement = announcement
        self._console = console

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _print(self._announcement, self._console)


def serve(options: ServeOptions) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        StartError: A rule item is refused, or the template lacks what is needed.
    """
    is_ending = _end_quietly_on_signals()
    # Until the start is over almost nothing becomes garbage, and looking for it takes a tenth of the time.
    gc.disable()
    console = sys.stdout
    # The functions write their lines to standard output, as Lambda wants it. Here they would hide the line "ready".
    with contextlib.ExitStack() as context:
        context.enter_context(contextlib.redirect_stdout(sys.stderr))
        template.make_functions_importable()
        settings = template.read()
        aws = context.enter_context(stack.running(settings))
        rules_file.put(aws.rules, options.items)
        root = options.folder or samples.folder()
        originals = Originals(aws.originals, root, names=None if options.folder else samples.PHOTOGRAPHS)
        command = example.command(aws.endpoint, options.items)
        has_edge = options.edge_bytes is not None
        variables = {"REFINE_QUEUE_URL": aws.queues["RefineQueue"]}
        level = _function_level(options.log_level)
        image, control = (
            function.load(settings, name, level, aws.origin_secret if has_edge else None, variables)
            for name in (function.IMAGE, function.CONTROL)
        )
        function.count_usage()
        token = admin_token.make(os.environ.get(admin_token.VARIABLE) or None)
        functions = app.Functions(image, control)
        edge = app.front(aws, functions, options.edge_bytes) if options.edge_bytes is not None else None
        url = _url(options.socket)
        context.enter_context(sync.running(settings, aws, url, level, edge.purge if edge else None))
        refine = function.load(settings, function.REFINE, level, None)
        context.enter_context(feeding(settings, aws, function.REFINE.logical_id, refine))
        if options.folder:
            context.enter_context(following(originals, root))
        else:
            originals.take_over()
        count = len(originals) if originals.listed.wait(SHORT_LISTING_SECONDS) else None
        _print(_introduction(url, aws.endpoint, command, count, root, token, has_edge=has_edge), console)
        application = app.build(aws, command, edge) if edge else app.build_without_edge(aws, command, functions)
        # What exists now stays to the end. The garbage collector need not look at it while requests are answered.
        gc.freeze()
        gc.enable()
        # An exception that a signal raised in a callback has ended nothing.
        if not is_ending.is_set():
            settings_of_server = app.server_settings(application, sets_date=has_edge)
            _Server(settings_of_server, f"ready {url}", console).run(sockets=[options.socket])


def _print(text: str, console: TextIO) -> None:
    # In one write and at once, for programs that wait for a line.
    console.write(f"{text}\n")
    console.flush()


def _introduction(  # noqa: PLR0913, PLR0917 - a line each
    url: str, endpoint: str, command: str, count: int | None, root: Path, token: str, *, has_edge: bool
) -> str:
    originals = "1 original" if count == 1 else "the originals" if count is None else f"{count:,} originals"
    return (
        f"Image Stack with {originals} from {root}\n"
        f"AWS endpoint {endpoint} (buckets {stack.ORIGINALS_BUCKET} and {stack.DERIVED_BUCKET}, "
        f"table {stack.RULES_TABLE})\n"
        f"{_EDGE if has_edge else _NO_EDGE}\n"
        f"Change a rule while this runs, for example\n  {command}\n"
        f"See it at {url}/\n"
        f"The API is at {url}/cdn/ and takes the header Authorization: APIKey TOKEN\n"
        f"console {url}/console/\n"
        f"token {token}"
    )


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if listening.family == socket.AF_INET6 else f"http://{host}:{port}"


def _function_level(log_level: str) -> str:
    return "INFO" if log_level == "DEBUG" else "WARNING"


def _end_quietly_on_signals() -> Event:
    is_ending = Event()

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # Nothing interrupts the end.
        is_ending.set()
        sys.exit(0)

    def lost(what: "sys.UnraisableHookArgs") -> None:
        # In a callback, such as one of the import system, the exception of `end` is lost. `is_ending` is set.
        if not (is_ending.is_set() and isinstance(what.exc_value, SystemExit)):
            sys.__unraisablehook__(what)

    sys.unraisablehook = lost
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return is_ending
