"""What will be done, as far as it can be known before a byte of the original is read."""

from dataclasses import dataclass

from imagestack import skips
from imagestack.operations import Crop, Resize
from imagestack.quality import ScoreTarget
from imagestack.request.query import Bad, Parameters, spell_crop, spell_resize
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Plan:
    """What will be done with an original.

    Attributes:
        resize: the resize, if one is asked.
        crop: the crop, if one is asked.
        formats: formats to convert to, the best first; the others stand in where it cannot be made.
        formats_from_query: `fmt` named them, not a rule.
        quality: 0 to 100 on the JPEG scale, or what the picture is to look like.
        quality_from_query: the query named it; a quality from a rule gives way to the original's (spec section 4).
        png_lossless: a PNG original is never compressed with loss.
        png_palette: a PNG that is encoded once more may lose what cannot be seen.
        linear: the resize averages light.
        reasons: what is skipped already. They are of this request and no part of what is made.
    """

    resize: Resize | None
    crop: Crop | None
    formats: tuple[str, ...]
    formats_from_query: bool
    quality: int | ScoreTarget
    quality_from_query: bool
    png_lossless: bool
    png_palette: bool = False
    linear: bool = False
    reasons: tuple[SkipReason, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, whatever the original is."""
        return self.resize is None and self.crop is None and not self.formats

    def canonical(self) -> str:
        """The spelling of everything that decides about the bytes to be made: equal plans have equal spellings."""
        parts = []
        if self.resize:
            parts.append(spell_resize(self.resize))
        if self.crop:
            parts.append(spell_crop(self.crop))
        if self.formats:
            parts.append(f"{'fmt' if self.formats_from_query else 'auto'}={','.join(self.formats)}")
        parts.append(f"{'quality' if self.quality_from_query else 'preset'}={self.quality}")
        if self.png_lossless:
            parts.append("lossless")
        # A PNG is only made by a resize or a crop, and `png_lossless` forbids the palette.
        elif self.png_palette and (self.resize or self.crop):
            parts.append("palette")
        if self.linear and self.resize:
            parts.append("linear")
        return "&".join(parts)


def make_plan(parameters: Parameters, options: ImageStack, accepted: tuple[str, ...]) -> Plan:
    """Put together what a query asks for, what the options say and what the client can decode."""
    reasons = []

    quality = parameters.quality
    if isinstance(quality, Bad):
        reasons.append(quality.reason)
        quality = None

    # A fmt in the query replaces the automatic choice, even if it is bad or not accepted (spec section 4).
    formats = tuple(name for name in accepted if name in options.formats)
    match parameters.formats:
        case Bad(reason=reason):
            reasons.append(reason)
            formats = ()
        case tuple() as asked:
            formats = tuple(name for name in asked if name in accepted)
            if not formats:
                reasons.append(skips.FORMAT_NOT_ACCEPTED)

    resize, crop = parameters.resize, parameters.crop
    if isinstance(resize, Bad):
        reasons.append(resize.reason)
        resize = None
    if isinstance(crop, Bad):
        reasons.append(crop.reason)
        crop = None

    return Plan(
        resize=resize,
        crop=crop,
        formats=formats,
        formats_from_query=parameters.formats is not None,
        quality=options.quality_for(quality),
        quality_from_query=quality is not None,
        png_lossless=options.png_lossless,
        png_palette=options.png_palette,
        linear=options.linear,
        reasons=tuple(reasons),
    )
