"""Progressive JPEG by libjpeg-turbo."""

from functools import partial

from PIL import JpegImagePlugin  # noqa: F401 - registers itself when a function starts, not in a request

from imagestack.formats import JPEG
from imagestack.plan.work import Work
from imagestack.transform.picture import Picture

# From this quality on colour keeps its full resolution, unless the original had less.
_FULL_COLOUR_QUALITY = 90
_FULL_COLOUR, _HALVED_COLOUR = 0, 2


def encode_jpeg(picture: Picture, work: Work) -> bytes:
    """Encode with `work.quality`, which is the encoder's own number."""
    full = work.quality >= _FULL_COLOUR_QUALITY and picture.subsampling != _HALVED_COLOUR
    save = partial(
        picture.save,
        JPEG,
        # To libjpeg 0 means 1.
        quality=max(work.quality, 1),
        subsampling=_FULL_COLOUR if full else _HALVED_COLOUR,
    )
    try:
        return save(progressive=True, optimize=True)
    except OSError:
        # Pillow's buffer for a progressive JPEG is too small for noise in full colour; a baseline one needs none.
        return save(progressive=False, optimize=False)
