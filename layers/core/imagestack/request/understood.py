"""The known parameters of a query as they are understood, for people."""

from collections.abc import Iterable
from dataclasses import dataclass

from imagestack.request.kinds import Bad
from imagestack.request.parameters import GROUPS, PARAMETERS, Parameter
from imagestack.request.query import Parameters, parse


@dataclass(frozen=True)
class UnderstoodParameter:
    """A known parameter of a query.

    Attributes:
        name: its name.
        sent: its value as it was sent, decoded.
        value: its value in the canonical spelling; empty if it has no effect.
        problem: why it has no effect; empty if it has one.
    """

    name: str
    sent: str
    value: str
    problem: str = ""


def understood_parameters(query: Iterable[tuple[str, str]]) -> tuple[UnderstoodParameter, ...]:
    """The known parameters of a query, in the order in which they are spelled.

    Args:
        query: decoded names and values. The first of a repeated name counts.
    """
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    read = parse(first.items())
    return tuple(_understood(PARAMETERS[name], first, read) for name in PARAMETERS if name in first)


def _understood(parameter: Parameter, sent: dict[str, str], read: Parameters) -> UnderstoodParameter:
    text = sent[parameter.name]
    if parameter.name in read.values:
        return UnderstoodParameter(parameter.name, text, parameter.kind.spell(read.values[parameter.name]))
    return UnderstoodParameter(parameter.name, text, "", _problem(parameter, text, read))


def _problem(parameter: Parameter, sent: str, read: Parameters) -> str:
    """Why a parameter has no effect."""
    value = parameter.kind.read(sent)
    bad = value if isinstance(value, Bad) else parameter.bad if value is None else None
    group = next(names for names in GROUPS if parameter.name in names)
    if bad and read.bad.get(group[0]) == bad:
        return bad.reason
    if group[0] in read.bad:
        return f"ignored beside another parameter: {read.bad[group[0]].reason}"
    if value == parameter.default:
        return "the default"
    needed = " or ".join(" and ".join(names) for names in parameter.needs)
    return f"ignored without {needed}"
