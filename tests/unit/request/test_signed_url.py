"""Signed addresses."""

import subprocess
from base64 import urlsafe_b64decode
from hashlib import md5

import pytest

from imagestack.errors import ForbiddenError
from imagestack.request.signed_url import Signed, read_signature, seconds_left, signature
from imagestack.rules.options import SecureKey

NOW = 1_700_000_000.9
LATER = 1_700_000_060
KEY = SecureKey(enabled=True, key="secret_key")
WITH_ADDRESS = SecureKey(enabled=True, key="secret_key", with_address=True)


def test_the_public_cdns_form() -> None:
    """MD5 over `<expires><path> <key>`, or with the address before the space; URL-safe base64 without padding."""
    for text, signed_text in (
        ("1526500000/a/b.jpg secret_key", signature("/a/b.jpg", 1_526_500_000, "secret_key")),
        ("1526500000/a/b.jpg1.2.3.4 secret_key", signature("/a/b.jpg", 1_526_500_000, "secret_key", "1.2.3.4")),
    ):
        assert len(signed_text) == 22
        assert urlsafe_b64decode(f"{signed_text}==") == md5(text.encode(), usedforsecurity=False).digest()


def test_as_openssl_signs() -> None:
    """What a site's shell script makes is what is checked."""
    script = "printf %s '1526500000/é.jpg secret_key' | openssl md5 -binary | openssl base64 | tr +/ -_ | tr -d ="
    made = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if made.returncode or not made.stdout.strip():
        pytest.skip("there is no openssl")
    assert made.stdout.strip() == signature("/é.jpg", 1_526_500_000, "secret_key")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([("md5", "a" * 22), ("expires", "12")], Signed("a" * 22, 12)),
        ([("expires", "0012"), ("width", "1"), ("md5", "A-_9" * 5 + "zz")], Signed("A-_9" * 5 + "zz", 12)),
        ([("md5", "a" * 22), ("md5", "b" * 22), ("expires", "1"), ("expires", "2")], Signed("a" * 22, 1)),
        ([("md5", "a" * 22)], None),
        ([("expires", "12")], None),
        ([("md5", "a" * 21), ("expires", "12")], None),
        ([("md5", "a" * 21 + "="), ("expires", "12")], None),
        ([("md5", "a" * 22), ("expires", "")], None),
        ([("md5", "a" * 22), ("expires", "-1")], None),
        ([("md5", "a" * 22), ("expires", "1" * 11)], None),
        ([("md5", "a" * 22), ("expires", "\u0661")], None),
        ([("MD5", "a" * 22), ("expires", "1")], None),
        ([("md5", ""), ("md5", "a" * 22), ("expires", "1")], None),
    ],
)
def test_reading(query: list[tuple[str, str]], expected: Signed | None) -> None:
    """Both parameters, well-formed, the first of repeats; anything else is no signature."""
    assert read_signature(query) == expected


def test_valid() -> None:
    """A right signature gives the seconds for which the address is valid."""
    right = Signed(signature("/a.jpg", LATER, "secret_key"), LATER)
    assert seconds_left(KEY, right, "/a.jpg", "1.2.3.4", NOW) == 60
    bound = Signed(signature("/a.jpg", LATER, "secret_key", "1.2.3.4"), LATER)
    assert seconds_left(WITH_ADDRESS, bound, "/a.jpg", "1.2.3.4", NOW) == 60


def test_an_address_that_is_none() -> None:
    """Half of a surrogate pair, which JSON can hold and UTF-8 cannot, is an address that was not signed."""
    bound = Signed(signature("/a.jpg", LATER, "secret_key", "1.2.3.4"), LATER)
    with pytest.raises(ForbiddenError):
        seconds_left(WITH_ADDRESS, bound, "/a.jpg", "1.2.3.4\ud800", NOW)


RIGHT = signature("/a.jpg", LATER, "secret_key")
REFUSED = {
    "none": (KEY, None, "/a.jpg", "the address is not signed"),
    "other path": (KEY, Signed(RIGHT, LATER), "/b.jpg", "the signature is wrong"),
    "longer life": (KEY, Signed(RIGHT, LATER + 1), "/a.jpg", "the signature is wrong"),
    "other key": (KEY, Signed(signature("/a.jpg", LATER, "other_key"), LATER), "/a.jpg", "the signature is wrong"),
    "other case": (KEY, Signed(RIGHT.swapcase(), LATER), "/a.jpg", "the signature is wrong"),
    "no address signed": (WITH_ADDRESS, Signed(RIGHT, LATER), "/a.jpg", "the signature is wrong"),
    "other address": (
        WITH_ADDRESS,
        Signed(signature("/a.jpg", LATER, "secret_key", "1.2.3.5"), LATER),
        "/a.jpg",
        "the signature is wrong",
    ),
    "expired": (KEY, Signed(signature("/a.jpg", int(NOW), "secret_key"), int(NOW)), "/a.jpg", "has expired"),
    "without a key": (
        SecureKey(enabled=True),
        Signed(signature("/a.jpg", LATER, ""), LATER),
        "/a.jpg",
        "the address is not signed",
    ),
}


@pytest.mark.parametrize(("option", "found", "path", "text"), REFUSED.values(), ids=REFUSED)
def test_refused(option: SecureKey, found: Signed | None, path: str, text: str) -> None:
    """403, whatever is wrong; an option without a key lets nobody in."""
    with pytest.raises(ForbiddenError, match=text) as refused:
        seconds_left(option, found, path, "1.2.3.4", NOW)
    assert refused.value.status == 403
