"""Colour management: results are sRGB, whatever profile the original has."""

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
# The colour space that a profile must have, by the mode of the pixels.
_SPACES = {"RGB": "RGB", "CMYK": "CMYK", "L": "GRAY"}
_WHITE_STAYS_WHITE = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Convert to sRGB: RGB, grey (both with or without alpha, which is kept) and CMYK.

    As in browsers, a profile that cannot be read, or that is for another colour space than the pixels, has no effect.
    """
    if image.mode in ("RGBA", "LA"):
        opaque = to_srgb(image.convert(image.mode.removesuffix("A")), icc_profile)
        opaque.putalpha(image.getchannel("A"))
        return opaque
    profile = _profile(icc_profile, image.mode) if icc_profile else None
    if profile is not None:
        converted = ImageCms.profileToProfile(
            image, profile, _SRGB, renderingIntent=_WHITE_STAYS_WHITE, outputMode="RGB", flags=_FLAGS
        )
        if converted is not None:
            return converted.convert("L") if image.mode == "L" else converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _profile(icc_profile: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    """The profile; None if it is sRGB, cannot be read, or does not apply to pixels of this mode."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
        space = profile.profile.xcolor_space.strip()
        description = ImageCms.getProfileDescription(profile)
    except (OSError, ImageCms.PyCMSError):
        return None
    return profile if space == _SPACES.get(mode) and "sRGB" not in description else None
