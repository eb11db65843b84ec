"""PNG by zlib."""

from imagestack.formats import PNG
from imagestack.plan.work import Work
from imagestack.transform.picture import Picture


def encode_png(picture: Picture, _: Work) -> bytes:
    """Encode without loss, with Pillow's defaults."""
    return picture.save(PNG)
