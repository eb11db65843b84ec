class ImageStackError(Exception):
    """A failure that knows its HTTP fate.

    Attributes:
        status: HTTP status of the answer.
        text: what the viewer reads in `{"error": text}`; never holds internals.
        reason: the `Img-Skip-Reason` that goes with it, if any.
        headers: further headers of the answer.
    """

    status = 500

    def __init__(self, text: str, *, reason: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.reason = reason
        self.headers = headers or {}


class BadRequestError(ImageStackError):
    """The request cannot be read (spec section 2)."""

    status = 400


class MethodNotAllowedError(ImageStackError):
    """Neither GET nor HEAD, nor a preflight of CORS where a rule sets it (spec section 2)."""

    status = 405

    def __init__(self) -> None:
        super().__init__("method not found", headers={"Allow": "GET, HEAD"})


class ForbiddenError(ImageStackError):
    """Whoever asks may not have it."""

    status = 403


class OriginSecretError(ImageStackError):
    """Nobody can tell whether a request came through the distribution."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the service is not ready", headers={"Retry-After": "5"})


class NoRulesError(ImageStackError):
    """Rules cannot be had, and without them nothing is to be served."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the rules cannot be read", headers={"Retry-After": "5"})


class NotServedError(ImageStackError):
    """The resource of this host is switched off."""

    status = 404


class OriginStatusError(ImageStackError):
    """The origin answered with something else than 200; its status is passed on (spec section 6)."""

    def __init__(self, status: int) -> None:
        text = f"not valid response code from the origin; response code - {status}"
        super().__init__(text, reason=text)
        self.status = status


class OriginTimeoutError(ImageStackError):
    """The origin did not answer in time (spec section 6)."""

    status = 504

    def __init__(self, detail: str) -> None:
        super().__init__(f"request to origin timeout: {detail}")


class OriginBrokenError(ImageStackError):
    """The origin broke off, or could not be reached; what came is not the whole original."""

    status = 502

    def __init__(self, detail: str) -> None:
        super().__init__(f"request to origin failed: {detail}")


class OriginRefusedError(ImageStackError):
    """The origin does not take who asks for us: credentials that have expired, a clock that is wrong."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the origin cannot be asked", headers={"Retry-After": "5"})


class OriginThrottledError(ImageStackError):
    """The origin asks for fewer requests (spec section 6)."""

    status = 504

    def __init__(self) -> None:
        super().__init__("too many requests", headers={"Retry-After": "1"})


class DamagedImageError(Exception):
    """A strict decode of the original fails."""


class EncodeError(Exception):
    """An encoder failed on decoded pixels."""


class BusyError(Exception):
    """All workers are at something else, and none came free in time; it says nothing of the image."""


class StoreError(Exception):
    """A store other than the origin failed; the request goes on without it."""
