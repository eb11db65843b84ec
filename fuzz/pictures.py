"""Photographs for seeds, and the properties that hold for all bytes that are decoded as a picture.

Six bytes before the picture choose the operations and options, so that these are mutated too.
"""

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from imagestack.errors import DamagedImageError, EncodeError
from imagestack.formats import ORIGINALS, detect
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Skip, Work
from imagestack.quality import AUTO
from imagestack.request.query import pairs, parse
from imagestack.rules.options import ImageStack
from imagestack.transform import Encoded, read_facts, transform

CHOICE_BYTES = 6
_SIDE = 512
_LIMITS = Limits(original_bytes=200_000, original_pixels=_SIDE * _SIDE, original_side=_SIDE)
_BUDGET = Budget(2 * 10**9, 60)
_FITS = ("fit", "bounds", "cover", "force")
_FORMATS = ("", "webp", "", "webp", "", "avif")
_CROPS = ("", "1:1", "4:5,offset-x0,offset-y100", "20,30,x1,y2", "7,300", "9,8,x50p,y10p", "1,1,x0,y0", "1:40")
_LOSSLESS, _LINEAR, _CHOSEN, _PALETTE = 1, 2, 28, 32


@cache
def photograph(width: int, height: int) -> Image.Image:
    """A photograph that scikit-image ships, read without importing the package."""
    spec = find_spec("skimage")
    assert spec
    assert spec.origin
    with Image.open(Path(spec.origin).parent / "data" / "astronaut.png") as image:
        return image.convert("RGB").resize((width, height))


def saved(image: Image.Image, form: str, **settings: Any) -> bytes:  # noqa: ANN401 - settings of Pillow's writers
    """Encode an image."""
    output = BytesIO()
    image.save(output, form, **settings)
    return output.getvalue()


def options_of(chosen: bytes) -> tuple[str, ImageStack]:
    """The query and the options that six bytes stand for."""
    fmt, width, height, fit, crop, flags = chosen
    said = {"width": width, "height": height, "crop": _CROPS[crop % len(_CROPS)], "fmt": _FORMATS[fmt % len(_FORMATS)]}
    query = "&".join(f"{name}={value}" for name, value in said.items() if value)
    options = ImageStack(
        enabled=True,
        quality=AUTO if flags & _CHOSEN == _CHOSEN else 80,
        png_lossless=bool(flags & _LOSSLESS),
        linear=bool(flags & _LINEAR),
        png_palette=bool(flags & _PALETTE),
    )
    return f"{query}&fit={_FITS[fit % len(_FITS)]}", options


def made(data: bytes) -> tuple[Work, Encoded] | None:
    """Process a picture; returns the work and its result, or None if the picture is refused with a documented error.

    Raises:
        Exception: any undocumented error, which is a finding.
    """
    chosen, body = data[:CHOICE_BYTES].ljust(CHOICE_BYTES, b"\0"), data[CHOICE_BYTES:]
    fmt = ORIGINALS.get(detect(body) or "")
    if fmt is None:
        return None
    query, options = options_of(chosen)
    plan = make_plan(parse(pairs(query)), options, ("avif", "webp"))
    try:
        work = decide(plan, read_facts(body, fmt), _LIMITS, _BUDGET)
        return None if isinstance(work, Skip) else (work, transform(body, work))
    except (DamagedImageError, EncodeError, MemoryError):
        return None


def check(data: bytes) -> None:
    """The result has exactly the planned size and no metadata, or the picture is refused with a documented error."""
    found = made(data)
    if found is not None:
        as_promised(*found)


def as_promised(work: Work, encoded: Encoded) -> None:
    """The result has the planned size and no metadata."""
    with Image.open(BytesIO(encoded.body), formats=[work.format.codec]) as image:
        image.load()
        assert image.size == (work.size.width, work.size.height), (image.size, work)
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info), image.info.keys()
