"""Signed addresses of the option `secure_key`, in the form of the public CDN."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import md5
from hmac import compare_digest

from imagestack.errors import ForbiddenError
from imagestack.rules.options import SecureKey

SIGNATURE, EXPIRES = "md5", "expires"
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{22}")
_EXPIRES = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Signed:
    """The signature of an address.

    Attributes:
        signature: MD5 in URL-safe base64 without padding.
        expires: seconds since the epoch.
    """

    signature: str
    expires: int


def read_signature(query: Iterable[tuple[str, str]]) -> Signed | None:
    """The signature in a decoded query; None unless both of its parameters are there and well-formed."""
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    signature, expires = first.get(SIGNATURE, ""), first.get(EXPIRES, "")
    if not (_SIGNATURE.fullmatch(signature) and _EXPIRES.fullmatch(expires)):
        return None
    return Signed(signature, int(expires))


def signature(path: str, expires: int, key: str, address: str = "") -> str:
    """Sign a path as the public CDN does.

    The signature is the MD5 of `<expires><path><address> <key>`, in URL-safe base64 without padding.

    Args:
        path: decoded, with its leading slash and without query.
        expires: seconds since the epoch.
        key: of the option `secure_key`.
        address: the viewer's IP address; empty if the signature does not depend on it.
    """
    # Sites that generate links for the public CDN use this algorithm. The key makes the digest a signature.
    text = f"{expires}{path}{address} {key}"
    # JSON can hold halves of surrogate pairs, even in an address.
    digest = md5(text.encode(errors="surrogatepass"), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def seconds_left(option: SecureKey, signed: Signed | None, path: str, address: str, now: float) -> int:
    """Check the signature of an address.

    Args:
        option: with the key.
        signed: the signature of the request; None if it has none.
        path: decoded, with its leading slash and without query.
        address: the viewer's IP address.
        now: seconds since the epoch.

    Returns:
        The seconds for which the address is still valid.

    Raises:
        ForbiddenError: the signature is missing or wrong, or the address has expired.
    """
    if signed is None or not option.key:
        raise ForbiddenError("the address is not signed")
    expected = signature(path, signed.expires, option.key, address if option.with_address else "")
    if not compare_digest(expected, signed.signature):
        raise ForbiddenError("the signature is wrong")
    seconds = signed.expires - int(now)
    if seconds <= 0:
        raise ForbiddenError("the address has expired")
    return seconds
