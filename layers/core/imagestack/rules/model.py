"""Resources and their rules: the effective options of a path (docs/specification.md#section-4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import re2

from imagestack.rules.options import Options

# The host of the resource for every host that has no resource of its own.
ANY_HOST = "*"
MAX_PATTERN = 300
_PATTERN_STARTS = ("/", "^/")

_RE2 = re2.Options()
_RE2.log_errors = False


@dataclass(frozen=True)
class Origin:
    """The folder of a resource's originals: keys are appended to its prefix."""

    prefix: str = ""


@dataclass(frozen=True)
class Rule:
    """Options for the paths that match a pattern.

    Attributes:
        id: a number; hand-written items may have a word.
        pattern: a regular expression of RE2, searched in the path; starts with `/` or `^/`, 300 characters at most.
        weight: the rule with the lowest is tried first.

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
        """Whether the pattern matches anywhere in the decoded path."""
        return self._expression.search(path) is not None

    @property
    def order(self) -> tuple[int, bool, int | str]:
        """Sort key: by weight, then by id, numbers before words."""
        return self.weight, isinstance(self.id, str), self.id


@dataclass(frozen=True)
class Resource:
    """The settings and rules of a host. `host` is `*` for the resource of all hosts that have none of their own."""

    host: str
    active: bool = True
    origin: Origin = field(default_factory=Origin)
    options: Options = field(default_factory=Options)
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", _in_order(self.rules))

    def original_key(self, key: str) -> str:
        """The key in the bucket of the original that the host serves under `key`."""
        return self.origin.prefix + key

    def rule_for(self, path: str) -> Rule | None:
        """The rule of a path: the first active one that matches."""
        return next((rule for rule in self.rules if rule.active and rule.matches(path)), None)

    def options_with(self, rule: Rule | None) -> Options:
        """The effective options under a rule: its own, and those of the resource that it does not have."""
        return (rule.options.over(self.options) if rule else self.options).effective()

    def options_for(self, path: str) -> Options:
        """The effective options of a path."""
        return self.options_with(self.rule_for(path))


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.order))


def _compile(pattern: str) -> Any:  # noqa: ANN401 - the package has no types
    """Compile a pattern for a linear-time engine, so that no pattern can block a request."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"a pattern has at most {MAX_PATTERN} characters")
    if not pattern.startswith(_PATTERN_STARTS):
        raise ValueError("a pattern starts with / or ^/")
    try:
        return re2.compile(pattern, _RE2)
    except re2.error as error:
        raise ValueError("the pattern is not a regular expression of RE2") from error
