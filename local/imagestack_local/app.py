"""The HTTP application of the local stack: the page, the front or the gateway, and how they are served."""

import time
from dataclasses import dataclass

import uvicorn
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import http_date

from imagestack_local.aws.stack import DERIVED_BUCKET, ORIGINALS_BUCKET, Stack
from imagestack_local.front import from_template, secret
from imagestack_local.front.front import Front
from imagestack_local.front.objects import Objects
from imagestack_local.front.protocol import LimitedHeads
from imagestack_local.gateway.access_log import AccessLog
from imagestack_local.gateway.gateway import Gateway, Invoke
from imagestack_local.site.home import Home

_PREFIXES = {"/_derived/": DERIVED_BUCKET, "/_original/": ORIGINALS_BUCKET}
_BUCKETS = {"derived": DERIVED_BUCKET, "originals": ORIGINALS_BUCKET}
_API = "api"
_OWN = b"/_local/"
_CONTROL = (b"/cdn/", b"/console/")
_CONSOLE = b"/console"
IDLE_CONNECTION_SECONDS = 65
END_SECONDS = 3
"""How long requests may go on after the signal to end."""


class _Dated:
    """An application whose responses get a Date; those of the front have one already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"date", http_date(time.time()).encode())]
            await send(message)

        await self._app(scope, receive, dated)


class _Split:
    """Sends paths below some prefixes to one application, and every other path to the other."""

    def __init__(self, prefixes: tuple[bytes, ...], own: ASGIApp, other: ASGIApp, *more: bytes) -> None:
        self._prefixes = prefixes
        self._own = own
        self._other = other
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: bytes = scope["raw_path"]
        is_own = path.startswith(self._prefixes) or path in self._more
        await (self._own if is_own else self._other)(scope, receive, send)


@dataclass(frozen=True)
class Functions:
    """The functions behind the routes of the template's API."""

    image: Invoke
    control: Invoke

    def api(self, *, decodes_path: bool) -> ASGIApp:
        """The API; with `decodes_path` it decodes paths as HTTP APIs do."""
        control, image = (Gateway(function, decodes_path=decodes_path) for function in (self.control, self.image))
        return _Split(_CONTROL, control, image, _CONSOLE)


def front(stack: Stack, functions: Functions, memory_bytes: int) -> Front:
    """The front of the template's distribution, with the functions and both buckets behind it.

    Args:
        stack: The stack.
        functions: The functions.
        memory_bytes: Memory for cached responses.

    Raises:
        StartError: The template has something that the front does not understand.
    """
    resources = {"OriginSecret": stack.origin_secret}
    distribution = from_template.distribution(
        stack.template, lambda value: secret.resolve(stack.template.text(value, resources), stack.secrets)
    )
    origins: dict[str, ASGIApp] = {_API: functions.api(decodes_path=True)}
    for origin, bucket in _BUCKETS.items():
        origins[origin] = Router(_objects(stack, bucket, "/"), redirect_slashes=False)
    return Front(distribution, origins, memory_bytes)


def build(stack: Stack, example: str, edge: Front) -> ASGIApp:
    """The application with a front: the page, and the front for every other path."""
    own = Router(Home(stack.s3, ORIGINALS_BUCKET, example, edge.purge).routes(), redirect_slashes=False)
    return AccessLog(_Split((_OWN,), _Dated(own), edge, b"/"))


def build_without_edge(stack: Stack, example: str, functions: Functions) -> ASGIApp:
    """The application without a front: the page, the objects, and the functions for every other path."""
    routes: list[BaseRoute] = [*Home(stack.s3, ORIGINALS_BUCKET, example).routes()]
    for prefix, bucket in _PREFIXES.items():
        routes += _objects(stack, bucket, prefix)
    return AccessLog(Router(routes, redirect_slashes=False, default=functions.api(decodes_path=False)))


def _objects(stack: Stack, bucket: str, prefix: str) -> list[Route]:
    objects = Objects(stack.s3, bucket, prefix)
    return [Route(prefix + "{key:path}", objects.respond, methods=["GET", "HEAD"])]


def server_settings(application: ASGIApp, *, sets_date: bool) -> uvicorn.Config:
    """How an application is served.

    Args:
        application: The application.
        sets_date: Whether its responses have a Date.
    """
    return uvicorn.Config(
        application,
        http=LimitedHeads,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # The viewer's address is that of the connection, whatever X-Forwarded-For says.
        proxy_headers=False,
        date_header=not sets_date,
        timeout_keep_alive=IDLE_CONNECTION_SECONDS,
        timeout_graceful_shutdown=END_SECONDS,
    )
