"""Photographs for seeds; and what must hold for any bytes that are taken for a picture.

Before the picture stand six bytes that say what is to be made of it, so that they are mutated too.
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

WISHES = 6
_SIDE = 512
_LIMITS = Limits(original_bytes=200_000, original_pixels=_SIDE * _SIDE, original_side=_SIDE)
_BUDGET = Budget(2 * 10**9, 60)
_FITS = ("fit", "bounds", "cover", "force")
_FORMATS = ("", "webp", "", "webp", "", "avif")
_CROPS = ("", "1:1", "4:5,offset-x0,offset-y100", "20,30,x1,y2", "7,300", "9,8,x50p,y10p", "1,1,x0,y0", "1:40")
_LOSSLESS, _LINEAR, _CHOSEN, _PALETTE = 1, 2, 28, 32


@cache
def photograph(width: int, height: int) -> Image.Image:
    """One of those that scikit-image brings along, whose package is not imported for it."""
    spec = find_spec("skimage")
    assert spec
    assert spec.origin
    with Image.open(Path(spec.origin).parent / "data" / "astronaut.png") as image:
        return image.convert("RGB").resize((width, height))


def saved(image: Image.Image, form: str, **settings: Any) -> bytes:  # noqa: ANN401 - settings of Pillow's writers
    """An image as a file."""
    output = BytesIO()
    image.save(output, form, **settings)
    return output.getvalue()


def wish(wishes: bytes) -> tuple[str, ImageStack]:
    """The query and the options that six bytes stand for."""
    fmt, width, height, fit, crop, flags = wishes
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
    """What is done with a picture, and what comes of it; None where it is refused as it may be.

    Raises:
        Exception: whatever is not documented.
    """
    wishes, body = data[:WISHES].ljust(WISHES, b"\0"), data[WISHES:]
    fmt = ORIGINALS.get(detect(body) or "")
    if fmt is None:
        return None
    query, options = wish(wishes)
    plan = make_plan(parse(pairs(query)), options, ("avif", "webp"))
    try:
        work = decide(plan, read_facts(body, fmt), _LIMITS, _BUDGET)
        return None if isinstance(work, Skip) else (work, transform(body, work))
    except (DamagedImageError, EncodeError, MemoryError):
        return None


def check(data: bytes) -> None:
    """A picture becomes one of exactly the promised size, without metadata, or what is documented is raised."""
    found = made(data)
    if found is not None:
        as_promised(*found)


def as_promised(work: Work, encoded: Encoded) -> None:
    """A result has the size that it is to have, and no metadata."""
    with Image.open(BytesIO(encoded.body), formats=[work.format.codec]) as image:
        image.load()
        assert image.size == (work.size.width, work.size.height), (image.size, work)
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info), image.info.keys()
