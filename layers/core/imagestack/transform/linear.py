"""Scaling in linear light: it averages light, not the sRGB values that encode it."""

from collections.abc import Callable

from PIL import Image, ImageMath

# This many steps of light keep all 256 sRGB values distinct, the darkest ones too.
_FULL = 65_535
_HIGHEST = 255
# A pixel of less than half a step of alpha is invisible.
_LEAST_SEEN = 0.5

_Scale = Callable[[Image.Image], Image.Image]


def in_linear_light(image: Image.Image, scale: _Scale) -> Image.Image:
    """Scale grey or RGB in sRGB, both with or without alpha.

    It works band by band, since a band of light has four bytes a pixel.

    Args:
        image: of mode L, LA, RGB or RGBA.
        scale: scales an image of one 32-bit band.
    """
    names = image.getbands()
    if names[-1] != "A":
        return Image.merge(image.mode, [_srgb(scale(_light(image, name, "I"))) for name in names])
    alpha = image.getchannel("A").convert("F")
    scaled = scale(alpha)
    bands = [_srgb(_divided(scale(_seen(image, name, alpha)), scaled)) for name in names[:-1]]
    # The conversion to eight bits truncates fractions and clips values.
    return Image.merge(image.mode, [*bands, scaled.point(lambda value: value + 0.5).convert("L")])


def _seen(image: Image.Image, band: str, alpha: Image.Image) -> Image.Image:
    """The light of a band, weighted with alpha."""
    light = _light(image, band, "F")
    seen: Image.Image = ImageMath.lambda_eval(lambda of: of["light"] * of["alpha"], light=light, alpha=alpha)
    return seen


def _divided(seen: Image.Image, alpha: Image.Image) -> Image.Image:
    """The light without the weight of its alpha, as whole numbers."""
    light: Image.Image = ImageMath.lambda_eval(
        lambda of: of["int"](of["seen"] / of["max"](of["alpha"], _LEAST_SEEN) + 0.5), seen=seen, alpha=alpha
    )
    return light


def _light(image: Image.Image, band: str, mode: str) -> Image.Image:
    return image.getchannel(band).point(_LIGHT, mode)


def _srgb(light: Image.Image) -> Image.Image:
    """The sRGB values. Light beyond the table, which Lanczos makes beside edges, becomes black or white."""
    return light.point(_SRGB, "L")


def _linear(value: float) -> float:
    """The light of an sRGB value, both from 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - constants of the standard


def _gamma(light: float) -> float:
    """The inverse of `_linear`."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004 - constants of the standard


_LIGHT = [round(_linear(value / _HIGHEST) * _FULL) for value in range(_HIGHEST + 1)]
_SRGB = [round(_gamma(light / _FULL) * _HIGHEST) for light in range(_FULL + 1)]
