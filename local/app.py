"""All that the local stack answers by HTTP."""

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from local.access_log import AccessLog
from local.gateway import Gateway, Invoke
from local.home import Home
from local.objects import Objects
from local.stack import DERIVED_BUCKET, ORIGINALS_BUCKET, Stack

_BUCKETS = {"/_derived/": DERIVED_BUCKET, "/_original/": ORIGINALS_BUCKET}


def build(stack: Stack, function: Invoke, example: str) -> ASGIApp:
    """The application: the page, the objects as the front serves them, the function for every other path."""
    routes = Home(stack.s3, ORIGINALS_BUCKET, example).routes()
    for prefix, bucket in _BUCKETS.items():
        objects = Objects(stack.s3, bucket, prefix)
        routes.append(Route(prefix + "{key:path}", objects.respond, methods=["GET", "HEAD"]))
    return AccessLog(Router(routes, redirect_slashes=False, default=Gateway(function)))
