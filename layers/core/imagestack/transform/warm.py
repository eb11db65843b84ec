from io import BytesIO

from PIL import Image

from imagestack.formats import FORMATS, JPEG
from imagestack.transform import read_facts, transform
from imagestack.work import Work

_SIDE = 64


def warm() -> None:
    """Have everything loaded that a transform loads when it is first needed: decoders, encoders, scores."""
    output = BytesIO()
    Image.new("RGB", (_SIDE, _SIDE)).save(output, JPEG.encoder)
    body = output.getvalue()
    facts = read_facts(body, JPEG)
    for fmt in FORMATS.values():
        transform(body, Work(facts, None, None, fmt, quality=80, png_lossless=False, target=70))
