"""The steps between decoding and encoding, in their order. Each takes a `Picture` and returns one."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image, ImageMath

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
_SIXTEEN_TO_EIGHT = 257
_NARROWED_PIXELS = 256 * 1024
_SIXTEEN_BIT_GREY = ("I", "I;16", "I;16B", "I;16L")
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_WITHOUT_ALPHA = {"LA": "L", "RGBA": "RGB"}


def eight_bits(picture: Picture, _: Work) -> Picture:
    """Reduce sixteen bits a channel to eight. Pillow itself would clip grey at 255."""
    image = picture.image
    key = image.info.get("transparency")
    if image.mode in _SIXTEEN_BIT_GREY:
        return replace(picture, image=_narrowed(image, key if isinstance(key, int) else None))
    if isinstance(key, tuple) and max(key) > _EIGHT_BITS:
        image.info["transparency"] = tuple(value // _SIXTEEN_TO_EIGHT for value in key)
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
    if work.format.palette and not work.resized and not picture.icc_profile:
        return picture
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    if "transparency" in image.info and image.mode in _WITH_ALPHA:
        image = image.convert(_WITH_ALPHA[image.mode])
    return replace(picture, image=image)


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
    return replace(picture, image=picture.image.crop((box.left, box.top, box.right, box.bottom)))


def srgb(picture: Picture, _: Work) -> Picture:
    """Convert to sRGB, since the result has no profile."""
    return replace(picture, image=to_srgb(picture.image, picture.icc_profile), icc_profile=None)


def drop_opaque_alpha(picture: Picture, _: Work) -> Picture:
    """Drop an alpha channel that is opaque everywhere, since it costs bytes and time."""
    image = picture.image
    if image.mode in _WITHOUT_ALPHA and image.getchannel("A").getextrema() == (_EIGHT_BITS, _EIGHT_BITS):
        image = image.convert(_WITHOUT_ALPHA[image.mode])
    return replace(picture, image=image)


STEPS: tuple[Callable[[Picture, Work], Picture], ...] = (
    eight_bits,
    true_colour,
    resize,
    upright,
    crop,
    srgb,
    drop_opaque_alpha,
)
