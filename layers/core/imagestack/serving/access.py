"""Who may have an image: those whose address is signed, and pages whose host is not denied."""

from imagestack.errors import ForbiddenError
from imagestack.request.image_request import ImageRequest
from imagestack.request.signed_url import seconds_left
from imagestack.response.cache_control import NEVER
from imagestack.rules.domains import among, host_of
from imagestack.rules.options import Options, Referrers

_WEB = ("http:", "https:")


def check(request: ImageRequest, options: Options, now: float) -> int | None:
    """Check that whoever asks may have the image.

    Args:
        request: for the image.
        options: effective ones.
        now: seconds since the epoch.

    Returns:
        For how many seconds the address is valid; None if it need not be signed.

    Raises:
        ForbiddenError: why they may not.
    """
    # The edge, which alone sees the page, decides about it for each viewer; see `delivery`.
    if options.referrers and not request.by_edge:
        check_referrer(options.referrers, request.referrer)
    if options.secure_key is None:
        return None
    return seconds_left(options.secure_key, request.signed, request.path, request.address, now)


def check_referrer(option: Referrers, referrer: str | None) -> None:
    """Check on whose page an image is to be shown.

    A request that names no page of the web is let in: browsers and privacy tools leave the header out on purpose.

    Raises:
        ForbiddenError: the page's host is denied.
    """
    host = host_of(referrer) if referrer and referrer.lower().startswith(_WEB) else None
    if host is not None and among(host, option.excepted) == (option.policy == "allow"):
        # Another page's viewers may have it, so that this is kept by nobody.
        raise ForbiddenError("referrer is not allowed", headers={"Cache-Control": NEVER})
