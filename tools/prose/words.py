"""Words to avoid in prose, and what to write instead."""

import re
from typing import NamedTuple

_NAMES_ITS_SUBJECT = "a noun that names the thing or the actor"

AVOIDED = {
    # Old-fashioned and literary words.
    r"likewise": "also, the same",
    r"who(?:m|so)?ever": "the actor: the client, the caller, the operator",
    r"(?:(?:of|to|for|from|by|with) )?whom": "a sentence of its own about that actor",
    r"dear(?:er|est)?": "expensive",
    r"heed(?:s|ed|ing)?": "respect, follow",
    r"mend(?:s|ed|ing)?": "fix",
    r"lent|lend(?:s|ing)?": "give, allocate",
    r"foretell(?:s|ing)?|foretold": "predict",
    r"reckon(?:s|ed|ing)?": "estimate, calculate",
    r"there(?:of|in|upon)|where(?:of|in|upon|with)|hence|thence|whence": "a plain preposition or a new sentence",
    r"amid(?:st)?|lest|ere|betimes|seldom|oft|nay": "a common word",
    r"minded|unminded": "taken into account",
    r"betray(?:s|ed|ing)?": "reveal, show",
    r"in vain": "without effect",
    r"in haste|hasten(?:s|ed)?": "with the fast effort, quickly",
    r"without end": "unbounded, forever",
    r"for want of": "because … is missing",
    r"under way": "in progress",
    r"as if nothing had (?:been|happened)": "what happens instead",
    # Riddles: verbs where the text should name a thing or an actor.
    r"(?:(?:is|are|was|were|be|been|being) )?told apart": "distinguish",
    r"(?:(?:is|are|was|were|be|been|being) )?told": "says, reports, is passed",
    r"(?:tells|tell(?:ing)? (?:of|loudly|it|that|them))": "say, report, show",
    r"(?:(?:is|are|was|were|be|been|being) )?asked": "is requested, is called",
    r"(?:what|who|as|than) (?:\w+ ){0,2}asks": "the request, the requested value",
    r"(?:find|finds|found|finding) out": "determine, detect, read",
    r"as found": "as detected, as stored",
    r"what (?:is|was|are|were|has been) (?:found|kept|said|meant|made|had|wanted)": _NAMES_ITS_SUBJECT,
    r"what (?:there|it|they|he|one) (?:is|are|has|have|had|says?|said|comes?|came) (?:to|for|of)": _NAMES_ITS_SUBJECT,
    r"(?:to be|can be|cannot be|could be|may be) had": "is available",
    r"(?:comes?|came|coming) to(?= (?:a|an|the|that|this|nothing|naught)\b)": "results in, is, reaches",
    r"at something else": "busy",
    r"by which (?:it|they) (?:is|are) known": "its name",
    r"(?:do|does|go|goes) without": "works without, is optional",
    r"(?:go|goes|going|went) on with": "continue",
    r"in its own words?|in so many words": "exactly",
    # Terms of this project that have a standard name.
    r"(?:the|a|this|each|its|of) guards?": "circuit breaker",
    r"left alone": "not called while the circuit is open; not changed",
    r"(?:the|a|this|its) gate": "the origin secret check",
    r"(?:the|a|this|its) journal": "request log",
    r"(?:the|a|this|its) ledger": "history",
    r"patience": "timeout",
    r"landed": "stored",
    r"lean": "without metadata",
    r"lies on its side|lying on its side": "is rotated by its EXIF orientation",
    r"(?:source|input) (?:image|picture|file)s?": "original",
    r"variants?|derivatives?": "derived object, form",
}
"""Regular expressions of words and phrases, and what to write instead. A space stands for any white space."""


class Avoided(NamedTuple):
    """A use of a word to avoid: where it begins in the text, how it is written, and what to write instead."""

    start: int
    word: str
    instead: str


_ROWS = [
    (re.compile(rf"\b(?:{pattern})\b".replace(" ", r"\s+"), re.IGNORECASE), instead)
    for pattern, instead in AVOIDED.items()
]


def find(text: str) -> list[Avoided]:
    """The words to avoid in a text, in its order; of those that overlap the first, and the longest."""
    uses = [
        Avoided(match.start(), " ".join(match.group().split()), instead)
        for pattern, instead in _ROWS
        for match in pattern.finditer(text)
    ]
    kept, end = list[Avoided](), 0
    for use in sorted(uses, key=lambda use: (use.start, -len(use.word))):
        if use.start >= end:
            kept.append(use)
            end = use.start + len(use.word)
    return kept
