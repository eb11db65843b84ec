"""The values of `crop`, `area` and `gravity`: kinds with positions (docs/specification.md#section-3-crop)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from imagestack import skips
from imagestack.geometry import Size
from imagestack.operations.gravity import Anchor, Gravity, Spot
from imagestack.operations.region import Position, Ratio, Region, Unit
from imagestack.request.kinds import Bad, whole_number

_MAX_PERCENT = 100

# Each way of being bad, by the name that the reader of the edge has for it too.
BAD_CROPS = {
    "width": Bad(skips.CROP_BAD_WIDTH, "crop="),
    "height": Bad(skips.CROP_BAD_HEIGHT, "crop=1"),
    "ratio": Bad(skips.CROP_BAD_RATIO, "crop=::"),
    "ratio_width": Bad(skips.CROP_BAD_RATIO_WIDTH, "crop=:1"),
    "ratio_height": Bad(skips.CROP_BAD_RATIO_HEIGHT, "crop=1:"),
    "no_position": Bad(skips.CROP_NO_POSITION, "crop=1,1,"),
    "pixels": Bad(skips.CROP_BAD_PIXELS, "crop=1,1,x,y"),
    "percent": Bad(skips.CROP_BAD_PERCENT, "crop=1,1,xp,yp"),
    "offset": Bad(skips.CROP_BAD_OFFSET, "crop=1,1,offset-x,offset-y"),
    "mixed": Bad(skips.CROP_MIXED, "crop=1,1,x0,y0p"),
    "percent_over_100": Bad(skips.CROP_PERCENT_OVER_100, "crop=1,1,x101p,y0p"),
    "offset_over_100": Bad(skips.CROP_OFFSET_OVER_100, "crop=1,1,offset-x101,offset-y0"),
}


@dataclass(frozen=True)
class CropValue:
    """An area or a ratio, with or without a position on each axis."""

    def read(self, text: str) -> Region | Bad:
        """The region, or which part of it is bad."""
        tokens = text.split(",")
        colons = text.count(":")
        if colons > 1:
            return BAD_CROPS["ratio"]
        if ":" in tokens[0]:
            return _ratio_region(tokens)
        extent = _dimensions(tokens)
        if isinstance(extent, Bad):
            return extent
        if colons:
            return _conflict(extent, _ratio(next(token for token in tokens if ":" in token)))
        return _positioned(extent, tokens[2:])

    def spell(self, value: Region) -> str:
        """The size or ratio, and the position if there is one."""
        separator = ":" if isinstance(value.extent, Ratio) else ","
        extent = f"{value.extent.width}{separator}{value.extent.height}"
        positions = (_spell_position(*pair) for pair in zip("xy", value.position or (), strict=False))
        return ",".join((extent, *positions))

    @property
    def facts(self) -> Mapping[str, object]:
        """What stands for each way of being bad."""
        return {"kind": "crop", "bad": {name: bad.spelling for name, bad in BAD_CROPS.items()}}


@dataclass(frozen=True)
class AreaValue:
    """A value as of `crop`, where all ways of being bad are one."""

    def read(self, text: str) -> Region | None:
        """The region. The position in the centre is left out, since nothing else would move it."""
        region = CropValue().read(text)
        if isinstance(region, Bad):
            return None
        return replace(region, position=None) if region.is_centred else region

    def spell(self, value: Region) -> str:
        """The size or ratio, and the position if there is one."""
        return CropValue().spell(value)

    @property
    def facts(self) -> Mapping[str, object]:
        """The reader of the edge needs to know nothing."""
        return {"kind": "area"}


@dataclass(frozen=True)
class GravityValue:
    """A side, a corner, `center`, `focus`, or a point in percent like `x30p,y40p`."""

    def read(self, text: str) -> Gravity | None:
        """Read a word or a point."""
        if text in list(Anchor):
            return Anchor(text)
        x, _, y = text.partition(",")
        left, top = _percent("x", x), _percent("y", y)
        return None if left is None or top is None else Spot(left, top)

    def spell(self, value: Gravity) -> str:
        """Return the word, or the point without leading zeros."""
        return f"x{value.x}p,y{value.y}p" if isinstance(value, Spot) else str(value)

    @property
    def facts(self) -> Mapping[str, object]:
        """The allowed words, for the reader of the edge."""
        return {"kind": "gravity", "words": [str(word) for word in Anchor]}


def _percent(axis: str, token: str) -> int | None:
    """The number of a token like `x30p`; None for anything else, and above 100."""
    unit, text = _position(axis, token) or (None, "")
    number = whole_number(text)
    return number if unit is Unit.PERCENT and number is not None and number <= _MAX_PERCENT else None


def _spell_position(axis: str, position: Position) -> str:
    match position.unit:
        case Unit.PIXELS:
            return f"{axis}{position.value}"
        case Unit.PERCENT:
            return f"{axis}{position.value}p"
        case Unit.OFFSET:
            return f"offset-{axis}{position.value}"


def _positive(text: str) -> int | None:
    return whole_number(text) or None


def _ratio_region(tokens: list[str]) -> Region | Bad:
    """A region whose first token is a ratio."""
    ratio, rest = _ratio(tokens[0]), tokens[1:]
    if isinstance(ratio, Bad):
        return ratio
    if len(rest) == len(("width", "height")) and any(whole_number(token) is not None for token in rest):
        return _conflict(_dimensions(rest), ratio)
    return _positioned(ratio, rest, units={Unit.OFFSET})


def _dimensions(tokens: list[str]) -> Size | Bad:
    width = _positive(tokens[0])
    height = _positive(tokens[1]) if len(tokens) > 1 else None
    if width is None:
        return BAD_CROPS["width"]
    return BAD_CROPS["height"] if height is None else Size(width, height)


def _ratio(text: str) -> Ratio | Bad:
    width_text, _, height_text = text.partition(":")
    width, height = _positive(width_text), _positive(height_text)
    if width is None:
        return BAD_CROPS["ratio_width"]
    if height is None:
        return BAD_CROPS["ratio_height"]
    return Ratio(width, height)


def _conflict(extent: Size | Bad, ratio: Ratio | Bad) -> Bad:
    """A value with a size and a ratio: the first bad number, or else that there are both."""
    if isinstance(extent, Bad):
        return extent
    if isinstance(ratio, Bad):
        return ratio
    return Bad(
        skips.crop_conflict(extent.width, extent.height, ratio.width, ratio.height),
        f"crop={extent.width},{extent.height},{ratio.width}:{ratio.height}",
    )


def _positioned(extent: Size | Ratio, tokens: list[str], units: AbstractSet[Unit] = frozenset(Unit)) -> Region | Bad:
    """A region at the position that the remaining tokens give: both axes or none, x before y."""
    if not tokens:
        return Region(extent)
    read = [_position(axis, token) for axis, token in zip("xy", tokens, strict=False)]
    if len(tokens) != len("xy") or None in read:
        return BAD_CROPS["no_position"]
    (x_unit, x_text), (y_unit, y_text) = (pair for pair in read if pair is not None)
    if not units >= {x_unit, y_unit}:
        return BAD_CROPS["no_position"]
    x, y = whole_number(x_text), whole_number(y_text)
    if x is None or y is None:
        return BAD_CROPS[x_unit if x is None else y_unit]
    return _within_bounds(Region(extent, (Position(x_unit, x), Position(y_unit, y))))


def _within_bounds(region: Region) -> Region | Bad:
    """Check what needs no image."""
    positions = region.position or ()
    if {position.unit for position in positions} == {Unit.PIXELS, Unit.PERCENT}:
        return BAD_CROPS["mixed"]
    for position in positions:
        if position.unit is not Unit.PIXELS and position.value > _MAX_PERCENT:
            return BAD_CROPS[f"{position.unit}_over_100"]
    return region


def _position(axis: str, token: str) -> tuple[Unit, str] | None:
    """Unit and number text of a position token of this axis; None if it is something else."""
    if token.startswith(f"offset-{axis}"):
        return Unit.OFFSET, token.removeprefix(f"offset-{axis}")
    if not token.startswith(axis):
        return None
    if token.endswith("p"):
        return Unit.PERCENT, token[1:-1]
    return Unit.PIXELS, token[1:]
