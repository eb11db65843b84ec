"""The table of the query's parameters (docs/specification.md#section-3).

Python's parser and canonical spelling, the function of the edge, the console's overview, `imagestack --help` and
docs/parameters.md are made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from imagestack import skips
from imagestack.formats import CONVERSIONS
from imagestack.operations.flip import Axes
from imagestack.operations.order import OPERATIONS
from imagestack.operations.resize import Fit
from imagestack.operations.rotate import ROTATIONS
from imagestack.quality import AUTO, HIGHEST_QUALITY
from imagestack.request.crop_value import BAD_CROPS, CropValue
from imagestack.request.kinds import Bad, Choice, Kind, Number, Words
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query.

    Attributes:
        name: as it is spelled.
        kind: of its values.
        reason: why a bad value is skipped; None where the kind gives the reason.
        meanings: each form of the value and its effect; literal values stand in backticks.
        needs: parameters without which this one is ignored.
        default: the value without the parameter, which is not spelled.
    """

    name: str
    kind: Kind
    reason: SkipReason | None
    meanings: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()
    default: object = None

    @property
    def bad(self) -> Bad | None:
        """The result of a bad value; None where the kind has results of its own."""
        if self.reason is None:
            return None
        return Bad(self.reason, "&".join((*(f"{name}=1" for name in self.needs), f"{self.name}=")))


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
        "width",
        Number(least=1),
        skips.bad_parameter("resizing", "width"),
        (("1 or more", "Resize to this width. Alone, it keeps the aspect ratio. Never enlarges."),),
    ),
    Parameter(
        "height",
        Number(least=1),
        skips.bad_parameter("resizing", "height"),
        (("1 or more", "Resize to this height. Alone, it keeps the aspect ratio. Never enlarges."),),
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
        ),
        needs=("width", "height"),
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
        "fmt",
        Words(CONVERSIONS),
        skips.BAD_FORMAT,
        (("`webp`, `avif`, or a list", "Convert to the first format that the client accepts."),),
    ),
    Parameter(
        "quality",
        Number(most=HIGHEST_QUALITY, word=AUTO),
        skips.bad_parameter("compression", "quality"),
        (
            ("0–100", "On the JPEG scale, for every format. Never above the original's."),
            ("`auto`", "The lowest at which this picture reaches the target score of the rule."),
        ),
    ),
)
PARAMETERS = {parameter.name: parameter for parameter in _TABLE}
"""All parameters by name, in the order in which they are spelled."""

BAD = (*(parameter.bad for parameter in _TABLE if parameter.bad), *BAD_CROPS.values())
"""All ways in which a parameter can be bad, but for a crop with an area and a ratio, which names its numbers."""

GROUPS: tuple[tuple[str, ...], ...] = (*(operation.parameters for operation in OPERATIONS), ("fmt",), ("quality",))
"""Parameters that are read together, in the order in which they are spelled. One bad value voids its group."""


def overview() -> Iterator[tuple[str, str, str]]:
    """Rows for people: name, value and meaning. A row without a name belongs to the parameter above it.

    Literal values stand in backticks.
    """
    for parameter in _TABLE:
        for at, (value, meaning) in enumerate(parameter.meanings):
            yield ("" if at else parameter.name), value, meaning
