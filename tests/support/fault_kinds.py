"""The faults of stores that tests cause, by the names that docs/failures.md gives them."""

from collections.abc import Callable

from tests.support.fault_proxy import Spoiled

Spoil = Callable[[Spoiled], None]


def refused(status: int, code: str, json_status: int, json_code: str) -> Spoil:
    """An error of S3, and what the services that speak JSON say in its place."""

    def spoil(call: Spoiled) -> None:
        call.refuse(*((json_status, json_code) if "X-Amz-Target" in call.headers else (status, code)))

    return spoil


FAULTS: dict[str, Spoil] = {
    "slow, but within the deadline": Spoiled.slow,
    "no response": Spoiled.silent,
    "connection reset": Spoiled.reset,
    "carried out, but the response is lost": Spoiled.lose,
    "connection reset in the body": Spoiled.cut,
    "body shorter than Content-Length": Spoiled.shorten,
    "403: access denied": refused(403, "AccessDenied", 400, "AccessDeniedException"),
    "404: the object, table, queue or secret does not exist": refused(
        404, "NoSuchKey", 400, "ResourceNotFoundException"
    ),
    "412: a condition is not met": refused(412, "PreconditionFailed", 0, ""),
    "500": refused(500, "InternalError", 500, "InternalServerError"),
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded": refused(
        503, "SlowDown", 400, "ProvisionedThroughputExceededException"
    ),
    "throttled: 503 or ThrottlingException": refused(503, "ServiceUnavailable", 400, "ThrottlingException"),
    "credentials have expired": refused(400, "ExpiredToken", 400, "ExpiredTokenException"),
    "the clock is wrong: RequestTimeTooSkewed": refused(403, "RequestTimeTooSkewed", 400, "InvalidSignatureException"),
}
TRANSIENT = [
    "connection reset",
    "carried out, but the response is lost",
    "connection reset in the body",
    "body shorter than Content-Length",
    "500",
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded",
]
"""Faults that go unnoticed if they happen once: botocore or the adapters try again."""
