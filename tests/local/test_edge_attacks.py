"""Attacks on what viewers share: the cache, the host of the console, and what only the front may say."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.images import jpeg
from tests.local.conftest import Serving, originals, serving
from tests.local.scripted import x_cache

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
        **dict.fromkeys(("a.jpg", "cdn/a.jpg", "console/a.jpg", "other/a.jpg", "other/cdn/a.jpg"), jpeg()),
        "evil.svg": SVG,
        "evil.html": SCRIPT,
        "large.html": SCRIPT + b" " * 5_000_000,
        "evil.js": b"top.stolen = 1",
    }
    (folder := tmp_path_factory.mktemp("originals")).joinpath("a.jpg.headers.json").write_text(
        '{"X-Amz-Meta-Note": "a"}'
    )
    with serving("--originals", str(originals(folder, files))) as found:
        found.rules().put_item(
            Item={"pk": "RESOURCE#*", "sk": "SETTINGS", "options": {"image_stack": {"enabled": True}, "referrer_acl": SHOP}}
        )
        found.rules().put_item(
            Item={"pk": f"RESOURCE#{OTHER}", "sk": "SETTINGS", "origin": {"prefix": "other"}, "options": {}}
        )
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
    return int(first.split()[1]), {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}, body


@pytest.mark.parametrize("path", ["/evil.svg", "/evil.html", "/large.html", "/evil.js", "/a.jpg", "/none.html"])
def test_no_original_runs_scripts(stack: Serving, path: str) -> None:
    """Images have the console's host: what is uploaded among them must not run there and take tokens."""
    with httpx.Client(base_url=stack.url, timeout=60, follow_redirects=True) as client:
        answer = client.get(path)
    for step in (*answer.history, answer):
        assert step.headers["content-security-policy"] == HARMLESS
        assert step.headers["x-content-type-options"] == "nosniff"


ASIDE = ["/%63dn/a.jpg", "/x/../cdn/a.jpg", "/./cdn/a.jpg", "/%63onsole/a.jpg", "/c%6Fnsole/../%63dn/a.jpg", "/%2e/cdn/a.jpg"]


@pytest.mark.parametrize("target", ASIDE)
def test_no_way_around_the_functions_of_images(stack: Serving, target: str) -> None:
    """A path that only in its normal form belongs to the API gets no image, past referrers and with a forged host."""
    forged = ("Referer: https://thief.example/", f"X-Forwarded-Host: {OTHER}", "X-Img-Accept: avif")
    status, headers, body = raw(stack, target, *forged)
    assert status in (400, 403, 404)
    assert "x-img-edge" not in headers
    assert b"\xff\xd8" not in body
