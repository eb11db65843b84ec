"""Queries: from text to values and back to the one canonical spelling (docs/specification.md#section-2).

`parse(canonical(p)) == p` for every `Parameters`, and `canonical(parse(q))` is the one spelling of all queries that
mean the same, so that it can serve as a cache key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from imagestack.operations.operation import Operation
from imagestack.operations.order import OPERATIONS
from imagestack.quality import Auto
from imagestack.request.kinds import Bad
from imagestack.request.parameters import PARAMETERS


@dataclass(frozen=True)
class Parameters:
    """The known parameters of a query.

    Attributes:
        operations: in the order in which they are done. A `Bad` stands for one with a bad value.
        formats: those of `fmt`, the best first; None without `fmt`.
        quality: 0 to 100 on the JPEG scale, or `AUTO`; None without `quality`.
    """

    operations: tuple[Operation | Bad, ...] = ()
    formats: tuple[str, ...] | Bad | None = None
    quality: int | Auto | Bad | None = None


def pairs(raw: str) -> list[tuple[str, str]]:
    """Names and values of a raw query string, percent-decoded once; a plus stays a plus."""
    return [(unquote(name), unquote(value)) for name, _, value in (part.partition("=") for part in raw.split("&"))]


def parse(query: Iterable[tuple[str, str]]) -> Parameters:
    """Read decoded pairs. The first of a repeated name is used, and unknown names are ignored."""
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    operations: list[Operation | Bad] = []
    for operation in OPERATIONS:
        values = _read(operation.parameters, first)
        if isinstance(values, Bad):
            operations.append(values)
        elif values:
            operations.append(operation.from_values(values))
    return Parameters(tuple(operations), _single("fmt", first), _single("quality", first))


def canonical(parameters: Parameters) -> str:
    """The canonical text of `parameters`, as a query string without `?`."""
    said = [one.spelling if isinstance(one, Bad) else spell(one) for one in parameters.operations]
    for name, value in (("fmt", parameters.formats), ("quality", parameters.quality)):
        if isinstance(value, Bad):
            said.append(value.spelling)
        elif value is not None:
            said.append(_pair(name, value))
    return "&".join(said)


def spell(operation: Operation) -> str:
    """The parameters of an operation, without defaults."""
    return "&".join(
        _pair(name, value)
        for name, value in operation.values().items()
        if value not in {None, PARAMETERS[name].default}
    )


def _pair(name: str, value: object) -> str:
    return f"{name}={PARAMETERS[name].kind.spell(value)}"


def _single(name: str, texts: Mapping[str, str]) -> Any:  # noqa: ANN401 - each parameter has values of its own type
    """The value of a parameter in a group of its own; a `Bad` for a bad value; None without it."""
    values = _read((name,), texts)
    return values if isinstance(values, Bad) else values.get(name)


def _read(names: Iterable[str], texts: Mapping[str, str]) -> dict[str, Any] | Bad:
    """The values of one group of parameters, or the `Bad` of its first bad value."""
    values: dict[str, Any] = {}
    for name in names:
        parameter = PARAMETERS[name]
        if name not in texts or not values.keys() >= set(parameter.needs):
            continue
        value = parameter.kind.read(texts[name])
        if value is None:
            value = parameter.bad
        if isinstance(value, Bad):
            return value
        values[name] = value
    return values
