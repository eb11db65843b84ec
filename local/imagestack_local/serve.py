"""`imagestack serve`: everything together, from the first check to the last thread."""

import contextlib
import gc
import logging
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

from imagestack_local import app, example, rules_file, template
from imagestack_local.admin_token import VARIABLE as TOKEN_VARIABLE
from imagestack_local.admin_token import make as admin_token
from imagestack_local.aws import function, stack, sync
from imagestack_local.aws.event_sources import feeding
from imagestack_local.front.front import Front
from imagestack_local.front.protocol import LimitedHeads
from imagestack_local.originals import samples
from imagestack_local.originals.follow import following
from imagestack_local.originals.originals import Originals

logger = logging.getLogger(__name__)

IDLE_CONNECTION_SECONDS = 65
END_SECONDS = 3
"""How long requests under way may take to end after the stack was told to end."""


@dataclass(frozen=True)
class Options:
    """What the operator asked for, checked."""

    socket: socket.socket
    """Bound and listening."""
    folder: Path | None
    """The originals; the samples if there is none."""
    items: Sequence[rules_file.Item]
    log_level: str
    """Of this stack's own lines; the function's are a step quieter."""
    edge_bytes: int | None
    """Memory of the front; without it there is no front, and the gateway answers."""


_EDGE = (
    "Answers are kept as CloudFront keeps them (X-Cache tells), and forgotten when a rule or a file changes; "
    "by hand: POST /_local/purge"
)
_NO_EDGE = "Without the edge: every request reaches the function"


class _Server(uvicorn.Server):
    """Tells when it answers requests."""

    def __init__(self, config: uvicorn.Config, announcement: str, console: TextIO) -> None:
        super().__init__(config)
        self._announcement = announcement
        self._console = console

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _print(self._announcement, self._console)


def serve(options: Options) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        StartError: A rule item is refused, or the template lacks what is needed.
    """
    told_to_end = _end_quietly_on_signals()
    # While it starts things only come, and looking for such as have gone takes a tenth of the time.
    gc.disable()
    console = sys.stdout
    # The function writes its lines to standard output, as Lambda wants it; here they would hide the line that
    # says "ready" from whoever waits for it.
    with contextlib.ExitStack() as context:
        context.enter_context(contextlib.redirect_stdout(sys.stderr))
        settings = template.read()
        aws = context.enter_context(stack.running(settings))
        rules_file.put(aws.rules, options.items)
        root = options.folder or samples.folder()
        originals = Originals(
            aws.s3,
            stack.ORIGINALS_BUCKET,
            root,
            names=None if options.folder else samples.PHOTOGRAPHS,
        )
        originals.take_over()
        command = example.command(aws.endpoint, options.items)
        has_edge = options.edge_bytes is not None
        variables = {"REFINE_QUEUE_URL": aws.queues["RefineQueue"]}
        level = _function_level(options.log_level)
        image, control = (
            function.load(settings, name, level, aws.origin_secret if has_edge else None, variables)
            for name in (function.IMAGE, function.CONTROL)
        )
        function.count_usage()
        access = admin_token(os.environ.get(TOKEN_VARIABLE) or None)
        functions = app.Functions(image, control)
        edge = app.front(aws, settings, functions, options.edge_bytes) if options.edge_bytes is not None else None
        url = _url(options.socket)
        context.enter_context(sync.running(settings, aws, url, level, edge.purge if edge else None))
        refine = function.load(settings, function.REFINE, level, None)
        context.enter_context(feeding(settings, aws, function.REFINE.logical_id, refine))
        if options.folder:
            context.enter_context(following(originals, root))
        _print(_introduction(url, aws.endpoint, command, len(originals), root, edge, access), console)
        config = uvicorn.Config(
            app.build(aws, command, edge) if edge else app.build_without_edge(aws, command, functions),
            http=LimitedHeads,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # The viewer's address is that of the connection, whatever X-Forwarded-For says.
            proxy_headers=False,
            date_header=edge is None,
            timeout_keep_alive=IDLE_CONNECTION_SECONDS,
            timeout_graceful_shutdown=END_SECONDS,
        )
        # What is there already stays to the end: it need not be looked at again and again while requests are answered.
        gc.freeze()
        gc.enable()
        # Where the signal came in a callback, its exception has ended nothing.
        if not told_to_end.is_set():
            _Server(config, f"ready {url}", console).run(sockets=[options.socket])


def _print(text: str, console: TextIO) -> None:
    # In one piece and at once, for programs that wait for a line.
    console.write(f"{text}\n")
    console.flush()


def _introduction(  # noqa: PLR0913, PLR0917 - all that it tells
    url: str, endpoint: str, command: str, count: int, root: Path, edge: Front | None, access: str
) -> str:
    originals = "1 original" if count == 1 else f"{count:,} originals"
    return (
        f"Image Stack with {originals} from {root}\n"
        f"AWS endpoint {endpoint} (buckets {stack.ORIGINALS_BUCKET} and {stack.DERIVED_BUCKET}, "
        f"table {stack.RULES_TABLE})\n"
        f"{_EDGE if edge else _NO_EDGE}\n"
        f"Change a rule while this runs, for example\n  {command}\n"
        f"See it at {url}/\n"
        f"The API is at {url}/cdn/, with the header Authorization: APIKey and the token\n"
        f"console {url}/console/\n"
        f"token {access}"
    )


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if listening.family == socket.AF_INET6 else f"http://{host}:{port}"


def _function_level(log_level: str) -> str:
    return "INFO" if log_level == "DEBUG" else "WARNING"


def _end_quietly_on_signals() -> Event:
    told_to_end = Event()

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # The end itself is not to be interrupted.
        told_to_end.set()
        sys.exit(0)

    def lost(what: "sys.UnraisableHookArgs") -> None:
        # What `end` raises is lost where it comes in a callback, as of the import system: it has been heard.
        if not (told_to_end.is_set() and isinstance(what.exc_value, SystemExit)):
            sys.__unraisablehook__(what)

    sys.unraisablehook = lost
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return told_to_end
