"""Pictures that are encoded a second time: the refinement is compared with the first result."""

from dataclasses import replace
from io import BytesIO
from random import Random

from PIL import Image

from fuzz.pictures import CHOICE_BYTES, as_promised, made, photograph, saved
from fuzz.target import Target
from fuzz.targets import jpeg, png
from imagestack.effort import Effort
from imagestack.errors import DamagedImageError, EncodeError
from imagestack.plan.work import Work
from imagestack.transform import Encoded
from imagestack.transform.refine import refine

_PNG = b"\x89PNG"


def refined(data: bytes) -> tuple[Work, Encoded, Encoded | None] | None:
    """Process and refine a picture; returns the work and both results, or None if the picture is refused.

    Raises:
        Exception: any undocumented error, which is a finding.
    """
    found = made(data)
    if found is None:
        return None
    work, first = found
    quality = work.quality if first.quality is None else first.quality
    work = replace(work, effort=Effort.REFINED, quality=quality, target=None)
    try:
        return work, first, refine(data[CHOICE_BYTES:], first.body, work)
    except (DamagedImageError, EncodeError, MemoryError):
        return None


def check(data: bytes) -> None:
    """The refinement has the planned size and is smaller; lossless work changes no pixel."""
    found = refined(data)
    if found is None:
        return
    work, first, second = found
    if second is None:
        return
    as_promised(work, second)
    assert len(second.body) < len(first.body)
    if work.lossless and not work.tries_palette:
        assert _pixels(second.body) == _pixels(first.body)


def _pixels(body: bytes) -> bytes:
    with Image.open(BytesIO(body), formats=["PNG", "WEBP"]) as image:
        return image.convert("RGBA").tobytes()


def mutate(data: bytes, random: Random) -> bytes:
    """Mutate a picture as its format requires."""
    change = png.mutate if data.startswith(_PNG, CHOICE_BYTES) else jpeg.mutate
    return change(data, random)


def _seeds() -> list[bytes]:
    small = photograph(40, 30)
    # Few enough colours for a drawing, but too many for a palette.
    drawn = Image.new("RGB", (64, 64), "white")
    drawn.paste(Image.radial_gradient("L").resize((20, 20)).convert("RGB"), (8, 8))
    drawn.paste(Image.linear_gradient("L").resize((20, 20)).convert("RGB"), (36, 36))
    clear = drawn.copy()
    clear.putalpha(Image.linear_gradient("L").resize((64, 64)))
    pictures = [
        ((0, 20, 0, 0, 0, 0), saved(small, "JPEG", quality=80)),
        ((1, 0, 0, 0, 0, 0), saved(small, "JPEG", progressive=True)),
        ((5, 16, 9, 0, 1, 0), saved(small, "JPEG", quality=90)),
        ((0, 12, 0, 0, 0, 32), saved(small, "PNG")),
        ((0, 60, 0, 0, 0, 32), saved(drawn, "PNG")),
        ((0, 0, 0, 0, 3, 32), saved(clear, "PNG")),
        ((1, 0, 0, 0, 0, 1), saved(clear, "PNG")),
        ((5, 30, 0, 0, 0, 0), saved(clear, "PNG")),
    ]
    return [bytes(chosen) + body for chosen, body in pictures]


TARGET = Target(check, _seeds, mutate, longest=16_384)
