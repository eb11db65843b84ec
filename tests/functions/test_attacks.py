"""Tricks that have worked on image servers and CDNs, tried on the handler: addresses, hosts, headers, sizes."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from hashlib import md5
from time import time
from typing import Any
from urllib.parse import quote, unquote

import pytest

from imagestack.request.signed_url import signature
from tests.conftest import BOTH, Site, http_event
from tests.support.images import jpeg

KEY = "secretkey"
SECURED = {"secure_key": {"enabled": True, "key": KEY, "type": 2}}
SECRET = jpeg(31, 17)


def address(path: str = "/a.jpg") -> tuple[str, int]:
    """A right signature that has letters of both cases, and its end."""
    expires = int(time()) + 3_600
    while (text := signature(path, expires, KEY)).lower() == text or text.upper() == text:
        expires += 1
    return text, expires


def query(text: str, expires: object) -> str:
    return f"md5={text}&expires={expires}"


def hexadecimal(text: str) -> str:
    return urlsafe_b64decode(f"{text}==").hex()


SIGNATURES: dict[str, Callable[[str, int], str]] = {
    "name in capitals": lambda text, end: query(text, end).replace("md5", "MD5"),
    "both names in capitals": lambda text, end: query(text, end).replace("md5", "Md5").replace("expires", "Expires"),
    "lower case": lambda text, end: query(text.lower(), end),
    "upper case": lambda text, end: query(text.upper(), end),
    "padded": lambda text, end: query(f"{text}==", end),
    "padding encoded": lambda text, end: query(f"{text}%3D%3D", end),
    "hexadecimal": lambda text, end: query(hexadecimal(text), end),
    "shorter": lambda text, end: query(text[:-1], end),
    "longer": lambda text, end: query(f"{text}A", end),
    "twice in one": lambda text, end: query(text * 2, end),
    "line feed behind": lambda text, end: query(f"{text}%0A", end),
    "zero byte behind": lambda text, end: query(f"{text}%00", end),
    "space before": lambda text, end: query(f"%20{text}", end),
    "encoded twice": lambda text, end: query("".join(f"%25{ord(letter):02x}" for letter in text), end),
    "as an array": lambda text, end: query(text, end).replace("md5=", "md5[]=").replace("expires=", "expires[]="),
    "split by a semicolon": lambda text, end: f"md5={text};expires={end}",
    "behind an encoded ampersand": lambda text, end: f"x=1%26{query(text, end)}".replace("&", "%26"),
    "wrong end first": lambda text, end: f"expires=9999999999&{query(text, end)}",
    "name encoded, wrong, first": lambda text, end: f"m%645={'A' * 22}&{query(text, end)}",
    "end with a sign": lambda text, end: query(text, f"+{end}"),
    "negative end": lambda text, end: query(text, f"-{end}"),
    "fraction": lambda text, end: query(text, f"{end}.0"),
    "exponent": lambda text, _end: query(text, "9e9"),
    "wide digits": lambda text, end: query(text, quote("".join(chr(0xFF10 + int(digit)) for digit in str(end)))),
    "huge end": lambda text, _end: query(text, "9" * 5_000),
    "no end": lambda text, _end: query(text, ""),
    "end of no time": lambda _text, _end: query(signature("/a.jpg", 0, KEY), 0),
    "empty key": lambda _text, end: query(signature("/a.jpg", end, ""), end),
    "end told by the path": lambda _text, end: query(signature(f"{end}/a.jpg", 0, KEY).replace("=", ""), end),
    "key not asked for": lambda _text, end: query(md5(f"{end}/a.jpg".encode()).hexdigest()[:22], end),  # noqa: S324
    "for the path as it was encoded": lambda _text, end: query(signature("/%61.jpg", end, KEY), end),
    "for a folder": lambda _text, end: query(signature("/", end, KEY), end),
    "for the path in capitals": lambda _text, end: query(signature("/A.JPG", end, KEY), end),
    "for the query too": lambda _text, end: query(signature("/a.jpg?width=9", end, KEY), end),
}


@pytest.mark.parametrize("trick", SIGNATURES.values(), ids=SIGNATURES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_signatures(site: Site, trick: Callable[[str, int], str], method: str) -> None:
    """Only the exact signature, in its own first parameters, gives access, for GET and for HEAD."""
    site.put("a.jpg", SECRET)
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": SECURED})
    text, end = address()
    assert site.ask("/a.jpg", query(text, end), method=method).status == 200
    reply = site.ask("/a.jpg", trick(text, end), BOTH, method)
    assert reply.status == 403
    assert "ETag" not in reply.headers


def test_signature_elsewhere(site: Site) -> None:
    """A signature in a header, a cookie or the path is ignored."""
    site.put("a.jpg", SECRET)
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": SECURED})
    signed = query(*address())
    for path in (f"/a.jpg%3F{signed}", f"/a.jpg;{signed}", f"/a.jpg%23{signed}"):
        assert site.ask(path).status == 403
    told = {
        "x_original_url": f"/a.jpg?{signed}",
        "cookie": signed.replace("&", "; "),
        "referer": f"https://a/?{signed}",
    }
    assert site.ask("/a.jpg", "", **told).status == 403


GUARDED = ["/private/a.jpg", "/%70rivate/a.jpg", "/private%2Fa.jpg", "/private%2fa.jpg", "/%2570rivate/a.jpg"]
GUARDED += ["/private//a.jpg", "//private/a.jpg", "/./private/a.jpg", "/x/../private/a.jpg", "/x/%2e%2e/private/a.jpg"]
GUARDED += ["/private/./a.jpg", "/private\\a.jpg", "/private%5Ca.jpg", "/private%00/a.jpg", "/private/a.jpg%00.png"]
GUARDED += ["/PRIVATE/a.jpg", "/private;x/a.jpg", "/private/a.jpg/", "/private/a.jpg/.", "/private/a.jpg%20"]
GUARDED += [
    "/%EF%BD%90rivate/a.jpg",
    "/private%c0%afa.jpg",
    "/private/a.jpg%3Fx",
    "/private/a.jpg%23",
    "/private/a.jpg;.css",
]
GUARDED += ["/%ef%bb%bfprivate/a.jpg", "/priva%C5%A3e/a.jpg", "/private%u002fa.jpg", "/%zz/../private/a.jpg"]


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("decoded", [False, True], ids=["as sent", "as an HTTP API decodes it"])
def test_no_other_spelling_passes_a_rule(site: Site, path: str, *, decoded: bool) -> None:
    """A rule's pattern is searched in the text that names the original, so no encoding of a path bypasses it."""
    site.put("private/a.jpg", SECRET)
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "^/private/", "options": SECURED})
    reply = site.ask(unquote(path) if decoded else path)
    assert reply.status in (400, 403, 404)
    assert reply.body != SECRET


UP = [
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..%00",
    "%c0%ae%c0%ae",
    "%e0%80%ae%e0%80%ae",
    "%c0%2e%c0%2e",
    "..;",
]
UP += ["%u002e%u002e", "%uff0e%uff0e", "%EF%BC%8E%EF%BC%8E", "%E2%80%A5", "..%01", "..%20", "....", "%20.."]
SLASHES = ["/", "%2f", "%252F", "\\", "%5c", "%255c", "%c0%af", "%ef%bc%8f", "//", "/./", "%00/"]


@pytest.mark.parametrize("up", UP)
def test_no_way_out_of_a_folder(site: Site, up: str) -> None:
    """A host with a folder of its own serves what is below it, whatever its paths say of other folders."""
    for key in ("secret.jpg", "shop2/secret.jpg", "shopsecret.jpg"):
        site.put(key, SECRET)
    site.put("shop/a.jpg", jpeg())
    site.item({"pk": "RESOURCE#shop.example", "sk": "SETTINGS", "origin": {"prefix": "/shop/"}})
    assert site.ask("/a.jpg", host="shop.example").status == 200
    for slash in SLASHES:
        for path in (
            f"/{up}{slash}secret.jpg",
            f"/a{slash}{up}{slash}{up}{slash}secret.jpg",
            f"/{up}{slash}shop2/secret.jpg",
        ):
            for sent in (path, unquote(path)):
                reply = site.ask(sent, host="shop.example")
                assert reply.status in (400, 403, 404), sent
                assert reply.body != SECRET


@pytest.mark.parametrize(
    "path", ["/2/secret.jpg", "//secret.jpg", "/secret.jpg", "/s3://secret.jpg", "/http://x/secret.jpg"]
)
def test_no_neighbour_of_a_folder(site: Site, path: str) -> None:
    """A folder ends with its slash, and a path is never an address of its own."""
    for key in ("secret.jpg", "shop2/secret.jpg"):
        site.put(key, SECRET)
    site.item({"pk": "RESOURCE#shop.example", "sk": "SETTINGS", "origin": {"prefix": "shop"}})
    assert site.ask(path, host="shop.example").status == 404


@pytest.mark.parametrize("options", [{"image_stack": {"quality": 1_000}}, ["x"], {"cors": {"enabled": True}}])
def test_a_broken_option_opens_no_other_folder(site: Site, options: Any) -> None:
    """If settings are invalid, a host serves only its own originals or no image."""
    site.put("secret.jpg", SECRET)
    site.put("shop/a.jpg", jpeg())
    settings = {"pk": "RESOURCE#shop.example", "sk": "SETTINGS", "options": options}
    site.item({**settings, "origin": {"prefix": "shop"}})
    assert (site.ask("/secret.jpg", host="shop.example").status, site.ask("/a.jpg", host="shop.example").status) == (
        404,
        200,
    )
    for broken in ({"origin": {"prefix": 7}}, {"origin": {"bucket": "another"}}, {"active": "no"}, {"active": False}):
        site.item({**settings, **broken})
        assert site.ask("/secret.jpg", host="shop.example").status == 404


HOSTS = ["own.example, site.example", "own.example,own.example", "own.example@site.example", "site.example@own.example"]
HOSTS += ["own.example#", "own.example/x", "own.example\\x", "own.example?", "own.example\x00", "own.example\r\nX: y"]
HOSTS += ["own.example..", "*.example", "RESOURCE#own.example", "ID#1", "_default", "own.example/@", "[own.example]"]
HOSTS += ["own。example", "\uff4fwn.example", "xn--own.example", "own.example" * 100, "a" * 70_000, "-own.example"]


@pytest.mark.parametrize("host", HOSTS, ids=[f"{number}" for number in range(len(HOSTS))])
def test_hosts(site: Site, host: str) -> None:
    """A malformed host name has no resource of its own and gives no access to another resource."""
    site.put("a.jpg", SECRET)
    site.item({"pk": "RESOURCE#own.example", "sk": "SETTINGS"})
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "active": False})
    assert site.ask("/a.jpg", host="own.example").status == 200
    assert site.ask("/a.jpg", host=host).status == 404


OVERRIDES = ["x_forwarded_host", "x_host", "x_forwarded_server", "x_original_host", "forwarded", "x_http_host_override"]
OVERRIDES += [
    "x_original_url",
    "x_rewrite_url",
    "x_forwarded_path",
    "x_forwarded_prefix",
    "x_accel_redirect",
    "x_sendfile",
]
OVERRIDES += ["x_http_method_override", "x_method_override", "x_http_method", "x_amz_website_redirect_location"]
OVERRIDES += ["x_amz_copy_source", "range", "expect", "x_img_accept", "x_img_viewer", "x_img_edge", "transfer_encoding"]


@pytest.mark.parametrize("name", OVERRIDES)
@pytest.mark.parametrize("value", ["own.example", "/private/a.jpg", "host=own.example", "DELETE"])
def test_headers_that_name_something_else(site: Site, name: str, value: str) -> None:
    """Headers that name another URL or host do not change the response."""
    site.put("a.jpg", jpeg())
    site.put("private/a.jpg", SECRET)
    site.item({"pk": "RESOURCE#own.example", "sk": "SETTINGS", "active": False})
    plain, told = site.ask("/a.jpg"), site.ask("/a.jpg", **{name: value})
    assert told == plain


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("//evil.example/a.bin", "/_original//evil.example/a.bin"),
        ("/https://evil.example/a.bin", "/_original/https%3A//evil.example/a.bin"),
        ("/@evil.example/a.bin", "/_original/%40evil.example/a.bin"),
        ("/a%3Fb%23c%26e=9&s=1.bin", "/_original/a%3Fb%23c%26e%3D9%26s%3D1.bin"),
        ("/%C4%8D%C4%8A.bin", "/_original/%C4%8D%C4%8A.bin"),
        ("/%3Cscript%3E%22%27.bin", "/_original/%3Cscript%3E%22%27.bin"),
    ],
)
def test_redirects_stay_here(site: Site, path: str, location: str) -> None:
    """A redirect leads to an object of this host, whatever its key is, and does not repeat the query."""
    site.put(unquote(path)[1:], b"x" * 5_000_000, "application/octet-stream")
    reply = site.ask(path)
    assert (reply.status, reply.headers["Location"].partition("?")[0]) == (302, location)
    assert reply.headers["Location"].count("?") == 1


@pytest.mark.parametrize(
    "text", ["/a%0d%0aSet-Cookie:x=y.bin", "/%0aLocation:%20//evil.example", "/a%E2%80%A8b%0D.bin"]
)
def test_no_path_splits_a_response(site: Site, text: str) -> None:
    """A line feed in a path is refused, as sent and as decoded, and shows in no header."""
    for path in (text, unquote(text)):
        reply = site.ask(path)
        assert reply.status == 400
        assert "Location" not in reply.headers


BEARERS = [{"name": "X-A", "value": ["a\r\nSet-Cookie: x"]}, {"name": "X-A\r\nX-B", "value": ["a"]}]
BEARERS += [{"name": "X-A:", "value": ["a"]}, {"name": "Set-Cookie", "value": ["a=b"]}, {"name": "X-A", "value": ["é"]}]
BEARERS += [
    {"name": "Location", "value": ["//evil"]},
    {"name": "content-length", "value": ["0"]},
    {"name": "Vary", "value": ["x"]},
]
BEARERS += [{"name": "X-Img-Edge", "value": ["{}"]}, {"name": "Transfer-Encoding", "value": ["chunked"]}]


@pytest.mark.parametrize("header", BEARERS, ids=[str(header) for header in BEARERS])
def test_static_headers(site: Site, header: dict[str, Any]) -> None:
    """A header that would split the response or change its framing is an invalid item. Images are still served."""
    site.put("a.jpg", jpeg())
    value = {"enabled": True, "value": [header]}
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/", "options": {"static_response_headers": value}})
    plain = site.ask("/b.jpg").headers
    reply = site.ask("/a.jpg")
    assert reply.status == 200
    assert set(reply.headers) <= set(plain) | {"ETag", "Last-Modified"}


@pytest.mark.parametrize(
    "origin", ["https://é.example", "https://a.example\r\nX: y", "https://a.example\x7f", "\u202e"]
)
def test_mirrored_origins(site: Site, origin: str) -> None:
    """An origin that no browser sends is not repeated in a header."""
    site.put("a.jpg", jpeg())
    cors = {"cors": {"enabled": True, "value": ["$http_origin"], "always": True}}
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": cors})
    for path in ("/a.jpg", "/b.jpg"):
        assert "Access-Control-Allow-Origin" not in site.ask(path, origin=origin).headers


LONG = 60_000
HUGE: dict[str, dict[str, Any]] = {
    "path": {"path": "/" + "a" * LONG},
    "path of slashes": {"path": "/" * LONG},
    "path of dots": {"path": "/." * LONG},
    "path of escapes": {"path": "/" + "%2525" * LONG},
    "path of broken escapes": {"path": "/" + "%" * LONG},
    "key over S3's 1,024 bytes": {"path": "/" + "é" * 600},
    "query of names": {"query": "&".join(f"a{number}=1" for number in range(LONG))},
    "query of repeats": {"query": "width=9&" * LONG},
    "query of ampersands": {"query": "&" * LONG},
    "number": {"query": "width=" + "9" * LONG},
    "zeros": {"query": "width=" + "0" * LONG + "9"},
    "crop of commas": {"query": "crop=" + "," * LONG},
    "crop of colons": {"query": "crop=" + ":" * LONG},
    "formats": {"query": "fmt=" + "webp," * LONG},
    "signature": {"query": "md5=" + "A" * LONG + "&expires=" + "9" * LONG},
    "accept": {"accept": "image/avif;q=0.9," * LONG},
    "accept of spaces": {"accept": "image/webp" + " " * LONG + ";" + " " * LONG + "q" + " " * LONG + "= 1"},
    "tags": {"if_none_match": '"' * LONG},
    "weak tags": {"if_none_match": "W/" * LONG},
    "date": {"if_modified_since": "Tue, " * LONG},
    "digits for a date": {"if_modified_since": "1" * LONG},
    "referrer": {"referer": "https://" + "a@" * LONG},
    "referrer of brackets": {"referer": "https://" + "[" * LONG},
    "origin": {"origin": "https://" + "a." * LONG},
    "secret": {"x_origin_secret": "a" * LONG},
}


@pytest.mark.parametrize("sent", HUGE.values(), ids=HUGE)
def test_sizes(site: Site, sent: dict[str, Any]) -> None:
    """However long a part of a request is, it is answered, and never as a failure of ours."""
    site.put("a.jpg", jpeg())
    acl = {"enabled": True, "policy_type": "allow", "excepted_values": ["*.evil.example"]}
    cors = {"enabled": True, "value": ["$http_origin"]}
    found = {"image_stack": {"enabled": True}, "referrer_acl": acl, "cors": cors}
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": found})
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/(a+)+$", "options": {}})
    reply = site.ask(**{"path": "/a.jpg", **sent})
    assert reply.status < 500
    assert (
        sum(len(name) + len(value) for name, value in reply.headers.items() if name != "Access-Control-Allow-Origin")
        < 2_000
    )


REFERRERS = {
    "the site": ("https://shop.example/page", 200),
    "capitals": ("HTTPS://SHOP.EXAMPLE/", 200),
    "port": ("https://shop.example:8443/", 200),
    "dot of the root": ("https://shop.example./", 200),
    "below": ("https://a.b.partner.example/", 200),
    "IDN as browsers send it": ("https://xn--bcher-kva.example/", 200),
    "none": (None, 200),
    "suffix": ("https://evil-shop.example/", 403),
    "subdomain of another": ("https://shop.example.evil.example/", 403),
    "not below itself": ("https://partner.example/", 403),
    "suffix of below": ("https://evilpartner.example/", 403),
    "user": ("https://shop.example@evil.example/", 403),
    "user and word": ("https://shop.example:443@evil.example/", 403),
    "two users": ("https://x@shop.example@evil.example/", 403),
    "in the path": ("https://evil.example/shop.example", 403),
    "in the query": ("https://evil.example?https://shop.example/", 403),
    "in the fragment": ("https://evil.example#shop.example", 403),
    "backslash": ("https://evil.example\\@shop.example/", 403),
    "underscore": ("https://shop.example_.evil.example/", 403),
    "star": ("https://*.partner.example.evil.example/", 403),
    "address": ("https://203.0.113.9/", 403),
    "IPv6": ("https://[2001:db8::1]/shop.example", 403),
    "IDN that looks like it": ("https://xn--shp-3xa.example/", 403),
    "letters that look like it": ("https://sh\u043ep.example/", 403),
    "another port": ("https://evil.example:80/", 403),
    "two": ("https://evil.example/, https://shop.example/", 403),
}
ALLOWED = ["shop.example", "*.partner.example", "XN--bcher-kva.example"]


@pytest.mark.parametrize(("referrer", "status"), REFERRERS.values(), ids=REFERRERS)
def test_referrers(site: Site, referrer: str | None, status: int) -> None:
    """Pages of the listed hosts can show images, and pages of hosts with similar names cannot."""
    site.put("a.jpg", jpeg())
    acl = {"enabled": True, "policy_type": "deny", "excepted_values": ALLOWED}
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": {"referrer_acl": acl}})
    assert site.ask("/a.jpg", **({"referer": referrer} if referrer else {})).status == status


def test_errors_tell_nothing(site: Site) -> None:
    """An error states its cause and repeats no text of the request, so it cannot carry a script."""
    for path in ("/<script>alert(1)</script>", "/%3Cscript%3E/..", "/x%00<script>"):
        reply = site.send(http_event(path, "width=<script>", "GET", {"host": "<script>"}))
        assert reply.status in (400, 404)
        assert reply.type == "application/json"
        assert "script" not in json.dumps(reply.headers) + reply.body.decode()
