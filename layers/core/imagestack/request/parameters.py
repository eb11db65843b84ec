"""The table of the query's parameters (docs/specification.md#section-3).

Python's parser and canonical spelling, the function of the edge, the console's overview, `imagestack --help` and
docs/parameters.md are made from it.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from imagestack import skips
from imagestack.formats import CONVERSIONS, JPEG
from imagestack.operations.flip import Axes
from imagestack.operations.gravity import Anchor
from imagestack.operations.order import OPERATIONS
from imagestack.operations.resize import Enlarge, Fit
from imagestack.operations.rotate import ROTATIONS
from imagestack.quality import AUTO, HIGHEST_QUALITY, LEVELS
from imagestack.request.kinds import Bad, Choice, ColourValue, DecimalNumber, Kind, Number, Words
from imagestack.request.region_value import BAD_CROPS, AreaValue, CropValue, GravityValue
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query.

    Attributes:
        name: as it is spelled.
        kind: of its values.
        reason: why a bad value is skipped; None where the kind gives the reason.
        meanings: each form of the value and its effect; literal values stand in backticks.
        needs: sets of parameters. Without all of one set this parameter is ignored; empty if it needs none.
        default: the value without the parameter, which is not spelled.
    """

    name: str
    kind: Kind
    reason: SkipReason | None
    meanings: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, ...], ...] = ()
    default: object = None

    def is_used(self, names: Container[str]) -> bool:
        """Whether this parameter has a meaning beside valid parameters of these names."""
        return not self.needs or any(all(name in names for name in needed) for needed in self.needs)

    @cached_property
    def bad(self) -> Bad | None:
        """The result of a bad value; None where the kind has results of its own."""
        if self.reason is None:
            return None
        # The spelling must be read as bad again, so that it needs those without which the parameter is not read.
        needed = () if self.is_modifier else (f"{name}=1" for names in self.needs for name in names)
        return Bad(self.reason, "&".join((*needed, f"{self.name}=")))

    @cached_property
    def is_modifier(self) -> bool:
        """Whether the parameter belongs to no single operation, so that a bad value counts as absent."""
        return all(self.name not in operation.parameters for operation in OPERATIONS)


_TABLE = (
    Parameter(
        "rotate",
        Number(among=ROTATIONS),
        skips.bad_parameter("rotation", "rotate"),
        (("`90`, `180`, `270`", "Rotate clockwise by so many degrees, before everything else."),),
    ),
    Parameter(
        "flip",
        Choice(Axes),
        skips.bad_parameter("rotation", "flip"),
        (
            ("`h`", "Exchange left and right, after rotate and before everything else."),
            ("`v`", "Exchange top and bottom."),
            ("`hv`", "Both, which is a rotation by 180 degrees."),
        ),
    ),
    Parameter(
        "area",
        AreaValue(),
        skips.bad_parameter("cropping", "area"),
        (("as of `crop`", "Cut out an area before the resize, after rotate and flip."),),
    ),
    Parameter(
        "width",
        Number(least=1),
        skips.bad_parameter("resizing", "width"),
        (("1 or more", "Resize to this width. Alone, it keeps the aspect ratio. Enlarges only with `enlarge`."),),
    ),
    Parameter(
        "height",
        Number(least=1),
        skips.bad_parameter("resizing", "height"),
        (("1 or more", "Resize to this height. Alone, it keeps the aspect ratio. Enlarges only with `enlarge`."),),
    ),
    Parameter(
        "fit",
        Choice(Fit),
        skips.bad_parameter("resizing", "fit"),
        (
            ("`fit`", "The default. Cover the area and cut the excess evenly: exactly width × height."),
            ("`bounds`", "Resize by the greater of the two numbers alone."),
            ("`cover`", "Resize by the smaller of the two numbers alone."),
            ("`force`", "Exactly width × height. The aspect ratio is ignored."),
            ("`contain`", "The largest size within width × height. Nothing is cut."),
            ("`pad`", "As `contain`, then exactly width × height. The rest has the colour of `background`."),
        ),
        needs=(("width", "height"),),
        default=Fit.FIT,
    ),
    Parameter(
        "crop",
        CropValue(),
        None,
        (
            ("`4:5`", "The largest centred area of this ratio. `4:5,offset-x0,offset-y100` puts it elsewhere."),
            ("`200,100`", "A centred area."),
            ("`200,100,x10,y20`", "The upper left corner in pixels."),
            ("`200,100,x10p,y20p`", "The upper left corner in percent of the image's sides."),
            ("`200,100,offset-x0,offset-y80`", "Percent of the unwanted part that is cut on the left and on the top."),
        ),
    ),
    Parameter(
        "dpr",
        DecimalNumber(least=1, most=5, decimals=2),
        skips.bad_parameter("resizing", "dpr"),
        (
            (
                "1–5, two decimals",
                "Multiply width, height and the pixels of crop, as far as the original is large enough.",
            ),
        ),
        needs=(("width",), ("height",), ("crop",)),
        default=Decimal(1),
    ),
    Parameter(
        "enlarge",
        Choice(Enlarge),
        skips.bad_parameter("resizing", "enlarge"),
        (
            ("`false`", "The default. A resize that would enlarge is skipped."),
            ("`clamp`", "The largest result of the same shape that the original holds."),
            ("`true`", "Enlarge up to 4 times, and up to 8,192 pixels a side."),
        ),
        needs=(("width",), ("height",)),
        default=Enlarge.FALSE,
    ),
    Parameter(
        "gravity",
        GravityValue(),
        skips.bad_parameter("resizing", "gravity"),
        (
            ("`center`", "The default. Where `fit=fit` cuts, `fit=pad` places and a crop without a position lies."),
            ("`north`, `southeast` …", "At this side or in this corner."),
            ("`x30p,y40p`", "Around this point of the image, in percent of its sides."),
            ("`focus`", "Around the point in the original's metadata, `x-amz-meta-focus: 30,40`; else `center`."),
        ),
        needs=(("width", "height"), ("crop",)),
        default=Anchor.CENTER,
    ),
    Parameter(
        "background",
        ColourValue(),
        skips.bad_parameter("resizing", "background"),
        (("`ffffff`, `ffffff80`", "The colour behind transparent pixels and of `fit=pad`, with or without opacity."),),
    ),
    Parameter(
        "fmt",
        Words(CONVERSIONS, aliases={"jpg": JPEG.name}, alone=AUTO),
        skips.BAD_FORMAT,
        (
            ("`webp`, `avif`, `jpeg`, `png`", "Convert to this format. `jpg` is `jpeg`."),
            ("`avif,webp,jpeg`", "Convert to the first format that the client accepts. All accept `jpeg` and `png`."),
            ("`auto`", "AVIF or WebP, whichever the client prefers."),
        ),
    ),
    Parameter(
        "quality",
        Number(most=HIGHEST_QUALITY, words={AUTO: AUTO, **LEVELS}),
        skips.bad_parameter("compression", "quality"),
        (
            ("0–100", "On the JPEG scale, for every format. Never above the original's."),
            ("`high`, `medium`, `low`", "95, 80, 65."),
            ("`auto`", "The lowest at which this picture reaches the target score of the rule."),
        ),
    ),
)
PARAMETERS = {parameter.name: parameter for parameter in _TABLE}
"""All parameters by name, in the order in which they are spelled."""

BAD = (*(parameter.bad for parameter in _TABLE if parameter.bad), *BAD_CROPS.values())
"""All ways in which a parameter can be bad, but for a crop with an area and a ratio, which names its numbers."""

GROUPS: tuple[tuple[str, ...], ...] = (
    *(operation.parameters for operation in OPERATIONS if operation.parameters),
    *((parameter.name,) for parameter in _TABLE if parameter.is_modifier),
)
"""Parameters that are read together, in the order in which they are spelled. One bad value voids its group."""


def overview() -> Iterator[tuple[str, str, str]]:
    """Rows for people: name, value and meaning. A row without a name belongs to the parameter above it.

    Literal values stand in backticks.
    """
    for parameter in _TABLE:
        for at, (value, meaning) in enumerate(parameter.meanings):
            yield ("" if at else parameter.name), value, meaning
