"""Every documented size, and the exact position of crops, through the handler (docs/specification.md#section-3)."""

import pytest

from tests.conftest import Site
from tests.support.images import encoded, positions

# original, query, result.
SIZES = [
    # Documented pictures.
    ((499, 333), "width=200&height=100", (200, 100)),
    ((500, 333), "width=200&height=100&fit=bounds", (200, 133)),
    ((1000, 500), "width=500&height=300&fit=bounds", (500, 250)),
    ((500, 333), "width=200&height=100&fit=cover", (150, 100)),
    ((1000, 500), "width=500&height=300&fit=cover", (600, 300)),
    ((10, 2), "width=2", (2, 1)),
    ((400, 300), "crop=4:5", (240, 300)),
    # One number: the other follows, halves upwards, never below 1.
    ((400, 300), "width=200", (200, 150)),
    ((400, 300), "height=150", (200, 150)),
    ((400, 300), "width=0200", (200, 150)),
    ((400, 301), "width=200", (200, 151)),
    ((3, 100), "height=1", (1, 1)),
    # Two numbers.
    ((400, 300), "width=100&height=100", (100, 100)),
    ((400, 300), "width=100&height=100&fit=fit", (100, 100)),
    ((400, 300), "width=300&height=10&fit=force", (300, 10)),
    ((400, 300), "width=100&height=200&fit=bounds", (267, 200)),
    ((400, 300), "width=100&height=200&fit=cover", (100, 75)),
    # Ties: bounds takes the width, cover the height.
    ((400, 300), "width=100&height=100&fit=bounds", (100, 75)),
    ((400, 300), "width=100&height=100&fit=cover", (133, 100)),
    # A fit without both numbers says nothing, good or bad.
    ((400, 300), "width=100&fit=force", (100, 75)),
    ((400, 300), "height=75&fit=nonsense", (100, 75)),
    # Up to the original's own size.
    ((400, 300), "width=400&height=299&fit=force", (400, 299)),
    ((400, 300), "width=399&height=300", (399, 300)),
    # Crops.
    ((400, 300), "crop=1:1", (300, 300)),
    ((300, 400), "crop=1:1", (300, 300)),
    ((400, 300), "crop=16:9", (400, 225)),
    ((401, 300), "crop=2:1", (401, 201)),
    ((400, 300), "crop=1:1000", (1, 300)),
    ((400, 300), "crop=99999999999:1", (400, 1)),
    ((400, 300), "crop=200,100", (200, 100)),
    ((400, 300), "crop=0200,0100", (200, 100)),
    ((400, 300), "crop=200%2C100", (200, 100)),
    ((400, 300), "crop=4:5,offset-x0,offset-y100", (240, 300)),
    # The resize comes first; what a crop says refers to its result.
    ((400, 300), "width=200&crop=1:1", (150, 150)),
    ((400, 300), "width=200&crop=200,150", (200, 150)),
    ((400, 300), "crop=100,100,x50p,y0p&width=200", (100, 100)),
]


@pytest.mark.parametrize(("original", "query", "size"), SIZES, ids=[f"{row[0]}-{row[1]}" for row in SIZES])
def test_sizes(site: Site, original: tuple[int, int], query: str, size: tuple[int, int]) -> None:
    """The result has exactly the size that docs/specification.md#section-3 gives."""
    site.put("a.png", encoded(positions(*original), "PNG"), "image/png")
    site.rule()
    reply = site.get("a.png", query)
    assert reply.reason is None
    assert reply.image.size == size


# query on 400x300, upper left corner of the result in the original.
CORNERS = [
    ("crop=100,100", (150, 100)),
    ("crop=101,101", (150, 100)),  # 149.5 and 99.5, upwards
    ("crop=100,100,offset-x50,offset-y50", (150, 100)),
    ("crop=100,100,offset-x50,offset-y81", (150, 162)),
    ("crop=100,100,offset-x0,offset-y0", (0, 0)),
    ("crop=100,100,offset-x100,offset-y100", (300, 200)),
    ("crop=100,100,x0,y0", (0, 0)),
    ("crop=100,100,x17,y23", (17, 23)),
    ("crop=100,100,x300,y200", (300, 200)),
    ("crop=100,100,x25p,y10p", (100, 30)),
    ("crop=100,100,x75p,y66p", (300, 198)),
    ("crop=100,100,x017,y0023", (17, 23)),
    ("crop=100,100,x100,offset-y20", (100, 40)),
    ("crop=100,100,offset-x10,y5", (30, 5)),
    ("crop=100,100,x25p,offset-y40", (100, 80)),
    ("crop=100,100,offset-x40,y10p", (120, 30)),
    ("crop=1:1", (50, 0)),
    ("crop=1:1,offset-x0,offset-y50", (0, 0)),
    ("crop=1:1,offset-x100,offset-y50", (100, 0)),
    ("crop=16:9,offset-x50,offset-y100", (0, 75)),
]


@pytest.mark.parametrize(("query", "corner"), CORNERS, ids=[query for query, _ in CORNERS])
def test_crop_takes_the_right_pixels(site: Site, query: str, corner: tuple[int, int]) -> None:
    """The upper left pixel of the result is the one that the position names, and so is every other."""
    original = positions(400, 300)
    site.put("a.png", encoded(original, "PNG"), "image/png")
    site.rule()
    image = site.get("a.png", query).image.convert("RGB")
    left, top = corner
    assert image.tobytes() == original.crop((left, top, left + image.width, top + image.height)).tobytes()


def test_fit_cuts_the_documented_rows(site: Site) -> None:
    """499x333 with 200x100 is the scaled 200x133 cut at y=17: halves go upwards."""
    original = positions(499, 333)
    site.put("a.png", encoded(original, "PNG"), "image/png")
    site.rule()
    whole = site.get("a.png", "width=200").image
    assert whole.size == (200, 133)
    cut = site.get("a.png", "width=200&height=100").image
    assert cut.tobytes() == whole.crop((0, 17, 200, 117)).tobytes()


def test_percent_of_an_odd_side_rounds_half_up(site: Site) -> None:
    """50 % of 33 is 16.5, which is 17."""
    original = positions(33, 33)
    site.put("a.png", encoded(original, "PNG"), "image/png")
    site.rule()
    image = site.get("a.png", "crop=10,10,x50p,y50p").image.convert("RGB")
    assert image.getpixel((0, 0)) == original.getpixel((17, 17))
