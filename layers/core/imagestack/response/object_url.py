"""Addresses of objects in the front's buckets, for bodies that are too large for a Lambda response.

`functions/edge/object_request.js` lets nobody through who was not sent there: the addresses are signed and expire, or
whoever knows a key could pass by signed addresses, referrer rules and resources that are switched off.
"""

from hashlib import sha256
from hmac import new
from urllib.parse import quote

# How long an address is good for, in seconds: for much longer than a redirect is kept.
SECONDS = 600


def location(path: str, etag: str, origin_secret: str, now: float) -> str:
    """Where a viewer finds an object.

    Args:
        path: decoded, below one of the front's prefixes.
        etag: of the representation, with its quotes: another version has another address.
        origin_secret: the secret that the request from the edge has shown; the edge checks the signature with it.
            Empty if there is no edge, which leaves the address unsigned.
        now: seconds since the epoch.
    """
    address = f"{quote(path)}?v={quote(etag.strip(chr(34)), safe='')}"
    if not origin_secret:
        return address
    signed = f"{address}&e={int(now) + SECONDS}"
    return f"{signed}&s={new(origin_secret.encode(), signed.encode(), sha256).hexdigest()}"
