"""Queries: from text to values and back to the one canonical spelling (docs/specification.md#section-2).

`parse(canonical(p)) == p` for every `Parameters`, and `canonical(parse(q))` is the one spelling of all queries that
mean the same, so that it can serve as a cache key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from imagestack.operations.operation import Operation
from imagestack.operations.order import OPERATIONS
from imagestack.request.kinds import Bad
from imagestack.request.parameters import GROUPS, PARAMETERS


@dataclass(frozen=True)
class Parameters:
    """The known parameters of a query.

    Attributes:
        values: valid values by name, without defaults and without those that have no meaning.
        bad: what is bad, by the name of the first parameter of its group.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    bad: Mapping[str, Bad] = field(default_factory=dict)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that the values ask for, in the order in which they are done."""
        found = (operation.from_values(self.values) for operation in OPERATIONS)
        return tuple(operation for operation in found if operation)

    def has(self, name: str) -> bool:
        """Whether the query has a parameter that is alone in its group, valid or not."""
        return name in self.values or name in self.bad


def pairs(raw: str) -> list[tuple[str, str]]:
    """Names and values of a raw query string, percent-decoded once; a plus stays a plus."""
    return [(unquote(name), unquote(value)) for name, _, value in (part.partition("=") for part in raw.split("&"))]


def parse(query: Iterable[tuple[str, str]]) -> Parameters:
    """Read decoded pairs. The first of a repeated name is used, and unknown names are ignored."""
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    values: dict[str, Any] = {}
    bad: dict[str, Bad] = {}
    for names in GROUPS:
        if first.keys().isdisjoint(names):
            continue
        read = _read(names, first)
        if isinstance(read, Bad):
            bad[names[0]] = read
        else:
            values |= read
    return Parameters(_meaningful(values), bad)


def canonical(parameters: Parameters) -> str:
    """The canonical text of `parameters`, as a query string without `?`."""
    said = []
    for names in GROUPS:
        if names[0] in parameters.bad:
            said.append(parameters.bad[names[0]].spelling)
        said += [_pair(name, parameters.values[name]) for name in names if name in parameters.values]
    return "&".join(said)


def spell(values: Mapping[str, object]) -> str:
    """The canonical text of values by the names of their parameters, without defaults."""
    return "&".join(
        _pair(name, values[name])
        for name, parameter in PARAMETERS.items()
        if name in values and values[name] not in (None, parameter.default)
    )


def _pair(name: str, value: object) -> str:
    return f"{name}={PARAMETERS[name].kind.spell(value)}"


def _read(names: tuple[str, ...], texts: Mapping[str, str]) -> dict[str, Any] | Bad:
    """The values of one group of parameters, or the `Bad` of its first bad value."""
    values: dict[str, Any] = {}
    for name in names:
        parameter = PARAMETERS[name]
        if name not in texts or not (parameter.is_modifier or parameter.is_used(values)):
            continue
        value = parameter.kind.read(texts[name])
        if value is None:
            value = parameter.bad
        if isinstance(value, Bad):
            return value
        values[name] = value
    return values


def _meaningful(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values without defaults, and without those that modify nothing."""
    kept = {name: value for name, value in values.items() if value != PARAMETERS[name].default}
    kept = {name: value for name, value in kept.items() if PARAMETERS[name].is_used(kept)}
    crop = kept.get("crop")
    if crop and crop.is_centred and "gravity" not in kept:
        # Only a gravity makes a difference between a crop in the centre and one without a position.
        kept["crop"] = replace(crop, position=None)
    return kept
