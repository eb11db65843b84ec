from PIL import Image, ImageChops

# Neighbours of photographs are equal in up to half of all places (a dark background), those of interfaces, diagrams and
# lettering in two thirds and more, also when they were scaled.
_EQUAL_NEIGHBOURS = 0.6
_ROWS = 64


def is_drawn(image: Image.Image) -> bool:
    """Whether a picture was drawn rather than photographed: most pixels are as their neighbours in the same row."""
    rows = min(image.height, _ROWS)
    grey = image.resize((image.width, rows), Image.Resampling.NEAREST).convert("L")
    left, right = grey.crop((0, 0, grey.width - 1, rows)), grey.crop((1, 0, grey.width, rows))
    equal = ImageChops.difference(left, right).histogram()[0]
    return equal > _EQUAL_NEIGHBOURS * left.width * rows
