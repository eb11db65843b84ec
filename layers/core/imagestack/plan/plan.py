"""Plans: what will be done, as far as it is known before a byte of the original is read."""

from dataclasses import dataclass, field

from imagestack import skips
from imagestack.formats import FORMATS, Format
from imagestack.operations.operation import Operation
from imagestack.quality import AUTO, ScoreTarget
from imagestack.request.query import Parameters, spell
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Plan:
    """The operations, formats and quality that a request and its rules ask for.

    Attributes:
        operations: in the order in which they are done; conversion is none of them.
        formats: formats to convert to, the best first. The others are used where the best cannot be made.
        formats_from_query: `fmt` named them, not a rule.
        quality: 0 to 100 on the JPEG scale, or the score that the picture is to reach.
        quality_from_query: the query named it. A quality from a rule gives way to the original's
            (docs/specification.md#section-4).
        background: the colour behind the picture, as six or eight hexadecimal digits; None for the default.
        options: those of the rule that decide about bytes, see `ImageStack.deciding`.
        reasons: what is skipped already. They belong to this request and not to the derived object.
    """

    operations: tuple[Operation, ...]
    formats: tuple[str, ...]
    formats_from_query: bool
    quality: int | ScoreTarget
    quality_from_query: bool
    background: str | None = None
    options: ImageStack = field(default_factory=ImageStack)
    reasons: tuple[SkipReason, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, whatever the original is."""
        return not self.operations and not self.formats

    def obeys(self, fmt: Format) -> bool:
        """Whether a result of this format is right even if it is larger than the original."""
        return self.formats_from_query and fmt.universal

    def canonical(self) -> str:
        """The canonical text of everything that decides about the bytes. Equal plans have equal texts."""
        values = {name: value for operation in self.operations for name, value in operation.values().items()}
        spelled = spell({**values, "background": self.background})
        parts = [spelled] if spelled else []
        if self.formats:
            parts.append(f"{'fmt' if self.formats_from_query else 'auto'}={','.join(self.formats)}")
        parts.append(f"{'quality' if self.quality_from_query else 'preset'}={self.quality}")
        return "&".join((*parts, *self.options.spelled(map(type, self.operations), self.formats)))


def make_plan(parameters: Parameters, options: ImageStack, accepted: tuple[str, ...]) -> Plan:
    """Combine the parameters of a query, the options of a rule and the formats that the client accepts into a plan."""
    # A fmt in the query replaces the automatic choice, even if it is bad or not accepted
    # (docs/specification.md#section-4).
    values = parameters.values
    # docs/specification.md#section-6 has the quality before the format, although it is spelled behind it.
    bad = sorted(parameters.bad.items(), key=lambda one: one[0] != "quality")
    reasons = [one.reason for _, one in bad]
    has_format = parameters.has("fmt")
    formats: tuple[str, ...] = ()
    if not has_format:
        automatic = options.formats
        formats = tuple(name for name in accepted if name in automatic)
    elif "fmt" in values:
        asked: tuple[str, ...] = accepted if values["fmt"] == (AUTO,) else values["fmt"]
        formats = tuple(name for name in asked if name in accepted or FORMATS[name].universal)
        if not formats:
            reasons.append(skips.FORMAT_NOT_ACCEPTED)

    return Plan(
        operations=parameters.operations,
        formats=formats,
        formats_from_query=has_format,
        quality=options.quality_for(values.get("quality")),
        quality_from_query="quality" in values,
        background=values.get("background"),
        options=options.deciding(),
        reasons=tuple(reasons),
    )
