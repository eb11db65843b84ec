"""Resources and their rules: which options hold for a path (spec section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import re2

from imagestack.rules.options import Options

# The host of the resource that answers for every host without one of its own.
ANY_HOST = "*"
MAX_PATTERN = 300
_PATTERN_STARTS = ("/", "^/")

_RE2 = re2.Options()
_RE2.log_errors = False


@dataclass(frozen=True)
class Origin:
    """Where the originals of a resource are: what its keys are appended to."""

    prefix: str = ""


@dataclass(frozen=True)
class Rule:
    """Options for the paths that a pattern finds.

    Attributes:
        id: a number; hand-written items may have a word.
        pattern: a regular expression of RE2, searched in the path; starts with `/` or `^/`, 300 characters at most.
        weight: the lowest is asked first.

    Raises:
        ValueError: what is wrong with the pattern.
    """

    id: int | str
    pattern: str
    name: str = ""
    weight: int = 0
    active: bool = True
    options: Options = field(default_factory=Options)
    _expression: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_expression", _compile(self.pattern))

    def matches(self, path: str) -> bool:
        """Whether the pattern is found in the decoded path."""
        return self._expression.search(path) is not None

    @property
    def order(self) -> tuple[int, bool, int | str]:
        """Sort key: by weight, then by id, numbers before words."""
        return self.weight, isinstance(self.id, str), self.id


@dataclass(frozen=True)
class Resource:
    """What a host serves. `host` is `*` for the resource of all hosts that have none of their own."""

    host: str
    active: bool = True
    origin: Origin = field(default_factory=Origin)
    options: Options = field(default_factory=Options)
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", _in_order(self.rules))

    def original_key(self, key: str) -> str:
        """Where in the bucket the original is that the host serves under `key`."""
        return self.origin.prefix + key

    def rule_for(self, path: str) -> Rule | None:
        """The rule that answers for a path: the first active one that matches."""
        return next((rule for rule in self.rules if rule.active and rule.matches(path)), None)

    def options_with(self, rule: Rule | None) -> Options:
        """What holds where a rule answers: its options, and those of the resource where it is silent."""
        return (rule.options.over(self.options) if rule else self.options).effective()

    def options_for(self, path: str) -> Options:
        """What holds for a path."""
        return self.options_with(self.rule_for(path))


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.order))


def _compile(pattern: str) -> Any:  # noqa: ANN401 - the package has no types
    """Compile a rule's pattern on a linear-time engine, so that none can hang a request."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"a pattern has at most {MAX_PATTERN} characters")
    if not pattern.startswith(_PATTERN_STARTS):
        raise ValueError("a pattern starts with / or ^/")
    try:
        return re2.compile(pattern, _RE2)
    except re2.error as error:
        raise ValueError("the pattern is not a regular expression of RE2") from error
