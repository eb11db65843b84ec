"""Errors of the library; those that end a request know their HTTP status."""

# Seconds after which a store that failed is called again. Answers that depend on it are kept no longer, and name it in
# Retry-After.
RETRY_SECONDS = 5
_RETRY_LATER = {"Retry-After": str(RETRY_SECONDS)}


class ImageStackError(Exception):
    """A failure that ends a request, with its HTTP response.

    Attributes:
        status: HTTP status of the response.
        text: what the viewer reads in `{"error": text}`; it never holds internals.
        reason: the `Img-Skip-Reason` of the response; None without one.
        headers: further headers of the response.
    """

    status = 500

    def __init__(self, text: str, *, reason: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.reason = reason
        self.headers = dict(headers or {})


class BadRequestError(ImageStackError):
    """The request cannot be read (docs/specification.md#section-2)."""

    status = 400


class MethodNotAllowedError(ImageStackError):
    """The method is not GET or HEAD, nor OPTIONS where a rule sets CORS.

    See docs/specification.md#section-2.
    """

    status = 405

    def __init__(self) -> None:
        super().__init__("method not found", headers={"Allow": "GET, HEAD"})


class ForbiddenError(ImageStackError):
    """The viewer may not have the image."""

    status = 403


class OriginSecretError(ImageStackError):
    """The secret of the distribution cannot be read, so the origin of a request is unknown."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the service is not ready", headers=_RETRY_LATER)


class NoRulesError(ImageStackError):
    """The rules cannot be read, and originals do not pass through without rules."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the rules cannot be read", headers=_RETRY_LATER)


class NotServedError(ImageStackError):
    """The resource of this host is switched off."""

    status = 404


class OriginStatusError(ImageStackError):
    """The origin did not answer 200; its status is passed on.

    See docs/specification.md#section-6.
    """

    def __init__(self, status: int) -> None:
        text = f"not valid response code from the origin; response code - {status}"
        super().__init__(text, reason=text)
        self.status = status


class OriginTimeoutError(ImageStackError):
    """The origin did not answer in time (docs/specification.md#section-6)."""

    status = 504

    def __init__(self, detail: str) -> None:
        super().__init__(f"request to origin timeout: {detail}")


class OriginBrokenError(ImageStackError):
    """The origin could not be reached, or broke off before the end of the original."""

    status = 502

    def __init__(self, detail: str) -> None:
        super().__init__(f"request to origin failed: {detail}")


class OriginRefusedError(ImageStackError):
    """The origin rejects our credentials: they have expired, or the clock is wrong."""

    status = 503

    def __init__(self) -> None:
        super().__init__("the origin cannot be asked", headers=_RETRY_LATER)


class OriginThrottledError(ImageStackError):
    """The origin asks for fewer requests (docs/specification.md#section-6)."""

    status = 504

    def __init__(self) -> None:
        super().__init__("too many requests", headers={"Retry-After": "1"})


class DamagedImageError(Exception):
    """A strict decode of the original failed."""


class EncodeError(Exception):
    """An encoder failed on decoded pixels."""


class BusyError(Exception):
    """All workers are busy, and none became free in time. This says nothing about the image."""


class StoreError(Exception):
    """A store other than the origin failed; the request continues without it."""
