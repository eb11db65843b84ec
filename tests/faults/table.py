"""The table of docs/failures.md, and what its words stand for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.proxy import Spoiled

PAGE = Path(__file__).resolve().parents[2] / "docs/failures.md"
CANNOT = "cannot be"


@dataclass(frozen=True)
class CallSite:
    """A call that the function makes on its way.

    Attributes:
        pattern: of the call; see `tests.faults.proxy.Call`.
        key: the requested original; nothing can be made of the GIF.
        refine: what the rule says about refinements.
        before: the requests before the failure: `nothing`, `others` (the function knows rules and secret),
            `itself` (there is a derived object).
    """

    pattern: str
    key: str = "a.jpg"
    refine: str = "off"
    before: str = "nothing"


SITES = {
    "original, looked up": {"head": CallSite("^(HEAD|GET) /originals/")},
    "original, fetched": {"fetch": CallSite("^GET /originals/")},
    "derived object, read": {"read": CallSite("^GET /derived/", before="itself")},
    "derived object, written": {"write": CallSite("^PUT /derived/")},
    "rules, none known": {"rules": CallSite("^Query ")},
    "secret, none known": {"secret": CallSite("^GetSecretValue ")},
    "lease, refinement; rules or secret known": {
        "lease": CallSite('^PutItem (?!.*"done")'),
        "lease done": CallSite('^PutItem .*"done"'),
        "lease given up": CallSite("^DeleteItem ", key="a.gif"),
        "refinement": CallSite("^SendMessage ", refine="all"),
        "rules known": CallSite("^Query ", before="others"),
        "secret known": CallSite("^GetSecretValue ", before="others"),
    },
}

Spoil = Callable[[Spoiled], None]


def refused(status: int, code: str, json_status: int, json_code: str) -> Spoil:
    """An error of S3, and what the services that speak JSON say in its place."""

    def spoil(call: Spoiled) -> None:
        call.refuse(*((json_status, json_code) if "X-Amz-Target" in call.headers else (status, code)))

    return spoil


FAULTS: dict[str, Spoil] = {
    "slow, but in time": Spoiled.slow,
    "no answer": Spoiled.silent,
    "connection reset": Spoiled.reset,
    "done, but the answer is lost": Spoiled.lose,
    "connection reset in the body": Spoiled.cut,
    "body shorter than Content-Length": Spoiled.shorten,
    "403, access denied": refused(403, "AccessDenied", 400, "AccessDeniedException"),
    "404, nothing there; table, queue or secret is missing": refused(
        404, "NoSuchKey", 400, "ResourceNotFoundException"
    ),
    "412, a condition does not hold": refused(412, "PreconditionFailed", 0, ""),
    "500": refused(500, "InternalError", 500, "InternalServerError"),
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded": refused(
        503, "SlowDown", 400, "ProvisionedThroughputExceededException"
    ),
    "throttled: 503 or ThrottlingException": refused(503, "ServiceUnavailable", 400, "ThrottlingException"),
    "credentials have expired": refused(400, "ExpiredToken", 400, "ExpiredTokenException"),
    "the clock is wrong: RequestTimeTooSkewed": refused(403, "RequestTimeTooSkewed", 400, "InvalidSignatureException"),
}
# What need not be noticed if it happens once: botocore or the adapters ask again.
TRANSIENT_SECONDS = [
    "connection reset",
    "done, but the answer is lost",
    "connection reset in the body",
    "body shorter than Content-Length",
    "500",
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded",
]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read() -> dict[tuple[str, str], str]:
    """The cells of the first table of the page, by fault and column."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    columns = _cells(lines[start])[1:]
    found: dict[tuple[str, str], str] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        fault, *words = _cells(line)
        found |= {(fault, column): word for column, word in zip(columns, words, strict=True)}
    return found


TABLE = read()
EXPECTED = {
    (fault, name): (site, word)
    for (fault, column), word in TABLE.items()
    for name, site in SITES[column].items()
    if word != CANNOT
}
