"""Recognition of drawings, which AVIF and PNG encode differently from photographs."""

from PIL import Image, ImageChops

# In photographs up to half of all neighbours are equal (a dark background). In interfaces, diagrams and lettering two
# thirds and more are, even after scaling.
_EQUAL_NEIGHBOURS = 0.6
_ROWS = 64


def is_drawn(image: Image.Image) -> bool:
    """Whether a picture is a drawing, not a photograph: most pixels equal their neighbours in the same row."""
    rows = min(image.height, _ROWS)
    grey = image.resize((image.width, rows), Image.Resampling.NEAREST).convert("L")
    left, right = grey.crop((0, 0, grey.width - 1, rows)), grey.crop((1, 0, grey.width, rows))
    equal = ImageChops.difference(left, right).histogram()[0]
    return equal > _EQUAL_NEIGHBOURS * left.width * rows
