"""The steps between decoding and encoding, in their order. Each takes a `Picture` and returns one."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image, ImageMath

from imagestack.geometry import Box, round_half_up
from imagestack.plan.work import Work
from imagestack.transform.colour import to_srgb
from imagestack.transform.picture import Picture

# Beyond this reduction a box filter runs before Lanczos. At 3 nobody sees the difference (Pillow's documentation).
REDUCING_GAP = 3.0
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_EIGHT_BITS = 255
_SIXTEEN_BITS = 16
_SIXTEEN_TO_EIGHT = 257
_NARROWED_PIXELS = 256 * 1024
_SIXTEEN_BIT_GREY = ("I", "I;16", "I;16B", "I;16L")
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_WITHOUT_ALPHA = {"LA": "L", "RGBA": "RGB"}
_COLOUR = {"L": "RGB", "LA": "RGBA"}
_WHITE, _TRANSPARENT = (255, 255, 255, 255), (255, 255, 255, 0)


def eight_bits(picture: Picture, _: Work) -> Picture:
    """Make eight bits of the samples, and of the transparent colour, which Pillow leaves as the file has it.

    Pillow itself would clip grey of sixteen bits at 255. Of colours of sixteen bits it takes the high byte, so that the
    transparent one includes all with the same high bytes.
    """
    image = picture.image
    key = image.info.get("transparency")
    if image.mode in _SIXTEEN_BIT_GREY:
        return replace(picture, image=_narrowed(image, key if isinstance(key, int) else None))
    if isinstance(key, tuple) and picture.depth == _SIXTEEN_BITS:
        image.info["transparency"] = tuple(value >> 8 for value in key)
    elif isinstance(key, int) and image.mode == "L":
        image.info["transparency"] = key * _EIGHT_BITS // (2**picture.depth - 1)
    return picture


def _narrowed(image: Image.Image, key: int | None) -> Image.Image:
    """Reduce grey of sixteen bits to eight, with alpha where one value is transparent."""
    # A few rows at a time, since the conversion takes up to 20 bytes a pixel.
    narrow = Image.new("L" if key is None else "LA", image.size)
    rows = max(_NARROWED_PIXELS // image.width, 1)
    for top in range(0, image.height, rows):
        grey = image.crop((0, top, image.width, min(top + rows, image.height))).convert("I")
        strip = grey.point(lambda value: value * (1 / _SIXTEEN_TO_EIGHT) + 0.5).convert("L")
        if key is not None:
            opaque = ImageMath.lambda_eval(lambda names: (names["grey"] != key) * _EIGHT_BITS, grey=grey)
            strip.putalpha(opaque.convert("L"))
        narrow.paste(strip, (0, top))
    return narrow


def true_colour(picture: Picture, work: Work) -> Picture:
    """Turn palettes and transparent colours into channels, unless the result keeps the palette and is only cut."""
    image = picture.image
    keeps = work.format.palette and not (work.resized or work.padded or work.flattens)
    if keeps and not picture.icc_profile:
        return picture
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    if "transparency" in image.info and image.mode in _WITH_ALPHA:
        image = image.convert(_WITH_ALPHA[image.mode])
    return replace(picture, image=image)


def area(picture: Picture, work: Work) -> Picture:
    """Cut out what `area` keeps, in the orientation of the file, unless the decoder has cut."""
    if work.area is None or work.streams:
        return picture
    return replace(picture, image=_cut(picture.image, work.area.stored(work.orientation, work.facts.stored_size)))


def resize(picture: Picture, work: Work) -> Picture:
    """Scale by Lanczos, with colours weighted by alpha, unless the decoder has scaled."""
    if not work.resized or work.streams:
        return picture
    scaled = work.resized.scaled
    size = scaled.swapped if work.swaps_axes else scaled

    def scale(image: Image.Image) -> Image.Image:
        return image.resize((size.width, size.height), Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)

    if not work.options.linear:
        return replace(picture, image=scale(picture.image))
    from imagestack.transform.linear import in_linear_light  # noqa: PLC0415 - few requests need it, and its tables take time

    # Only values of sRGB say how much light they stand for.
    picture = srgb(picture, work)
    return replace(picture, image=in_linear_light(picture.image, scale))


def upright(picture: Picture, work: Work) -> Picture:
    """Apply the EXIF orientation and all turns at once."""
    method = _TRANSPOSE.get(work.orientation)
    return picture if method is None else replace(picture, image=picture.image.transpose(method))


def crop(picture: Picture, work: Work) -> Picture:
    """Cut out what `fit=fit` and `crop` keep, unless the decoder has cut."""
    box = work.cut
    if box is None or work.streams:
        return picture
    return replace(picture, image=_cut(picture.image, box))


def _cut(image: Image.Image, box: Box) -> Image.Image:
    return image.crop((box.left, box.top, box.right, box.bottom))


def srgb(picture: Picture, _: Work) -> Picture:
    """Convert to sRGB, since the result has no profile."""
    return replace(picture, image=to_srgb(picture.image, picture.icc_profile), icc_profile=None)


def flatten(picture: Picture, work: Work) -> Picture:
    """Put transparent pixels on the background."""
    image = picture.image
    if not work.flattens or image.mode not in _WITHOUT_ALPHA:
        return picture
    colour = _background(work)
    flat = Image.alpha_composite(Image.new("RGBA", image.size, colour), image.convert("RGBA"))
    mode = _mode_for(colour, image.mode)
    return replace(picture, image=flat.convert(mode if work.format.alpha else _WITHOUT_ALPHA[mode]))


def pad(picture: Picture, work: Work) -> Picture:
    """Put the picture on the canvas of `fit=pad`."""
    if work.padded is None:
        return picture
    colour = _background(work)
    mode = _mode_for(colour, picture.image.mode)
    if colour[3] != _EIGHT_BITS:
        mode = _WITH_ALPHA.get(mode, mode)
    fill = Image.new("RGBA", (1, 1), colour).convert(mode).getpixel((0, 0))
    canvas = Image.new(mode, (work.padded.size.width, work.padded.size.height), fill)
    canvas.paste(picture.image.convert(mode), (work.padded.picture.left, work.padded.picture.top))
    return replace(picture, image=canvas)


def _mode_for(colour: tuple[int, int, int, int], mode: str) -> str:
    """The mode in which a picture of this mode can show a colour: grey stays grey beside a grey colour."""
    return mode if len(set(colour[:3])) == 1 else _COLOUR.get(mode, mode)


def _background(work: Work) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity of what lies behind the picture, 0 to 255. It is opaque if the result must be."""
    if work.background is None:
        return _TRANSPARENT if work.format.alpha else _WHITE
    red, green, blue, opacity = bytes.fromhex(work.background.ljust(len("rrggbbaa"), "f"))
    if work.format.alpha:
        return red, green, blue, opacity
    red, green, blue = (
        round_half_up(value * opacity + _EIGHT_BITS * (_EIGHT_BITS - opacity), _EIGHT_BITS)
        for value in (red, green, blue)
    )
    return red, green, blue, _EIGHT_BITS


def drop_opaque_alpha(picture: Picture, _: Work) -> Picture:
    """Drop an alpha channel that is opaque everywhere, since it costs bytes and time."""
    image = picture.image
    if image.mode in _WITHOUT_ALPHA and image.getchannel("A").getextrema() == (_EIGHT_BITS, _EIGHT_BITS):
        image = image.convert(_WITHOUT_ALPHA[image.mode])
    return replace(picture, image=image)


STEPS: tuple[Callable[[Picture, Work], Picture], ...] = (
    eight_bits,
    true_colour,
    area,
    resize,
    upright,
    crop,
    srgb,
    flatten,
    pad,
    drop_opaque_alpha,
)
