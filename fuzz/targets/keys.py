"""Paths, the keys of originals that they name, and the keys of derived objects."""

from contextlib import suppress

from fuzz.mutate import of_words
from fuzz.reader import Reader
from fuzz.target import Target
from imagestack.errors import BadRequestError
from imagestack.plan.derived_key import derived_key, derived_prefix
from imagestack.plan.plan import make_plan
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.request.query import pairs
from imagestack.rules.model import Origin, Resource
from imagestack.rules.options import ImageStack
from imagestack.transform import ENGINE

_MOST_BYTES = 1_024
_FOLDER = "folder/"
_MOST_PARTS = 6
_HOSTS = ("site.example", "SITE.example:443", "", "*", "_default", "site.example.", "a", "a" * 253, "b/c")
_PARTS: tuple[str, ...] = (
    "cat.jpg",
    "@",
    "%40",
    "%25",
    "%2540",
    "@/",
    "a/@/b.jpg",
    ".",
    "..",
    "%2e%2e",
    "%2f",
    "\\",
    "%00",
    "/",
    "//",
)
_PARTS += ("\u00e9", "%C3%A9", "%c3%a9", "e\u0301", "\U0001f600", "%F0%9F%98%80", "%ff", "x" * 200, "%", "@" * 150, " ")
_PARTS += ("\u00e9" * 300,)
_QUERIES: tuple[str, ...] = (
    "width=800",
    "crop=9999999999,9999999999,x9999999999,y9999999999&width=9999999999&height=9999999999",
)
_QUERIES += (
    "fmt=avif,webp&quality=auto",
    "height=9999999999&fit=bounds&crop=9999999999:9999999999,offset-x100,offset-y1",
)


def _requests(reader: Reader) -> list[ImageRequest]:
    """Two requests for originals whose paths begin alike; a refused request is left out."""
    hosts = [reader.word(_HOSTS)] * 2
    if reader.one_in(4):
        hosts[1] = reader.word(_HOSTS)
    query = pairs(reader.word(_QUERIES))
    common, more = (
        "".join(reader.word(_PARTS) for _ in range(reader.byte() % most)) for most in (_MOST_PARTS, _MOST_PARTS)
    )
    requests = []
    for host, path in zip(hosts, (f"/{common}", f"/{common}{more}"), strict=True):
        with suppress(BadRequestError):
            requests.append(image_request("GET", path, query, {"host": host, "accept": "image/avif,image/webp"}))
    return requests


def check(data: bytes) -> None:
    """One original's derived objects never lie under another's prefix; no key is too long or leaves its folder."""
    requests = _requests(Reader(data))
    options = ImageStack(enabled=True, avif_enabled=True, webp_enabled=True, linear=True, png_palette=True)
    for request in requests:
        plan = make_plan(request.parameters, options, request.accepted)
        name = derived_key(request.host, request.key, plan, ENGINE)
        assert len(name.encode()) <= _MOST_BYTES, len(name.encode())
        assert name.startswith(derived_prefix(request.host, request.key))
        original = Resource(request.host, origin=Origin(_FOLDER)).original_key(request.key)
        assert original.startswith(_FOLDER)
        assert not {".", ".."} & set(original.split("/")), original
    if len({(request.host, request.key) for request in requests}) > 1:
        one, other = (derived_prefix(request.host, request.key) for request in requests)
        assert not one.startswith(other), (one, other)
        assert not other.startswith(one), (one, other)


def _seeds() -> list[bytes]:
    folder = bytes((0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 13, 0, 5, 0, 0))
    long = bytes((0, 7, 0, 0, 1, 2, 0, 22, 0, 26, 1, 0, 1))
    own = bytes((0, 0, 0, 0, 0, 1, 7, 9)) + b"a%2Fb.jpg" + bytes((1, 0, 1))
    hosts = bytes((0, 0, 3, 0, 2, 0, 0, 1, 0, 0, 0))
    return [folder, long, own, hosts]


TARGET = Target(
    check,
    _seeds,
    of_words([*(part.encode() for part in _PARTS), b"\x07\x03@/@", b"\x00\x04", b"\x00\x05"]),
    longest=1_024,
)
