"""Events of Lambda through the whole handler, with stores in memory."""

import json
import os
from base64 import b64decode
from dataclasses import replace
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any
from unittest.mock import patch

from bench.deployment import ENVIRONMENT, Context
from bench.handler import Memory
from fuzz.mutate import of_bytes
from fuzz.reader import Reader
from fuzz.stores import SECRET, Originals, Secrets, Table
from fuzz.target import Target
from imagestack.limits import Limits
from imagestack.rules.cache import CachedRules
from imagestack.serving.origin_secret import OriginSecretCheck
from imagestack.transform import in_this_process

_HANDLER = Path(__file__).parents[2] / "functions/image/handler.py"
_FOREVER = 10**9
# Small enough that some of the photographs exceed a limit.
_LIMITS = Limits(original_bytes=40_000, original_pixels=512 * 512, original_side=512, body_bytes=20_000)
_FORBIDDEN_STATUS = 500
_WITHOUT_BODY = (204, 302, 304)

_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_PATHS: tuple[str, ...] = (
    "/cat.jpg",
    "/cat.png",
    "/",
    "/missing.jpg",
    "/text.txt",
    "/large.png",
    "/signed/cat.jpg",
    "/linked/cat.jpg",
)
_PATHS += ("/shared/cat.png", "/headed/cat.jpg", "/%C3%A9.jpg", "/a/../b", "/stage/cat.jpg", "/\u00e9.jpg")
_QUERIES: tuple[str, ...] = (
    "",
    "width=20",
    "width=8&height=9&fit=force&fmt=webp",
    "crop=1:1&quality=30",
    "fmt=avif&width=9",
)
_QUERIES += (
    "md5=AAAAAAAAAAAAAAAAAAAAAA&expires=9999999999",
    "crop=9,9,x1,y1&fmt=webp,avif",
    "quality=auto&width=20",
    "width=0&fmt=gif",
    "%",
    "&=&",
)
_NAMES: tuple[str, ...] = (
    "host",
    "accept",
    "origin",
    "referer",
    "if-none-match",
    "if-modified-since",
    "x-forwarded-host",
)
_NAMES += ("x-img-accept", "x-img-viewer", "Host", "Access-Control-Request-Method", "x-origin-secret")
_VALUES: tuple[str, ...] = (
    "site.example",
    "off.example",
    "image/avif,image/webp",
    "https://site.example",
    '"e"',
    "*",
    "avif",
    "",
)
_VALUES += ("Thu, 01 Jan 2026 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359")
_VALUES += ("https://evil.example/\u00e9", "Thu, 01 Jan 2026 00:00:00 -0000", 'W/"e", "f"', "192.0.2.1", SECRET)
_KEYS = ("httpMethod", "path", "headers", "requestContext", "http", "method", "rawPath", "rawQueryString", "stage")
_META = (
    "image/jpeg",
    "text/html",
    "image/png; a=b",
    "max-age=60",
    "gzip",
    "identity",
    "a\r\nb: c",
    "\u00e9",
    "no-store",
)


@cache
def _handler() -> ModuleType:
    """The handler's module: a fresh one, since it reads the environment and caches state."""
    spec = spec_from_file_location("fuzz_image_handler", _HANDLER)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    with patch.dict(os.environ, ENVIRONMENT | {"POWERTOOLS_TRACE_DISABLED": "true"}):
        spec.loader.exec_module(module)
    module.WORKERS.end()
    rules = CachedRules(Table(), ENVIRONMENT["ORIGINALS_BUCKET"], _FOREVER, monotonic, module.report_broken_item)
    vars(module)["PIPELINE"] = replace(module.PIPELINE, rules=rules, limits=_LIMITS, transform=in_this_process)
    return module


def _event(reader: Reader) -> Any:  # noqa: ANN401 - any value is the purpose
    words = (*_KEYS, *_VALUES)
    if reader.one_in(16):
        return reader.value(words)
    given = {} if reader.one_in(8) else {"X-Origin-Secret": SECRET}
    names = [reader.word(_NAMES) for _ in range(reader.byte() % 6)]
    headers = given | {name: reader.word(_VALUES) for name in names}
    method, path, query = reader.pick(_METHODS), reader.word(_PATHS), reader.word(_QUERIES)
    if reader.one_in(3):
        pairs = [pair.partition("=") for pair in query.split("&")]
        event = {"httpMethod": method, "path": path, "headers": headers, "requestContext": {"identity": {}}}
        event["queryStringParameters"] = {name: value for name, _, value in pairs}
        if reader.one_in(2):
            event["multiValueQueryStringParameters"] = {name: [value, value] for name, _, value in pairs}
            event["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
    else:
        http = {"method": method, "sourceIp": reader.word(_VALUES)}
        event = {"rawPath": path, "rawQueryString": query, "headers": headers}
        event["requestContext"] = {"http": http, "stage": reader.word(("$default", "stage"))}
    if reader.one_in(8):
        event[reader.word(_KEYS)] = reader.value(words)
    return event


def answers(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The handler's answers to an event: the first, and a second one when there may be a derived object."""
    reader = Reader(data)
    meta = {"Cache-Control": reader.word(_META), "x-amz-meta-a": reader.word(_META)}
    originals = Originals(reader.word(_META), reader.word(_META) if reader.one_in(8) else "", meta)
    without_secret, event = reader.one_in(2), _event(reader)
    module = _handler()
    pipeline = replace(module.PIPELINE, originals=originals, derived=Memory(b""))
    # A deployment without a secret trusts no header of the edge.
    secret_check = OriginSecretCheck(None if without_secret else Secrets(), _FOREVER, monotonic)
    with patch.dict(vars(module), PIPELINE=pipeline, ORIGIN_SECRET_CHECK=secret_check):
        return module.handler(event, Context()), module.handler(event, Context())


def check(data: bytes) -> None:
    """Every event gets an answer in the form of API Gateway, and never a 5xx."""
    first, second = answers(data)
    well_formed(first)
    assert first["statusCode"] < _FORBIDDEN_STATUS, first
    assert (second["statusCode"], second["body"]) == (first["statusCode"], first["body"])


def well_formed(answer: Any) -> None:  # noqa: ANN401 - the value under test
    """The answer has the form that API Gateway requires, and headers that HTTP allows."""
    assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert isinstance(answer["statusCode"], int)
    for name, value in answer["headers"].items():
        assert isinstance(value, str), name
        assert (name + value).isascii(), (name, value)
        assert (name + value).isprintable(), (name, value)
    assert isinstance(answer["body"], str)
    assert isinstance(answer["isBase64Encoded"], bool)
    json.dumps(answer).encode()
    body = b64decode(answer["body"], validate=True) if answer["isBase64Encoded"] else answer["body"].encode()
    if body:
        assert answer["statusCode"] not in _WITHOUT_BODY, answer
        assert answer["headers"]["Content-Length"] == str(len(body)), answer


def _seeds() -> list[bytes]:
    plain = bytes(8)
    return [
        plain,
        plain + bytes((2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 2)),
        plain + bytes((3, 0, 1, 0, 4, 0, 5, 0, 2, 0, 4, 0, 10, 0, 1, 0, 2, 2)),
        bytes(range(128)),
        bytes(number * 37 % 251 for number in range(256)),
    ]


TARGET = Target(check, _seeds, of_bytes, longest=1_024)
