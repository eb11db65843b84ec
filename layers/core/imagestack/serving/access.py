"""Access to images: signed addresses and referrers."""

from imagestack.errors import ForbiddenError
from imagestack.request.image_request import ImageRequest
from imagestack.request.signed_url import seconds_left
from imagestack.response.cache_control import NEVER
from imagestack.rules.domains import among, host_of
from imagestack.rules.options import Options, Referrers

_WEB = ("http:", "https:")


def check(request: ImageRequest, options: Options, now: float) -> int | None:
    """Check that a request may have the image.

    Args:
        request: for the image.
        options: the effective options.
        now: seconds since the epoch.

    Returns:
        The seconds for which the address is valid; None if it need not be signed.

    Raises:
        ForbiddenError: the referrer is denied, or the signature is missing, wrong or expired.
    """
    # Behind the edge only the edge sees each viewer's page, so it checks the referrer; see `response.page_headers`.
    if options.referrers and not request.by_edge:
        check_referrer(options.referrers, request.referrer)
    if options.secure_key is None:
        return None
    return seconds_left(options.secure_key, request.signed, request.path, request.address, now)


def check_referrer(option: Referrers, referrer: str | None) -> None:
    """Check the page that shows the image.

    A request that names no page of the web is allowed: browsers and privacy tools leave the header out on purpose.

    Raises:
        ForbiddenError: the page's host is denied.
    """
    host = host_of(referrer) if referrer and referrer.lower().startswith(_WEB) else None
    if host is not None and among(host, option.excepted) == (option.policy == "allow"):
        # Viewers of another page may be allowed, so no cache may keep this answer.
        raise ForbiddenError("referrer is not allowed", headers={"Cache-Control": NEVER})
