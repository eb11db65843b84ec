"""Attacks on what viewers share: the cache, the host of the console, and what only the front may say."""

import socket
import time
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from imagestack_local.aws import event_sources
from tests.support.images import jpeg
from tests.support.serving import Serving, originals, serving

pytestmark = pytest.mark.xdist_group("edge-attacks")

SCRIPT = b"<script>top.stolen = sessionStorage.length</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + SCRIPT + b"</svg>"
HARMLESS = "script-src 'none'; form-action 'none'"
SHOP = {"enabled": True, "policy_type": "deny", "excepted_values": ["shop.example"]}
OTHER = "other.example"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One stack with originals that mean harm, two hosts, and pages that may not show what is there."""
    files = {
        **dict.fromkeys(
            ("a.jpg", "cdn/a.jpg", "console/a.jpg", "other/a.jpg", "other/cdn/a.jpg", "other/only.jpg"), jpeg()
        ),
        "evil.svg": SVG,
        "evil.html": SCRIPT,
        "large.html": SCRIPT + b" " * 5_000_000,
        "evil.js": b"top.stolen = 1",
    }
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    with serving("--originals", str(folder)) as found:
        found.rules().put_item(
            Item={
                "pk": "RESOURCE#*",
                "sk": "SETTINGS",
                "options": {"image_stack": {"enabled": True}, "referrer_acl": SHOP},
            }
        )
        found.rules().put_item(
            Item={"pk": f"RESOURCE#{OTHER}", "sk": "SETTINGS", "origin": {"prefix": "other"}, "options": {}}
        )
        # Until nothing is kept that was made before.
        time.sleep(10 * event_sources.LOOK_SECONDS)
        yield found


def raw(stack: Serving, target: str, *headers: str, host: str = "site.example") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for a target as it is, which no client would send so."""
    address = urlsplit(stack.url)
    lines = [f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    with socket.create_connection((address.hostname, address.port), 60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    return (
        int(first.split()[1]),
        {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)},
        body,
    )


@pytest.mark.parametrize("path", ["/evil.svg", "/evil.html", "/large.html", "/evil.js", "/a.jpg", "/none.html"])
def test_no_original_runs_scripts(stack: Serving, path: str) -> None:
    """Images have the console's host: what is uploaded among them must not run there and take tokens."""
    with httpx.Client(base_url=stack.url, timeout=60, follow_redirects=True) as client:
        answer = client.get(path)
    for step in (*answer.history, answer):
        assert step.headers["content-security-policy"] == HARMLESS
        assert step.headers["x-content-type-options"] == "nosniff"


ASIDE = [
    "/%63dn/a.jpg",
    "/x/../cdn/a.jpg",
    "/./cdn/a.jpg",
    "/%63onsole/a.jpg",
    "/c%6Fnsole/../%63dn/a.jpg",
    "/%2e/cdn/a.jpg",
]


@pytest.mark.parametrize("target", ASIDE)
def test_no_way_around_the_functions_of_images(stack: Serving, target: str) -> None:
    """A path that only in its normal form belongs to the API gets no image, past referrers and with a forged host."""
    forged = ("Referer: https://thief.example/", f"X-Forwarded-Host: {OTHER}", "X-Img-Accept: avif")
    status, headers, body = raw(stack, target, *forged)
    assert status in (400, 403, 404)
    assert "x-img-edge" not in headers
    assert b"\xff\xd8" not in body


UNKEYED = [
    "X-Forwarded-Host: evil.example",
    "X-Host: evil.example",
    "Forwarded: host=evil.example",
    "X-Forwarded-Proto: ftp",
]
UNKEYED += ["X-Forwarded-Port: 1", "X-Forwarded-Prefix: /x", "X-Original-URL: /other/a.jpg", "X-Rewrite-URL: /none"]
UNKEYED += ["X-HTTP-Method-Override: POST", "X-Http-Method: DELETE", "X-Img-Accept: avif", "X-Img-Viewer: 203.0.113.1"]
UNKEYED += ["X-Img-Edge: {}", "X-Origin-Secret: guess", "Accept: image/avif;q=0", "Accept-Language: xx", "Cookie: a=b"]
UNKEYED += [
    "Origin: https://evil.example",
    "User-Agent: <script>",
    "Authorization: APIKey x",
    "Cache-Control: no-store",
]
UNKEYED += ["Connection: close, X-Forwarded-Host, X-Img-Accept, X-Origin-Secret", "Pragma: no-cache", "TE: trailers"]
UNKEYED += ["If-None-Match: *", "If-Match: nothing", "If-Unmodified-Since: x", "If-Range: x", "Range: bytes=0-0"]
UNKEYED += ["Range: bytes=9-1,-0,x", "Accept-Encoding: br", "Save-Data: on", "Width: 9", "DPR: 3", "Viewport-Width: 9"]
UNKEYED += [f"X-Long: {'a' * 20_000}", "Content-Length: 0", "Upgrade: h2c", "Expect: nothing", "Max-Forwards: 0"]


@pytest.mark.parametrize("header", UNKEYED, ids=[header[:40] for header in UNKEYED])
def test_no_header_changes_what_others_get(stack: Serving, header: str) -> None:
    """A first request with an odd header leaves only the answer for everybody in the cache."""
    target = f"/a.jpg?width={1_000 + UNKEYED.index(header)}"
    raw(stack, target, header)
    after = raw(stack, target)
    plain = raw(stack, "/a.jpg?width=999")
    assert (after[0], after[2]) == (plain[0], plain[2]) == (200, plain[2])
    own = {
        "date",
        "age",
        "x-cache",
        "x-amz-cf-id",
        "x-img-origin-download-time",
        "x-img-processing-time",
        "via",
        "apigw-requestid",
    }
    assert {name: after[1][name] for name in after[1].keys() - own} == {
        name: plain[1][name] for name in plain[1].keys() - own
    }


MEANT = {
    "width=50": 50,
    "width=50&width=70": 50,
    "width=70&width=50": 70,
    "wid%74h=50&width=70": 50,
    "width=70&wid%74h=50": 70,
    "width=050": 50,
    "width=%350": 50,
    "Width=70&width=50": 50,
    "width[]=70&width=50": 50,
    "width;=70&width=50": 50,
    "%00width=70&width=50": 50,
    "width%00=70&width=50": 50,
    "utm_content=x;width=70&width=50": 50,
    "x=1%26width=70&width=50": 50,
    "x&width=50": 50,
    "=70&width=50": 50,
    "&&width=50&": 50,
    "width=50#&width=70": 50,
    "width%3D70&width=50": 50,
    "%C2%B5width=70&width=50": 50,
    "__proto__=70&width=50": 50,
    "constructor=70&toString=70&width=50": 50,
    "callback=x&_method=DELETE&width=50": 50,
    "fit=force&width=50": 50,
    "md5=x&expires=1&width=50": 50,
}


@pytest.mark.parametrize(("query", "width"), MEANT.items(), ids=[ascii(query) for query in MEANT])
def test_the_key_and_the_function_read_alike(stack: Serving, query: str, width: int) -> None:
    """The cache key has the values that the function uses: every spelling of a request is the same entry."""
    first = raw(stack, f"/a.jpg?{query}")
    assert (first[0], size_of(first[2])) == (200, width)
    again = raw(stack, f"/a.jpg?width={width}")
    assert again[2] == first[2]
    assert again[1]["x-cache"].startswith("Hit")


def size_of(body: bytes) -> int:
    with Image.open(BytesIO(body)) as image:
        return image.width


@pytest.mark.parametrize(
    "accept", ["image/avif,image/webp", "image/avif;q=0.1", "IMAGE/WEBP", "image/webp , image/avif;q=0"]
)
def test_one_viewer_s_formats_are_not_another_s(stack: Serving, accept: str) -> None:
    """Whatever the first one accepts, the next one gets what it accepts itself."""
    target = "/a.jpg?width=60&fmt=avif,webp"
    assert raw(stack, target, f"Accept: {accept}")[1]["content-type"] in ("image/avif", "image/webp")
    status, headers, _ = raw(stack, target, "Accept: */*")
    assert (status, headers["content-type"], headers["vary"]) == (200, "image/jpeg", "Accept")


def test_hosts_do_not_share(stack: Serving) -> None:
    """An answer for one host is not kept for another, by whatever header the other is named."""
    target = "/only.jpg"
    assert raw(stack, target, host=OTHER)[0] == 200
    for forged in (f"X-Forwarded-Host: {OTHER}", f"X-Host: {OTHER}", f"Forwarded: host={OTHER}"):
        assert raw(stack, target, forged)[0] == 404
    for host in (
        f"{OTHER}.evil.example",
        f"evil-{OTHER}",
        f"x@{OTHER}",
        f"{OTHER}, site.example",
        f"{OTHER}#",
        f"{OTHER}/",
    ):
        assert raw(stack, target, host=host)[0] in (400, 404)
    for same in (OTHER.upper(), f"{OTHER}:8443", f"{OTHER}."):
        status, headers, _ = raw(stack, target, host=same)
        assert (status, headers["x-cache"].partition(" ")[0]) == (200, "Hit")


@pytest.mark.parametrize(
    "target",
    [
        "/a.jpg/x.css",
        "/a.jpg;x.css",
        "/a.jpg%2Fx.css",
        "/a.jpg%00.css",
        "/a.jpg%0A.css",
        "/a.jpg%23.css",
        "/a.jpg%3Fx.css",
    ],
)
def test_no_image_under_another_name(stack: Serving, target: str) -> None:
    """An original has one name: nothing behind it is cut off."""
    assert raw(stack, target)[0] in (400, 404)


@pytest.mark.parametrize("target", ["/console%2Findex.html", "/console%2F", "/%63onsole%2Findex.html"])
def test_the_console_is_nowhere_else_without_its_policy(stack: Serving, target: str) -> None:
    """However its page is reached, it lets no foreign script in and is in nobody's frame."""
    status, headers, _ = raw(stack, target)
    assert status in (200, 404)
    if status == 200:
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("target", ["/cdn%2Fresources", "/cdn%2Ftokens", "/%63dn%2fresources", "//cdn/resources"])
def test_the_api_is_nowhere_else_without_a_token(stack: Serving, target: str) -> None:
    """Every spelling of an address of the API needs a token, and never returns an answer to somebody else."""
    token = next(line.removeprefix("token ") for line in stack.lines if line.startswith("token "))
    raw(stack, target, f"Authorization: APIKey {token}")
    status, _, body = raw(stack, target)
    assert status in (401, 404)
    assert b"results" not in body


@pytest.mark.parametrize(
    "path",
    ["/%5foriginal/only.jpg", "//_original/only.jpg", "/x/../_original/other/only.jpg", "/_original/../_derived/x"],
)
def test_no_way_around_the_function_of_objects(stack: Serving, path: str) -> None:
    """A right address of one object is none of another, however the path leads there."""
    query = stack.object("/_original/a.jpg").partition("?")[2]
    for target in (path, f"{path}?{query}", f"{path}?{query}&{query}", f"/_original/a.jpg/../other/only.jpg?{query}"):
        assert raw(stack, target)[0] in (400, 403, 404)
