"""The table of docs/failures.md, and the calls that its columns stand for."""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/failures.md"
CANNOT = "not possible"


@dataclass(frozen=True)
class CallSite:
    """A call that the function makes for a request.

    Attributes:
        pattern: matches the call; see `tests.support.fault_proxy.Call`.
        key: the original of the request; a GIF has no derived object.
        refine: the option `refine` of the rule.
        before: the requests before the failure: `nothing`, `others` (the function knows rules and secret), `itself`
            (there is a derived object).
    """

    pattern: str
    key: str = "a.jpg"
    refine: str = "off"
    before: str = "nothing"


SITES = {
    "HEAD of the original": {"head": CallSite("^(HEAD|GET) /originals/")},
    "GET of the original": {"fetch": CallSite("^GET /originals/")},
    "read of the derived object": {"read": CallSite("^GET /derived/", before="itself")},
    "write of the derived object": {"write": CallSite("^PUT /derived/")},
    "read of the rules, none cached": {"rules": CallSite("^Query ")},
    "read of the secret, none cached": {"secret": CallSite("^GetSecretValue ")},
    "lease or refinement; rules or secret cached": {
        "lease": CallSite('^PutItem (?!.*"done")'),
        "lease done": CallSite('^PutItem .*"done"'),
        "lease given up": CallSite("^DeleteItem ", key="a.gif"),
        "refinement": CallSite("^SendMessage ", refine="all"),
        "rules known": CallSite("^Query ", before="others"),
        "secret known": CallSite("^GetSecretValue ", before="others"),
    },
}


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
