"""The handler and the parameters of docs/specification.md#section-10. Originals have 400x300 pixels."""

from time import sleep

import pytest
from PIL import Image

from imagestack.transform import ENGINE
from tests.conftest import BOTH, Site
from tests.support.images import RED, encoded, jpeg, near, png, positions

RESIZING = "resizing: destination image width or height parameter is more than the original image size"
NOT_ACCEPTED = "compression: webp/avif format is not supported by the client"
UNSUPPORTED = "compression: unsupported format of the fmt query parameter"
QUALITY_ALONE = "quality: cannot be performed without another operation"
BAD_AREA = "cropping: bad area parameter"
CLEAR = (0, 0, 0, 0)
POSITIONS = encoded(positions(200, 100), "PNG")

# query, operations, type, size.
DONE = [
    ("width=100&dpr=2", "resize", "jpeg", (200, 150)),
    # Lowered to 4/3, where 266.7 rounds up.
    ("width=300&height=200&dpr=2", "resize", "jpeg", (400, 267)),
    ("crop=100,50&dpr=1.5", "crop", "jpeg", (150, 75)),
    ("width=600&height=600&enlarge=clamp", "resize", "jpeg", (300, 300)),
    ("width=800&enlarge=true", "resize", "jpeg", (800, 600)),
    ("width=1700&enlarge=true", "resize", "jpeg", (1600, 1200)),
    ("width=200&height=200&fit=contain", "resize", "jpeg", (200, 150)),
    ("width=200&height=200&fit=pad", "resize pad", "jpeg", (200, 200)),
    ("width=500&height=400&fit=pad&background=ff8800", "pad", "jpeg", (500, 400)),
    ("width=500&height=400&fit=pad&enlarge=true", "resize pad", "jpeg", (500, 400)),
    ("width=500&height=400&fit=pad&fmt=avif", "pad convert", "avif", (500, 400)),
    ("width=200&height=100&gravity=north", "resize", "jpeg", (200, 100)),
    ("crop=100,80&gravity=southeast", "crop", "jpeg", (100, 80)),
    ("area=4:5", "area", "jpeg", (240, 300)),
    ("area=200,100&width=100", "area resize", "jpeg", (100, 50)),
    ("width=100&fmt=png", "resize convert", "png", (100, 75)),
    ("width=100&fmt=jpg,webp", "resize", "jpeg", (100, 75)),
    ("fmt=png", "convert", "png", (400, 300)),
    ("fmt=auto", "convert", "avif", (400, 300)),
    # 300x400, then 200x200, which fits 100x120 as 100x100.
    (
        "fmt=webp&crop=50,50&fit=pad&height=120&width=100&area=200,200&flip=h&rotate=90",
        "rotate flip area resize crop pad convert",
        "webp",
        (100, 120),
    ),
]
# query, reason. Nothing is done.
NOTHING_DONE = [
    *(
        (f"{name}={value}", f"resizing: bad {name} parameter")
        for name, value in (
            *(("dpr", value) for value in ("", "0", "0.99", "5.01", "1.125", "2.", "-1")),
            *(("enlarge", value) for value in ("", "yes", "TRUE")),
            *(("gravity", value) for value in ("", "smart", "North", "x1,y2", "x101p,y0p")),
            *(("background", value) for value in ("", "fff", "%23ffffff", "white")),
        )
    ),
    *((f"area={value}", BAD_AREA) for value in ("", "200", "0,1", "1:1:1", "200,100,x1", "200,100,4:5")),
    ("area=401,10", "cropping: output height and width cannot be bigger than the original image size"),
    (
        "area=100,100,x301,y0",
        "cropping: output x/y pixel value cannot be more than the original image pixels",
    ),
    *((f"fmt={value}", UNSUPPORTED) for value in ("auto,webp", "jpeg,auto", "JPG", "jpeg,gif")),
    ("quality=High", "compression: bad quality parameter"),
    ("width=401&dpr=2", RESIZING),
    ("width=401&height=301&fit=contain", RESIZING),
    ("width=8193&height=10&fit=pad", RESIZING),
    *((query, None) for query in ("dpr=2", "enlarge=true", "gravity=north", "background=ff0000", "fmt=jpeg")),
    *((query, None) for query in ("width=300&dpr=2", "area=4:3", "width=400&height=300&fit=pad", "fmt=jpg,webp")),
    *((f"{query}&quality=low", QUALITY_ALONE) for query in ("dpr=2", "fmt=jpeg", "area=400,300")),
    (
        "quality=x&fmt=x&background=x&gravity=x&enlarge=x&dpr=x&crop=x&width=x&area=x&flip=x&rotate=x",
        (
            "compression: bad quality parameter; compression: unsupported format of the fmt query parameter; "
            "rotation: bad rotate parameter; rotation: bad flip parameter; resizing: bad width parameter; "
            "resizing: bad dpr parameter; resizing: bad enlarge parameter; resizing: bad gravity parameter; "
            "resizing: bad background parameter; cropping: bad area parameter; cropping: bad width parameter"
        ),
    ),
]


@pytest.mark.parametrize(("query", "operations", "form", "size"), DONE, ids=[row[0] for row in DONE])
def test_done(site: Site, query: str, operations: str, form: str, size: tuple[int, int]) -> None:
    """Operations are performed and named in their order, with exact sizes, and again from the derived object."""
    site.put("a.jpg", jpeg())
    site.rule()
    first, second = (site.get("a.jpg", query, BOTH) for _ in range(2))
    assert (first.status, first.operations, first.reason) == (200, operations, None)
    assert (first.type, first.image.size) == (f"image/{form}", size)
    assert int(first.headers["X-Img-Saved-Bytes"]) == len(jpeg()) - len(first.body)
    assert second == first
    assert len(site.derived()) == 1


@pytest.mark.parametrize(("query", "reason"), NOTHING_DONE, ids=[row[0] for row in NOTHING_DONE])
def test_nothing_done(site: Site, query: str, reason: str | None) -> None:
    """If nothing is left to do, the original is returned unchanged, with the reason if there is one."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", query, BOTH)
    assert (reply.status, reply.operations, reply.reason) == (200, None, reason)
    assert (reply.type, reply.body) == ("image/jpeg", jpeg())


@pytest.mark.parametrize("bad", ["dpr=9", "enlarge=maybe", "gravity=smart", "background=red", "area=1"])
def test_the_rest_is_done(site: Site, bad: str) -> None:
    """A bad value leaves the rest running, and shares the derived object of a request without it."""
    site.put("a.jpg", jpeg())
    site.rule()
    beside = site.get("a.jpg", f"width=200&height=100&{bad}")
    plain = site.get("a.jpg", "width=200&height=100")
    assert (beside.operations, beside.body, plain.reason) == ("resize", plain.body, None)
    assert beside.reason == (BAD_AREA if "area" in bad else f"resizing: bad {bad.partition('=')[0]} parameter")
    assert len(site.derived()) == 1


def test_reasons_stand_in_their_order(site: Site) -> None:
    """Reasons of the query and of the original stand in one order, and what can be done is done."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", "area=401,1&width=401&dpr=0&crop=x&rotate=180&fmt=avif", "image/webp")
    assert reply.operations == "rotate"
    assert reply.reason == (
        f"{NOT_ACCEPTED}; resizing: bad dpr parameter; {RESIZING}; cropping: bad width parameter; "
        "cropping: output height and width cannot be bigger than the original image size"
    )


def test_keys(site: Site) -> None:
    """The derived key spells all parameters in one way, and equal requests share one object."""
    site.put("a.png", png(), "image/png")
    site.rule()
    queries = (
        "width=100&height=90&fit=pad&dpr=1.50&gravity=x030p,y40p&background=FF880080&quality=low&fmt=jpg&area=4:3",
        (
            "area=04:3&fmt=jpeg,jpg&quality=65&background=ff880080&gravity=x30p,y040p&dpr=01.5&fit=pad&height=90&width=100"
            "&enlarge=false&fmt=webp&unknown=1"
        ),
    )
    bodies = {site.get("a.png", query).body for query in queries}
    assert len(bodies) == 1
    assert site.derived() == [
        (
            "_default/a.png/@/area=4:3&width=100&height=90&fit=pad&dpr=1.5&gravity=x30p,y40p&background=ff880080&fmt=jpeg"
            f"&quality=65&v={ENGINE}.jpeg"
        )
    ]


@pytest.mark.parametrize(
    ("query", "spelled"),
    [
        # Without what they modify, and with their defaults, modifiers are not spelled.
        ("width=100&gravity=north", "width=100"),
        ("crop=50,50&enlarge=true", "crop=50,50"),
        ("crop=50,50&dpr=1.00&gravity=center", "crop=50,50"),
        ("width=100&fit=pad", "width=100"),
        ("width=100&enlarge=clamp", "width=100&enlarge=clamp"),
        ("crop=50,50&gravity=focus&dpr=2", "crop=50,50&dpr=2&gravity=focus"),
    ],
)
def test_keys_without_what_has_no_effect(site: Site, query: str, spelled: str) -> None:
    """A modifier is part of the derived key only where there is something to modify."""
    site.put("a.jpg", jpeg())
    site.rule()
    assert site.get("a.jpg", query).operations
    assert site.derived() == [f"_default/a.jpg/@/{spelled}&preset=95&v={ENGINE}.original"]


def test_quality_words(site: Site) -> None:
    """`high`, `medium` and `low` are 95, 80 and 65, with the same derived objects."""
    site.put("a.jpg", jpeg(quality=98))
    site.rule()
    words = [site.get("a.jpg", f"width=200&quality={word}").body for word in ("high", "medium", "low")]
    numbers = [site.get("a.jpg", f"width=200&quality={number}").body for number in (95, 80, 65)]
    assert words == numbers
    assert [len(body) for body in words] == sorted((len(body) for body in words), reverse=True)
    assert len(site.derived()) == 3


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (BOTH, "avif"),
        ("image/webp", "webp"),
        ("image/avif;q=0.5,image/webp;q=0.9", "webp"),
        ("image/*,*/*", None),
        (None, None),
    ],
)
def test_automatic_format(site: Site, accept: str | None, form: str | None) -> None:
    """`fmt=auto` is what the client prefers of AVIF and WebP, even where the rule converts nothing."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", "fmt=auto", accept)
    assert reply.headers["Vary"] == "Accept"
    if form:
        assert (reply.operations, reply.type, reply.reason) == ("convert", f"image/{form}", None)
    else:
        assert (reply.operations, reply.body, reply.reason) == (None, jpeg(), NOT_ACCEPTED)


@pytest.mark.parametrize("accept", [None, "*/*", "image/jpeg;q=0,image/png;q=0", BOTH])
def test_formats_that_need_no_proof(site: Site, accept: str | None) -> None:
    """JPEG and PNG are made whatever Accept says, also behind formats that it does not prove."""
    site.put("a.jpg", jpeg())
    site.put("a.png", png(), "image/png")
    site.rule(webp_enabled=True, avif_enabled=True)
    for key, query, form in (("a.jpg", "fmt=png", "png"), ("a.png", "fmt=jpeg", "jpeg"), ("a.png", "fmt=jpg", "jpeg")):
        reply = site.get(key, query, accept)
        assert (reply.operations, reply.type, reply.reason) == ("convert", f"image/{form}", None)
    behind = site.get("a.png", "fmt=avif,jpeg", accept)
    assert behind.type == ("image/avif" if accept == BOTH else "image/jpeg")


def test_larger_results(site: Site) -> None:
    """JPEG and PNG of `fmt` are returned even if they are larger, also a second time; AVIF and WebP are not."""
    tiny = encoded(Image.new("RGB", (8, 8), RED), "PNG")
    site.put("a.png", tiny, "image/png")
    site.put("a.jpg", jpeg(quality=30))
    site.rule()
    for key, query in (("a.png", "fmt=jpeg"), ("a.jpg", "fmt=png"), ("a.jpg", "fmt=png&quality=90")):
        for _ in range(2):
            reply = site.get(key, query, BOTH)
            assert (reply.operations, reply.reason) == ("convert", None)
            assert int(reply.headers["X-Img-Saved-Bytes"]) < 0
    refused = site.get("a.png", "fmt=avif,jpeg", BOTH)
    assert (refused.body, refused.reason) == (tiny, "convert: converted image bigger than origin")
    padded = site.get("a.png", "width=16&height=16&fit=pad&fmt=avif", BOTH)
    assert (padded.operations, padded.type, padded.reason) == ("pad convert", "image/avif", None)


def test_lossless(site: Site) -> None:
    """Under `png_lossless` a PNG becomes neither JPEG nor AVIF; the reason names the first of them."""
    site.put("a.png", png(), "image/png")
    site.rule(png_lossless=True)
    for query, name in (("fmt=jpeg", "jpeg"), ("fmt=jpg,avif", "jpeg"), ("fmt=avif,jpeg", "avif")):
        reply = site.get("a.png", query, BOTH)
        assert reply.body == png()
        assert reply.reason == f"compression: lossless conversion to {name} is not supported"
    assert site.get("a.png", "fmt=jpeg,webp", BOTH).type == "image/webp"


@pytest.mark.parametrize(
    ("stored", "query", "corner"),
    [
        ("30,40", "", (40, 30)),
        # The point (60, 40) is now at (140, 60): the corner (120, 50) is the pixel (79, 49) of the original.
        ("30,40", "&rotate=180", (79, 49)),
        ("0,0", "", (0, 0)),
        ("100,100", "", (160, 80)),
        (None, "", (80, 40)),
        ("left,top", "", (80, 40)),
    ],
)
def test_focus(site: Site, stored: str | None, query: str, corner: tuple[int, int]) -> None:
    """`gravity=focus` keeps what is around the point in the metadata of the original, which comes along."""
    site.put("a.png", POSITIONS, "image/png", Metadata={"focus": stored} if stored else {})
    site.rule()
    for _ in range(2):
        reply = site.get("a.png", f"crop=40,20&gravity=focus{query}")
        assert (reply.operations, reply.reason) == ("rotate crop" if query else "crop", None)
        assert reply.headers.get("x-amz-meta-focus") == stored
        pixel = reply.image.convert("RGB").getpixel((0, 0))
        assert isinstance(pixel, tuple)
        assert (reply.image.size, pixel[:2]) == ((40, 20), corner)


def test_another_focus(site: Site) -> None:
    """An original that is stored again with another point has new results."""
    site.rule()
    corners = []
    for stored in ("0,0", "100,100"):
        site.put("a.png", POSITIONS, "image/png", Metadata={"focus": stored})
        corners.append(site.get("a.png", "crop=40,20&gravity=focus").image.convert("RGB").getpixel((0, 0)))
        # S3 has the times of writes in whole seconds.
        sleep(1.1)
    assert corners == [(0, 0, 0), (160, 80, 0)]


def test_background_of_a_canvas(site: Site) -> None:
    """A canvas has the background, is white in JPEG without one, and is transparent in PNG."""
    site.put("a.jpg", jpeg())
    site.put("a.png", png(), "image/png")
    site.rule()
    query = "width=400&height=400&fit=pad"
    for key, more, colour in (
        ("a.jpg", "", (255, 255, 255)),
        ("a.jpg", "&background=ff8800", (255, 136, 0)),
        ("a.png", "", CLEAR),
        ("a.png", "&background=ff8800", (255, 136, 0, 255)),
        ("a.png", "&background=ff880080", (255, 136, 0, 128)),
    ):
        reply = site.get(key, query + more)
        assert (reply.operations, reply.image.size) == ("pad", (400, 400))
        pixel = reply.image.convert("RGBA" if len(colour) == len("RGBA") else "RGB").getpixel((200, 20))
        assert isinstance(pixel, tuple)
        # What is transparent has a colour that nobody sees.
        assert pixel[3] == 0 if colour == CLEAR else near(pixel, colour)


@pytest.mark.parametrize("query", ["dpr=9", "width=100&dpr=2", "area=1&fmt=png", "width=500&height=400&fit=pad"])
def test_where_image_stack_is_off(site: Site, query: str) -> None:
    """Without Image Stack no parameter is read: the original, without a reason."""
    site.put("a.jpg", jpeg())
    site.rule(enabled=False)
    reply = site.get("a.jpg", query, BOTH)
    assert (reply.body, reply.operations, reply.reason) == (jpeg(), None, None)
