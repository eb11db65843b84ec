"""Every skip reason that a query can cause, through the handler (docs/specification.md#section-6)."""

import pytest
from PIL import Image

from tests.conftest import BOTH, Site
from tests.support.images import RED, encoded, jpeg, png

RESIZING = "resizing: destination image width or height parameter is more than the original image size"
QUALITY_ALONE = "quality: cannot be performed without another operation"
NOT_ACCEPTED = "compression: webp/avif format is not supported by the client"
NO_POSITION = "cropping: x or y parameter is not specified"
BAD_PIXELS = "cropping: bad x/y pixels parameter"
BAD_PERCENT = "cropping: bad x/y percentage parameter"
BAD_OFFSET = "cropping: bad offset-x/y parameter"
MIXED = "cropping: x/y pixel and percentage values cannot be specified simultaneously"
PERCENT_OVER = "cropping: x/y percentage parameter cannot be more than 100"
OFFSET_OVER = "cropping: offset-x/y parameter cannot be more than 100"
AREA = "cropping: output height and width cannot be bigger than the original image size"
PIXELS_OUT = "cropping: output x/y pixel value cannot be more than the original image pixels"
PERCENT_OUT = "cropping: output x/y percentage value cannot be more than the original image size"

# Queries on a JPEG of 400x300 and quality 90 under a rule without automatic conversion, with a client that accepts both
# formats; nothing at all is done.
NOTHING_DONE = [
    ("quality=101", "compression: bad quality parameter"),
    ("quality=", "compression: bad quality parameter"),
    ("quality=80.5", "compression: bad quality parameter"),
    ("quality=-1", "compression: bad quality parameter"),
    ("quality=٨٠", "compression: bad quality parameter"),
    ("quality=99999999999999999999", "compression: bad quality parameter"),
    ("fmt=gif", "compression: unsupported format of the fmt query parameter"),
    ("fmt=", "compression: unsupported format of the fmt query parameter"),
    ("fmt=WEBP", "compression: unsupported format of the fmt query parameter"),
    ("fmt=webp,tiff", "compression: unsupported format of the fmt query parameter"),
    ("fmt=avif,", "compression: unsupported format of the fmt query parameter"),
    ("width=0", "resizing: bad width parameter"),
    ("width=", "resizing: bad width parameter"),
    ("width=abc", "resizing: bad width parameter"),
    ("width=+100", "resizing: bad width parameter"),
    ("width=1_0", "resizing: bad width parameter"),
    ("width=abc&height=100", "resizing: bad width parameter"),
    ("height=0", "resizing: bad height parameter"),
    ("width=100&height=1e2", "resizing: bad height parameter"),
    ("width=100&height=100&fit=fill", "resizing: bad fit parameter"),
    ("width=100&height=100&fit=", "resizing: bad fit parameter"),
    ("width=100&height=100&fit=Cover", "resizing: bad fit parameter"),
    ("width=401", RESIZING),
    ("height=301", RESIZING),
    ("width=400&height=301", RESIZING),
    ("width=99999999999999999999999999", RESIZING),
    ("crop=1:1:1", "cropping: bad width-ratio or height-ratio parameter"),
    ("crop=::", "cropping: bad width-ratio or height-ratio parameter"),
    ("crop=0:1", "cropping: bad width ratio parameter"),
    ("crop=:1", "cropping: bad width ratio parameter"),
    ("crop=a:1", "cropping: bad width ratio parameter"),
    ("crop=1:0", "cropping: bad height ratio parameter"),
    ("crop=1:", "cropping: bad height ratio parameter"),
    ("crop=1:1.5", "cropping: bad height ratio parameter"),
    ("crop=", "cropping: bad width parameter"),
    ("crop=0,100", "cropping: bad width parameter"),
    ("crop=abc,100", "cropping: bad width parameter"),
    ("crop=200", "cropping: bad height parameter"),
    ("crop=200,", "cropping: bad height parameter"),
    ("crop=200,0", "cropping: bad height parameter"),
    ("crop=200,100,", NO_POSITION),
    ("crop=200,100,x10", NO_POSITION),
    ("crop=200,100,y10", NO_POSITION),
    ("crop=200,100,y10,x10", NO_POSITION),
    ("crop=200,100,x10,x10", NO_POSITION),
    ("crop=200,100,x10,z10", NO_POSITION),
    ("crop=200,100,x10,y10,x10", NO_POSITION),
    ("crop=200,100,offset-x10", NO_POSITION),
    ("crop=4:3,x10,y10", NO_POSITION),
    ("crop=4:3,x10p,y10p", NO_POSITION),
    ("crop=4:3,offset-x10", NO_POSITION),
    ("crop=200,100,x,y10", BAD_PIXELS),
    ("crop=200,100,x10,y-1", BAD_PIXELS),
    ("crop=200,100,x1.5,y1", BAD_PIXELS),
    ("crop=200,100,xp,y10p", BAD_PERCENT),
    ("crop=200,100,x10p,yabcp", BAD_PERCENT),
    ("crop=200,100,offset-x,offset-y10", BAD_OFFSET),
    ("crop=200,100,offset-x10,offset-yabc", BAD_OFFSET),
    ("crop=200,100,x10,y10p", MIXED),
    ("crop=200,100,x10p,y10", MIXED),
    ("crop=200,100,x101p,y0p", PERCENT_OVER),
    ("crop=200,100,x0p,y99999999999999999999p", PERCENT_OVER),
    ("crop=200,100,offset-x101,offset-y0", OFFSET_OVER),
    ("crop=200,100,x0,offset-y101", OFFSET_OVER),
    (
        "crop=200,100,4:5",
        "cropping: width=200,height=100 and width-ratio=4:height-ratio=5 values cannot be specified simultaneously",
    ),
    (
        "crop=4:5,0200,100",
        "cropping: width=200,height=100 and width-ratio=4:height-ratio=5 values cannot be specified simultaneously",
    ),
    ("crop=200,0,4:5", "cropping: bad height parameter"),
    ("crop=200,100,4:0", "cropping: bad height ratio parameter"),
    ("crop=401,100", AREA),
    ("crop=100,301", AREA),
    ("crop=401,301,x0,y0", AREA),
    ("crop=200,100,x201,y0", PIXELS_OUT),
    ("crop=200,100,x0,y201", PIXELS_OUT),
    ("crop=400,300,x1,y0", PIXELS_OUT),
    ("crop=200,100,x51p,y0p", PERCENT_OUT),
    ("crop=200,100,x0p,y67p", PERCENT_OUT),
    ("crop=200,100,x201,offset-y50", PIXELS_OUT),
    ("crop=200,100,offset-x50,y67p", PERCENT_OUT),
    ("quality=80", QUALITY_ALONE),
    ("quality=80&width=400", QUALITY_ALONE),
    ("quality=80&height=300", QUALITY_ALONE),
    ("quality=80&crop=400,300", QUALITY_ALONE),
    ("quality=80&crop=4:3", QUALITY_ALONE),
    ("quality=80&fit=nonsense", QUALITY_ALONE),
    ("fmt=webp&quality=91", "convert: converted image bigger than origin: OriginQ: 90, DesiredQ: 91"),
    ("fmt=avif&quality=100&width=400", "convert: converted image bigger than origin: OriginQ: 90, DesiredQ: 100"),
    (
        "quality=x&fmt=x&width=x&crop=x",
        (
            "compression: bad quality parameter; compression: unsupported format of the fmt query parameter; "
            "resizing: bad width parameter; cropping: bad width parameter"
        ),
    ),
    ("width=401&crop=401,1", f"{RESIZING}; {AREA}"),
]


@pytest.mark.parametrize(("query", "reason"), NOTHING_DONE, ids=[query for query, _ in NOTHING_DONE])
def test_nothing_done(site: Site, query: str, reason: str) -> None:
    """If no operation is possible, the original is returned unchanged with the reason."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", query, BOTH)
    assert reply.status == 200
    assert reply.reason == reason
    assert reply.body == jpeg()
    assert reply.type == "image/jpeg"
    assert reply.operations is None
    assert reply.headers["X-Img-Origin-Download-Time"].isdigit()
    assert not {"X-Img-Origin-Size", "X-Img-Saved-Bytes", "X-Img-Processing-Time"} & set(reply.headers)


# What is skipped leaves the rest running: query, reason, operations, type, size.
REST_DONE = [
    ("quality=abc&width=100", "compression: bad quality parameter", "resize", "jpeg", (100, 75)),
    ("quality=abc&fmt=webp", "compression: bad quality parameter", "convert", "webp", (400, 300)),
    ("fmt=bmp&width=100", "compression: unsupported format of the fmt query parameter", "resize", "jpeg", (100, 75)),
    ("width=401&crop=200,100", RESIZING, "crop", "jpeg", (200, 100)),
    ("width=x&crop=1:1&fmt=avif", "resizing: bad width parameter", "crop convert", "avif", (300, 300)),
    ("width=100&crop=101,1", AREA, "resize", "jpeg", (100, 75)),
    ("crop=401,1&fmt=webp", AREA, "convert", "webp", (400, 300)),
    ("crop=1,1,x1&fmt=webp", NO_POSITION, "convert", "webp", (400, 300)),
    ("quality=91&width=100", None, "resize", "jpeg", (100, 75)),
    ("quality=91&crop=1:1&fmt=webp", None, "crop convert", "webp", (300, 300)),
    ("quality=80&width=400&fmt=webp", None, "convert", "webp", (400, 300)),
]


@pytest.mark.parametrize(
    ("query", "reason", "operations", "form", "size"), REST_DONE, ids=[row[0] for row in REST_DONE]
)
def test_rest_done(
    site: Site, query: str, reason: str | None, operations: str, form: str, size: tuple[int, int]
) -> None:
    """A skipped operation leaves the others running."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", query, BOTH)
    assert reply.status == 200
    assert reply.reason == reason
    assert reply.operations == operations
    assert reply.type == f"image/{form}"
    assert reply.image.format == form.upper()
    assert reply.image.size == size


@pytest.mark.parametrize("fmt", ["webp", "avif", "webp,avif"])
@pytest.mark.parametrize("accept", [None, "*/*", "image/*", "image/avif;q=0,image/webp;q=0"])
def test_format_not_accepted(site: Site, fmt: str, accept: str | None) -> None:
    """A format that the client has not proved is not sent, and the automatic conversion does not step in."""
    site.put("a.jpg", jpeg())
    site.rule(webp_enabled=True, avif_enabled=True)
    reply = site.get("a.jpg", f"fmt={fmt}", accept)
    assert reply.reason == NOT_ACCEPTED
    assert reply.body == jpeg()


def test_bad_format_replaces_automatic_choice(site: Site) -> None:
    """A bad fmt, and one that is not accepted, do not fall back to the automatic conversion."""
    site.put("a.jpg", jpeg())
    site.rule(webp_enabled=True, avif_enabled=True)
    assert site.get("a.jpg", "fmt=bmp", BOTH).operations is None
    assert site.get("a.jpg", "fmt=avif", "image/webp").operations is None
    assert site.get("a.jpg", "", BOTH).type == "image/avif"


def test_lossless_avif(site: Site) -> None:
    """With `png_lossless`, `fmt=avif` alone is skipped for a PNG. If `webp` is accepted too, WebP is made."""
    site.put("a.png", png(), "image/png")
    site.rule(png_lossless=True)
    alone = site.get("a.png", "fmt=avif", BOTH)
    assert alone.reason == "compression: lossless conversion to avif is not supported"
    assert alone.body == png()
    both = site.get("a.png", "fmt=avif,webp", BOTH)
    assert both.reason is None
    assert both.type == "image/webp"
    resized = site.get("a.png", "fmt=avif&width=100", BOTH)
    assert resized.reason == "compression: lossless conversion to avif is not supported"
    assert (resized.operations, resized.type) == ("resize", "image/png")


def test_lossless_avif_by_rule_is_silent(site: Site) -> None:
    """A rule alone does not make AVIF a requested format."""
    site.put("a.png", png(), "image/png")
    site.rule(png_lossless=True, avif_enabled=True)
    reply = site.get("a.png", "", BOTH)
    assert reply.reason is None
    assert reply.body == png()


def test_bigger_than_origin(site: Site) -> None:
    """If a conversion alone saves no bytes, its result is discarded and the outcome is remembered."""
    body = encoded(Image.new("RGB", (8, 8), RED), "PNG")
    site.put("a.png", body, "image/png")
    site.rule(avif_enabled=True)
    for _ in range(2):
        reply = site.get("a.png", "", BOTH)
        assert reply.reason == "convert: converted image bigger than origin"
        assert reply.body == body
        assert reply.type == "image/png"
    assert len(site.derived()) == 1
    with_resize = site.get("a.png", "width=4", BOTH)
    assert with_resize.operations == "resize convert"
    assert int(with_resize.headers["X-Img-Saved-Bytes"]) < 0


def test_quality_reason_wants_an_automatic_conversion_that_happens(site: Site) -> None:
    """Quality rides on the automatic conversion where the client accepts it, and is alone where not."""
    site.put("a.jpg", jpeg())
    site.rule(webp_enabled=True)
    assert site.get("a.jpg", "quality=50", "image/webp").operations == "convert"
    assert site.get("a.jpg", "quality=50", "*/*").reason == QUALITY_ALONE


def test_a_reason_repeats_nothing_of_the_request_but_numbers(site: Site) -> None:
    """The header of reasons is ASCII and contains no text of the query but numbers."""
    site.put("a.jpg", jpeg())
    site.rule()
    evil = "%0d%0aSet-Cookie:x=1%C3%A9<script>"
    reply = site.get("a.jpg", f"quality={evil}&fmt={evil}&width={evil}&crop={evil}")
    assert reply.reason
    assert "Cookie" not in reply.reason
    assert "script" not in reply.reason
