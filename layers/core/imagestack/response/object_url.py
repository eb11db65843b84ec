"""Addresses of objects in the front's buckets, for bodies that are too large for a Lambda response.

The addresses are signed and expire, and `functions/edge/object_request.js` accepts no others. Without that, a client
that knows a key could bypass signed addresses, referrer rules and resources that are switched off.
"""

from hashlib import sha256
from hmac import new
from urllib.parse import quote

# For how many seconds an address is valid: much longer than caches keep a redirect.
VALID_SECONDS = 600


def location(path: str, etag: str, origin_secret: str, now: float) -> str:
    """The address of an object.

    Args:
        path: decoded, below one of the front's prefixes.
        etag: of the body, with its quotes; another version has another address.
        origin_secret: the secret of the request, with which the edge checks the signature. Empty if there is no edge;
            then the address is not signed.
        now: seconds since the epoch.
    """
    address = f"{quote(path)}?v={quote(etag.strip(chr(34)), safe='')}"
    if not origin_secret:
        return address
    signed = f"{address}&e={int(now) + VALID_SECONDS}"
    return f"{signed}&s={new(origin_secret.encode(), signed.encode(), sha256).hexdigest()}"
