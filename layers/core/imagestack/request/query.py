"""The grammar of the query: its parameters, their canonical spelling, and nothing else (spec sections 2, 3 and 6).

`parse(canonical(p)) == p` for every `Parameters`, and `canonical(parse(q))` is the one spelling of all queries that
mean the same, so that it can serve as a cache key.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import unquote

from imagestack import skips
from imagestack.operations import CENTRE, Area, Crop, Fit, Position, Ratio, Resize, Unit
from imagestack.quality import AUTO, Auto
from imagestack.request import grammar
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Bad:
    """A parameter that says nothing usable: its reason, and the one spelling that stands for all like it."""

    reason: SkipReason
    spelling: str


@dataclass(frozen=True)
class Parameters:
    """What a query asks for; None where it does not say."""

    quality: int | Auto | Bad | None = None
    formats: tuple[str, ...] | Bad | None = None
    resize: Resize | Bad | None = None
    crop: Crop | Bad | None = None


LARGEST_NUMBER = grammar.LARGEST_NUMBER
_DIGITS = len(str(LARGEST_NUMBER))
_ASCII_DIGITS = frozenset("0123456789")

_BAD = {name: Bad(reason, spelling) for name, (reason, spelling) in grammar.BAD.items()}
_BAD_POSITION = {
    Unit.PIXELS: _BAD["crop_pixels"],
    Unit.PERCENT: _BAD["crop_percent"],
    Unit.OFFSET: _BAD["crop_offset"],
}
_OVER_100 = {Unit.PERCENT: _BAD["crop_percent_over_100"], Unit.OFFSET: _BAD["crop_offset_over_100"]}


def pairs(raw: str) -> list[tuple[str, str]]:
    """Names and values of a raw query string, percent-decoded once; a plus stays a plus."""
    return [(unquote(name), unquote(value)) for name, _, value in (part.partition("=") for part in raw.split("&"))]


def parse(query: Iterable[tuple[str, str]]) -> Parameters:
    """Read decoded pairs: the first of a repeated name counts, unknown names are passed over."""
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name, value)
    return Parameters(
        quality=_quality(first.get("quality")),
        formats=_formats(first.get("fmt")),
        resize=_resize(first.get("width"), first.get("height"), first.get("fit", grammar.FITS[0])),
        crop=_crop(first.get("crop")),
    )


def canonical(parameters: Parameters) -> str:
    """The one spelling of `parameters`, as a query string without `?`."""
    parts = []
    match parameters.resize:
        case Bad(spelling=spelling):
            parts.append(spelling)
        case Resize() as resize:
            parts.append(spell_resize(resize))
    match parameters.crop:
        case Bad(spelling=spelling):
            parts.append(spelling)
        case Crop() as crop:
            parts.append(spell_crop(crop))
    match parameters.formats:
        case Bad(spelling=spelling):
            parts.append(spelling)
        case tuple() as formats:
            parts.append(f"fmt={','.join(formats)}")
    match parameters.quality:
        case Bad(spelling=spelling):
            parts.append(spelling)
        case int() | Auto() as quality:
            parts.append(f"quality={quality}")
    return "&".join(parts)


def spell_resize(resize: Resize) -> str:
    """The parameters of a resize."""
    parts = []
    if resize.width is not None:
        parts.append(f"width={resize.width}")
    if resize.height is not None:
        parts.append(f"height={resize.height}")
    if resize.fit is not Fit.FIT:
        parts.append(f"fit={resize.fit}")
    return "&".join(parts)


def spell_crop(crop: Crop) -> str:
    """The parameter of a crop."""
    separator = ":" if isinstance(crop.size, Ratio) else ","
    size = f"{crop.size.width}{separator}{crop.size.height}"
    if crop.x == crop.y == CENTRE:
        return f"crop={size}"
    return f"crop={size},{_spell_position('x', crop.x)},{_spell_position('y', crop.y)}"


def _spell_position(axis: str, position: Position) -> str:
    match position.unit:
        case Unit.PIXELS:
            return f"{axis}{position.value}"
        case Unit.PERCENT:
            return f"{axis}{position.value}p"
        case Unit.OFFSET:
            return f"offset-{axis}{position.value}"


def _number(text: str) -> int | None:
    """A number of spec section 2, or None."""
    if not text or not _ASCII_DIGITS.issuperset(text):
        return None
    digits = text.lstrip("0")
    return LARGEST_NUMBER if len(digits) > _DIGITS else int(digits or "0")


def _positive(text: str) -> int | None:
    return _number(text) or None


def _quality(text: str | None) -> int | Auto | Bad | None:
    if text is None:
        return None
    if text == AUTO:
        return AUTO
    number = _number(text)
    return _BAD["quality"] if number is None or number > grammar.MAX_QUALITY else number


def _formats(text: str | None) -> tuple[str, ...] | Bad | None:
    if text is None:
        return None
    words = dict.fromkeys(text.split(","))
    return tuple(words) if words.keys() <= set(grammar.FORMATS) else _BAD["fmt"]


def _resize(width_text: str | None, height_text: str | None, fit: str) -> Resize | Bad | None:
    if width_text is None and height_text is None:
        return None
    width = height = None
    if width_text is not None and (width := _positive(width_text)) is None:
        return _BAD["width"]
    if height_text is not None and (height := _positive(height_text)) is None:
        return _BAD["height"]
    if width is None or height is None:
        return Resize(width, height)
    return Resize(width, height, Fit(fit)) if fit in grammar.FITS else _BAD["fit"]


def _crop(text: str | None) -> Crop | Bad | None:
    if text is None:
        return None
    tokens = text.split(",")
    colons = text.count(":")
    if colons > 1:
        return _BAD["crop_ratio"]
    if ":" in tokens[0]:
        return _crop_ratio(tokens)
    area = _area(tokens)
    if isinstance(area, Bad):
        return area
    if colons:
        return _conflict(area, _ratio(next(token for token in tokens if ":" in token)))
    return _positioned(area, tokens[2:])


def _crop_ratio(tokens: list[str]) -> Crop | Bad:
    """A crop whose first token is a ratio."""
    ratio, rest = _ratio(tokens[0]), tokens[1:]
    if isinstance(ratio, Bad):
        return ratio
    if len(rest) == len(("width", "height")) and any(_number(token) is not None for token in rest):
        return _conflict(_area(rest), ratio)
    return _positioned(ratio, rest, units={Unit.OFFSET})


def _area(tokens: list[str]) -> Area | Bad:
    width = _positive(tokens[0])
    height = _positive(tokens[1]) if len(tokens) > 1 else None
    if width is None:
        return _BAD["crop_width"]
    return _BAD["crop_height"] if height is None else Area(width, height)


def _ratio(text: str) -> Ratio | Bad:
    width_text, _, height_text = text.partition(":")
    width, height = _positive(width_text), _positive(height_text)
    if width is None:
        return _BAD["crop_ratio_width"]
    if height is None:
        return _BAD["crop_ratio_height"]
    return Ratio(width, height)


def _conflict(area: Area | Bad, ratio: Ratio | Bad) -> Bad:
    """What is wrong with an area and a ratio in one crop: their numbers, or else that there are both."""
    if isinstance(area, Bad):
        return area
    if isinstance(ratio, Bad):
        return ratio
    return Bad(
        skips.crop_conflict(area.width, area.height, ratio.width, ratio.height),
        f"crop={area.width},{area.height},{ratio.width}:{ratio.height}",
    )


def _positioned(size: Area | Ratio, tokens: list[str], units: AbstractSet[Unit] = frozenset(Unit)) -> Crop | Bad:
    """A crop of `size` with the positions that the remaining tokens give: both axes or none, x before y."""
    if not tokens:
        return Crop(size)
    read = [_position(axis, token) for axis, token in zip("xy", tokens, strict=False)]
    if len(tokens) != len("xy") or None in read:
        return _BAD["crop_no_position"]
    (x_unit, x_text), (y_unit, y_text) = (pair for pair in read if pair is not None)
    if not units >= {x_unit, y_unit}:
        return _BAD["crop_no_position"]
    x, y = _number(x_text), _number(y_text)
    if x is None or y is None:
        return _BAD_POSITION[x_unit if x is None else y_unit]
    return _within_bounds(Crop(size, Position(x_unit, x), Position(y_unit, y)))


def _within_bounds(crop: Crop) -> Crop | Bad:
    """What can be told of positions without the image."""
    if {crop.x.unit, crop.y.unit} == {Unit.PIXELS, Unit.PERCENT}:
        return _BAD["crop_mixed"]
    for position in (crop.x, crop.y):
        if position.unit in _OVER_100 and position.value > grammar.MAX_PERCENT:
            return _OVER_100[position.unit]
    return crop


def _position(axis: str, token: str) -> tuple[Unit, str] | None:
    """Unit and number text of a position token of this axis; None if it is something else."""
    if token.startswith(f"offset-{axis}"):
        return Unit.OFFSET, token.removeprefix(f"offset-{axis}")
    if not token.startswith(axis):
        return None
    if token.endswith("p"):
        return Unit.PERCENT, token[1:-1]
    return Unit.PIXELS, token[1:]
