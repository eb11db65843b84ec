"""Scaling in linear light: averages of light, not of the numbers of sRGB that stand for it."""

from collections.abc import Callable

from PIL import Image, ImageMath

# Light in so many steps holds all 256 numbers apart, also where they stand for little of it.
_FULL = 65_535
_HIGHEST = 255
# What covers less than half a step of alpha is not seen at all.
_LEAST_SEEN = 0.5

_Scale = Callable[[Image.Image], Image.Image]


def in_linear_light(image: Image.Image, scale: _Scale) -> Image.Image:
    """Scale grey or RGB, both with or without alpha, whose numbers mean sRGB.

    Bands are taken one after another: as light they have four bytes a pixel each.

    Args:
        image: of mode L, LA, RGB or RGBA.
        scale: does so with an image of one band of numbers of 32 bits.
    """
    names = image.getbands()
    if names[-1] != "A":
        return Image.merge(image.mode, [_numbers(scale(_light(image, name, "I"))) for name in names])
    alpha = image.getchannel("A").convert("F")
    scaled = scale(alpha)
    bands = [_numbers(_divided(scale(_seen(image, name, alpha)), scaled)) for name in names[:-1]]
    # Converted to eight bits, fractions are cut off and what is out of range is clipped.
    return Image.merge(image.mode, [*bands, scaled.point(lambda value: value + 0.5).convert("L")])


def _seen(image: Image.Image, band: str, alpha: Image.Image) -> Image.Image:
    """The light of a band that its alpha lets be seen."""
    light = _light(image, band, "F")
    seen: Image.Image = ImageMath.lambda_eval(lambda of: of["light"] * of["alpha"], light=light, alpha=alpha)
    return seen


def _divided(seen: Image.Image, alpha: Image.Image) -> Image.Image:
    """The light that was there, as whole numbers."""
    light: Image.Image = ImageMath.lambda_eval(
        lambda of: of["int"](of["seen"] / of["max"](of["alpha"], _LEAST_SEEN) + 0.5), seen=seen, alpha=alpha
    )
    return light


def _light(image: Image.Image, band: str, mode: str) -> Image.Image:
    return image.getchannel(band).point(_LIGHT, mode)


def _numbers(light: Image.Image) -> Image.Image:
    """The numbers of sRGB; light beyond the table, which Lanczos makes beside edges, is black or white."""
    return light.point(_NUMBERS, "L")


def _linear(value: float) -> float:
    """Light for a number of sRGB, both from 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - of the standard


def _gamma(light: float) -> float:
    """The inverse of `_linear`."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004 - likewise


_LIGHT = [round(_linear(value / _HIGHEST) * _FULL) for value in range(_HIGHEST + 1)]
_NUMBERS = [round(_gamma(light / _FULL) * _HIGHEST) for light in range(_FULL + 1)]
