"""Signed addresses, as the public CDN's option `secure_key` has them."""

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
    """What an address says of itself: its signature and the second since the epoch at which it expires."""

    signature: str
    expires: int


def signed(query: Iterable[tuple[str, str]]) -> Signed | None:
    """The signature of decoded pairs; None unless both of its parameters are there and well-formed."""
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    signature, expires = first.get(SIGNATURE, ""), first.get(EXPIRES, "")
    if not (_SIGNATURE.fullmatch(signature) and _EXPIRES.fullmatch(expires)):
        return None
    return Signed(signature, int(expires))


def signature(path: str, expires: int, key: str, address: str = "") -> str:
    """Sign a path as the public CDN does: MD5 over `<expires><path><address> <key>`, in URL-safe base64, unpadded.

    Args:
        path: decoded, with its leading slash, without query.
        expires: seconds since the epoch.
        key: of the option `secure_key`.
        address: the viewer's IP address, if it is signed.
    """
    # The algorithm is the public CDN's, whose links sites generate already; the key makes it a signature.
    text = f"{expires}{path}{address} {key}"
    # JSON can hold halves of surrogate pairs, also where an address should be.
    digest = md5(text.encode(errors="surrogatepass"), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def seconds_left(option: SecureKey, found: Signed | None, path: str, address: str, now: float) -> int:
    """Check the signature of an address, and tell for how many seconds it holds.

    Raises:
        ForbiddenError: it has none, a wrong one, or has expired.
    """
    if found is None or not option.key:
        raise ForbiddenError("the address is not signed")
    expected = signature(path, found.expires, option.key, address if option.with_address else "")
    if not compare_digest(expected, found.signature):
        raise ForbiddenError("the signature is wrong")
    left = found.expires - int(now)
    if left <= 0:
        raise ForbiddenError("the address has expired")
    return left
