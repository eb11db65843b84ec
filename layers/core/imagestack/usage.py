"""How requests use rules, as logs and counters record it."""

from dataclasses import dataclass

NO_RULE = "-"


@dataclass(frozen=True)
class Use:
    """What a request was to the rule that answered it.

    Attributes:
        resource: its host, `*` for the resource of all others.
        rule: the rule's id as text, `NO_RULE` if none matched.
        hit: the derived object was there already.
        saved: bytes that the image is smaller than its original; negative if it is larger.
    """

    resource: str
    rule: str
    hit: bool
    saved: int
