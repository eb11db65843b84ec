"""Results of the product for one original, without stores and headers."""

from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagestack.formats import ORIGINALS, detect
from imagestack.geometry import Point
from imagestack.limits import Limits
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.rules.options import ImageStack
from imagestack.skips import join
from imagestack.transform import read_facts, transform
from tests.support.decided import PLENTY
from tests.support.images import encoded
from tests.support.strategies import asked

ON = ImageStack(enabled=True)


@dataclass(frozen=True)
class Result:
    """A decoded result.

    Attributes:
        pixels: rows, columns, and red, green, blue and alpha from 0 to 255.
        operations: what is performed, in order.
        reasons: the value of the header of skip reasons; empty without one.
        mode: mode of the decoded file.
    """

    pixels: NDArray[np.float64]
    operations: tuple[str, ...]
    reasons: str
    mode: str


def stored(pixels: NDArray[np.float64], form: str = "PNG", **settings: Any) -> bytes:
    """The file of a picture of red, green, blue and alpha; without alpha where all of it is opaque."""
    image = Image.fromarray(pixels.astype(np.uint8))
    return encoded(image if pixels[..., 3].min() < 255 else image.convert("RGB"), form, **settings)


def decided(facts: Facts, query: str, option: ImageStack = ON) -> Work | Skip:
    """The work for an original, for a client that accepts no format by name."""
    return decide(make_plan(asked(query), option, ()), facts, Limits(), PLENTY)


def result(body: bytes, query: str, option: ImageStack = ON, focus: tuple[int, int] | None = None) -> Result:
    """Transform an original. Where nothing is done, the result is the original.

    Args:
        body: the file of the original.
        query: raw.
        option: of the rule.
        focus: the point that is stored with it, in percent.
    """
    facts = read_facts(body, ORIGINALS[detect(body) or ""])
    if focus is not None:
        facts = replace(facts, focus=Point(Fraction(focus[0], 100), Fraction(focus[1], 100)))
    work = decided(facts, query, option)
    operations: tuple[str, ...] = ()
    if isinstance(work, Work):
        body, operations = transform(body, work).body, work.operations
    with Image.open(BytesIO(body)) as image:
        return Result(np.asarray(image.convert("RGBA"), dtype=float), operations, join(work.reasons), image.mode)
