"""The grammar of `crop` (docs/specification.md#section-3 and #section-6)."""

import pytest

from imagestack.geometry import Size
from imagestack.operations.crop import Crop
from imagestack.operations.region import Position, Ratio, Region, Unit
from imagestack.request.query import Parameters
from tests.support.strategies import HUGE, asked, part, reason


def offset(value: int) -> Position:
    return Position(Unit.OFFSET, value)


def pixels(value: int) -> Position:
    return Position(Unit.PIXELS, value)


def percent(value: int) -> Position:
    return Position(Unit.PERCENT, value)


AREA, RATIO = Size(100, 50), Ratio(4, 5)
CROPS = {
    "4:5": Region(RATIO),
    "04:005": Region(RATIO),
    "4%3A5": Region(RATIO),
    "100,50": Region(AREA),
    "0100,050": Region(AREA),
    "100%2C50": Region(AREA),
    "100,50,x10,y20": Region(AREA, (pixels(10), pixels(20))),
    "100,50,x0,y0": Region(AREA, (pixels(0), pixels(0))),
    "100,50,x010,y000": Region(AREA, (pixels(10), pixels(0))),
    "100,50,x101,y5000": Region(AREA, (pixels(101), pixels(5000))),
    "100,50,x10p,y20p": Region(AREA, (percent(10), percent(20))),
    "100,50,x0p,y100p": Region(AREA, (percent(0), percent(100))),
    "100,50,offset-x10,offset-y20": Region(AREA, (offset(10), offset(20))),
    "100,50,offset-x0,offset-y100": Region(AREA, (offset(0), offset(100))),
    "100,50,offset-x50,offset-y50": Region(AREA),
    "100,50,x100,offset-y20": Region(AREA, (pixels(100), offset(20))),
    "100,50,offset-x10,y5": Region(AREA, (offset(10), pixels(5))),
    "100,50,x25p,offset-y40": Region(AREA, (percent(25), offset(40))),
    "100,50,offset-x40,y25p": Region(AREA, (offset(40), percent(25))),
    "4:5,offset-x0,offset-y100": Region(RATIO, (offset(0), offset(100))),
}


@pytest.mark.parametrize(("value", "crop"), CROPS.items())
def test_crops(value: str, crop: Region) -> None:
    """A crop is a ratio or an area, with both positions or none, each in pixels, percent or as an offset."""
    assert asked(f"crop={value}") == Parameters({"crop": crop})


BAD_RATIO = "cropping: bad width-ratio or height-ratio parameter"
BAD_RATIO_WIDTH = "cropping: bad width ratio parameter"
BAD_RATIO_HEIGHT = "cropping: bad height ratio parameter"
BAD_WIDTH = "cropping: bad width parameter"
BAD_HEIGHT = "cropping: bad height parameter"
NO_POSITION = "cropping: x or y parameter is not specified"
BAD_PIXELS = "cropping: bad x/y pixels parameter"
BAD_PERCENT = "cropping: bad x/y percentage parameter"
BAD_OFFSET = "cropping: bad offset-x/y parameter"
MIXED = "cropping: x/y pixel and percentage values cannot be specified simultaneously"
PERCENT_OVER = "cropping: x/y percentage parameter cannot be more than 100"
OFFSET_OVER = "cropping: offset-x/y parameter cannot be more than 100"


def conflict(width: int, height: int, ratio_width: int, ratio_height: int) -> str:
    return (
        f"cropping: width={width},height={height} and width-ratio={ratio_width}:height-ratio={ratio_height}"
        " values cannot be specified simultaneously"
    )


BAD_CROPS = {
    # Not exactly one colon.
    "::": BAD_RATIO,
    "1:1:1": BAD_RATIO,
    "4:5,4:5": BAD_RATIO,
    "100,50,1:1:1": BAD_RATIO,
    # Ratios.
    ":": BAD_RATIO_WIDTH,
    ":5": BAD_RATIO_WIDTH,
    "0:5": BAD_RATIO_WIDTH,
    "a:5": BAD_RATIO_WIDTH,
    "-4:5": BAD_RATIO_WIDTH,
    "a:b": BAD_RATIO_WIDTH,
    "4:": BAD_RATIO_HEIGHT,
    "4:0": BAD_RATIO_HEIGHT,
    "4:b": BAD_RATIO_HEIGHT,
    "4:5.0": BAD_RATIO_HEIGHT,
    # Areas.
    "": BAD_WIDTH,
    ",": BAD_WIDTH,
    "0,50": BAD_WIDTH,
    "a,50": BAD_WIDTH,
    "a,b": BAD_WIDTH,
    ",50": BAD_WIDTH,
    "x10,y10": BAD_WIDTH,
    "200": BAD_HEIGHT,
    "200,": BAD_HEIGHT,
    "200,0": BAD_HEIGHT,
    "200,b": BAD_HEIGHT,
    "200,+50": BAD_HEIGHT,
    "200,x10": BAD_HEIGHT,
    "200x50": BAD_WIDTH,
    # Positions: one axis, an axis twice, y before x, unknown, too many, empty.
    "100,50,x10": NO_POSITION,
    "100,50,y10": NO_POSITION,
    "100,50,offset-x10": NO_POSITION,
    "100,50,x10,x20": NO_POSITION,
    "100,50,y10,y20": NO_POSITION,
    "100,50,x10,offset-x20": NO_POSITION,
    "100,50,y10,x10": NO_POSITION,
    "100,50,offset-y10,offset-x10": NO_POSITION,
    "100,50,z10,y10": NO_POSITION,
    "100,50,10,10": NO_POSITION,
    "100,50,X10,Y10": NO_POSITION,
    "100,50,offset-10,offset-10": NO_POSITION,
    "100,50,x10,y10,x10": NO_POSITION,
    "100,50,x10,y10,": NO_POSITION,
    "100,50,": NO_POSITION,
    "100,50,,": NO_POSITION,
    "100,50,%20x10,y10": NO_POSITION,
    # A ratio takes offsets only.
    "4:5,x10,y10": NO_POSITION,
    "4:5,x10p,y10p": NO_POSITION,
    "4:5,offset-x10,y10": NO_POSITION,
    "4:5,offset-x10": NO_POSITION,
    "4:5,offset-x10,offset-y10,offset-y10": NO_POSITION,
    "4:5,": NO_POSITION,
    "4:5,middle": NO_POSITION,
    # Numbers of positions.
    "100,50,x,y10": BAD_PIXELS,
    "100,50,x10,y": BAD_PIXELS,
    "100,50,xa,y10": BAD_PIXELS,
    "100,50,x-10,y10": BAD_PIXELS,
    "100,50,x1.5,y10": BAD_PIXELS,
    "100,50,x10,y1_0": BAD_PIXELS,
    "100,50,offset-x10,y": BAD_PIXELS,
    "100,50,xp,y10p": BAD_PERCENT,
    "100,50,x10p,yp": BAD_PERCENT,
    "100,50,x1.5p,y10p": BAD_PERCENT,
    "100,50,x-1p,y10p": BAD_PERCENT,
    "100,50,x1pp,y10p": BAD_PERCENT,
    "100,50,offset-x,offset-y10": BAD_OFFSET,
    "100,50,offset-x10,offset-y": BAD_OFFSET,
    "100,50,offset-x10p,offset-y10": BAD_OFFSET,
    "100,50,offset-x-1,offset-y10": BAD_OFFSET,
    "100,50,x10,offset-ya": BAD_OFFSET,
    "4:5,offset-x,offset-y": BAD_OFFSET,
    # Pixels on one axis with percent on the other.
    "100,50,x10,y10p": MIXED,
    "100,50,x10p,y10": MIXED,
    "100,50,x0,y0p": MIXED,
    # Above 100.
    "100,50,x101p,y10p": PERCENT_OVER,
    "100,50,x10p,y101p": PERCENT_OVER,
    "100,50,x101p,offset-y10": PERCENT_OVER,
    "100,50,offset-x101,offset-y10": OFFSET_OVER,
    "100,50,offset-x10,offset-y101": OFFSET_OVER,
    "100,50,x5000,offset-y101": OFFSET_OVER,
    "4:5,offset-x10,offset-y101": OFFSET_OVER,
    # Area and ratio in one.
    "100,50,4:5": conflict(100, 50, 4, 5),
    "4:5,100,50": conflict(100, 50, 4, 5),
    "0100,050,04:05": conflict(100, 50, 4, 5),
    "0,50,4:5": BAD_WIDTH,
    "100,0,4:5": BAD_HEIGHT,
    "100,50,0:5": BAD_RATIO_WIDTH,
    "100,50,4:0": BAD_RATIO_HEIGHT,
    "4:5,0,50": BAD_WIDTH,
    "4:5,100,b": BAD_HEIGHT,
    "0:5,100,50": BAD_RATIO_WIDTH,
    "4:0,100,50": BAD_RATIO_HEIGHT,
}


@pytest.mark.parametrize(("value", "expected"), BAD_CROPS.items())
def test_bad_crops(value: str, expected: str) -> None:
    """A crop that cannot be read has the exact reason of docs/specification.md#section-6."""
    assert reason(part(asked(f"crop={value}"), Crop)) == expected


@pytest.mark.parametrize("value", [f"{HUGE},50,x{HUGE},y{HUGE}", f"100,{HUGE}", f"{HUGE}:{HUGE}"])
def test_huge_crops(value: str) -> None:
    """Numbers too large to be meant do not make a crop bad."""
    assert isinstance(part(asked(f"crop={value}"), Crop), Crop)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(f"100,50,x{HUGE}p,y1p", PERCENT_OVER), (f"100,50,offset-x{HUGE},offset-y1", OFFSET_OVER)],
    ids=["percent", "offset"],
)
def test_huge_percentages(value: str, expected: str) -> None:
    """A huge percentage is above 100, not bad."""
    assert reason(part(asked(f"crop={value}"), Crop)) == expected


def test_huge_conflict() -> None:
    """A reason repeats validated integers only, never thousands of a viewer's digits."""
    assert len(reason(part(asked(f"crop={HUGE},{HUGE},{HUGE}:{HUGE}"), Crop))) < 200
