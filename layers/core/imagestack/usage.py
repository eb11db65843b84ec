"""The use of rules by requests, as logs and counters record it."""

from dataclasses import dataclass

# Stands for the id of a rule where none matched.
NO_RULE = "-"


@dataclass(frozen=True)
class Use:
    """One request, as it counts for its resource and rule.

    Attributes:
        resource: the host of the resource; `*` for the resource of all other hosts.
        rule: the rule's id as text; `NO_RULE` if none matched.
        hit: whether the derived object was stored already.
        saved: how many bytes smaller than its original the image is; negative if it is larger.
    """

    resource: str
    rule: str
    hit: bool
    saved: int
