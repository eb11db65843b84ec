"""The page at `/`: originals beside their transformed images."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from imagestack.request.query import pairs
from imagestack.request.unknown_parameters import unknown_parameters
from imagestack_local.front.objects import Objects
from imagestack_local.originals.content_types import UNKNOWN, content_type

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGES = Path(__file__).resolve().parent / "pages"
_CSS, _SCRIPT = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
ASSETS = {
    "page.css": _CSS,
    "cards.css": _CSS,
    "comparison.css": _CSS,
    "page.js": _SCRIPT,
    "card.js": _SCRIPT,
    "comparison.js": _SCRIPT,
    "queue.js": _SCRIPT,
    "accepts.js": _SCRIPT,
    "words.js": _SCRIPT,
    "icon.svg": "image/svg+xml",
}
SHOWN_ORIGINALS = 200
KEYS_LOOKED_AT = 5_000
TYPES_ASKED_FOR = 200
"""For so many originals whose name gives no type, the stored type is looked up. More would take too long."""

_ORIGINAL = "/_local/original/"
"""Unchanged originals, for the page. The front serves them only to viewers that the function redirects there."""

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self' blob:; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Home:
    """The page, its files and its data.

    Args:
        s3: A client for the originals bucket.
        bucket: The bucket's name.
        example: A command that changes a rule, for copying.
        purge: Removes all responses from the front's cache, if there is a front.
    """

    def __init__(self, s3: "S3Client", bucket: str, example: str, purge: Callable[[], None] | None = None) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._example = example
        self._purge = purge

    def routes(self) -> list[Route]:
        """The page's routes."""
        originals = Objects(self._s3, self._bucket, _ORIGINAL)
        return [
            Route("/", self._page),
            Route("/_local/originals.json", self._originals),
            Route("/_local/example.txt", self._command),
            Route("/_local/unknown.json", self._unknown),
            *([Route("/_local/purge", self._purged, methods=["POST"])] if self._purge else []),
            Route("/_local/{name}", self._asset),
            Route(_ORIGINAL + "{key:path}", originals.respond, methods=["GET", "HEAD"]),
        ]

    async def _page(self, _request: Request) -> Response:
        return _file("page.html", "text/html; charset=utf-8")

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            return PlainTextResponse("there is no such file\n", 404, _HEADERS)
        return _file(name, ASSETS[name])

    async def _command(self, _request: Request) -> Response:
        return PlainTextResponse(self._example, headers=_HEADERS)

    async def _unknown(self, request: Request) -> Response:
        """The unknown parameters of the request's own query."""
        found = unknown_parameters(pairs(request.url.query))
        return JSONResponse({"unknown": [asdict(one) for one in found]}, headers=_HEADERS)

    async def _purged(self, _request: Request) -> Response:
        if self._purge:
            self._purge()
        return Response(status_code=204, headers=_HEADERS)

    def _originals(self, _request: Request) -> Response:
        try:
            found = list(self._images())
        except (BotoCoreError, ClientError) as error:
            return JSONResponse({"error": f"S3 cannot list the originals: {error}"}, 502, _HEADERS)
        shown = found[:SHOWN_ORIGINALS]
        return JSONResponse({"originals": shown, "more": len(found) > len(shown)}, headers=_HEADERS)

    def _images(self) -> Iterator[dict[str, object]]:
        """The first originals that are images; one more than the page shows, if there are more."""
        left, asked = SHOWN_ORIGINALS + 1, 0
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            PaginationConfig={"MaxItems": KEYS_LOOKED_AT},
        )
        for entry in (entry for page in pages for entry in page.get("Contents", ())):
            kind = content_type(entry["Key"])
            if kind == UNKNOWN and asked < TYPES_ASKED_FOR:  # The name gives no type; the stored headers may.
                asked += 1
                kind = self._s3.head_object(Bucket=self._bucket, Key=entry["Key"])["ContentType"]
            if kind.startswith("image/"):
                yield {"key": entry["Key"], "bytes": entry["Size"]}
                left -= 1
            if not left:
                return


def _file(name: str, media_type: str) -> Response:
    return Response((PAGES / name).read_bytes(), media_type=media_type, headers=_HEADERS)
