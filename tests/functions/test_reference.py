"""Answers of the handler compared with an independent reference (docs/specification.md#section-10)."""

import numpy as np
import pytest
from PIL import Image

from tests.conftest import BOTH, Reply, Site
from tests.support.reference.geometry import AREA_TOO_LARGE, ENLARGES, Pair, settle
from tests.support.reference.pixels import Pixels, draw
from tests.support.reference.places import errors, noise, waves
from tests.support.reference.queries import parsed
from tests.support.results import stored

SIZE: Pair = (120, 90)
# Of an original like SIZE. They are in their order, so that `operations` and `reasons` of the reference are.
QUERIES = [
    "width=60&height=60&gravity=west&dpr=1.5&crop=40,30",
    "width=90&height=90&fit=pad&background=FF8800&gravity=x10p,y90p&dpr=2",
    "rotate=90&flip=h&area=80,100,x5,y10&crop=20,31&gravity=focus",
    "area=130,50&width=121&crop=200,1",
    "area=130,50&width=121&crop=30,30&gravity=southwest&dpr=3",
    "rotate=180&width=300&height=200&enlarge=clamp&gravity=focus",
    "flip=v&area=1:1&width=90&height=200&fit=pad&gravity=focus&background=00000080",
    "width=8193&height=90&fit=pad&crop=1:1&gravity=east",
    "width=100&height=100&fit=contain&crop=99,1,x2,y0",
    "width=500&enlarge=true&crop=300,100&gravity=north",
]


def seen(reply: Reply) -> Pixels:
    return np.asarray(reply.image.convert("RGBA"), dtype=float)


@pytest.mark.parametrize("query", QUERIES)
def test_answers(site: Site, query: str) -> None:
    """An answer has the operations, reasons, size and pixels of the reference, also when it is stored."""
    picture = waves(SIZE)
    site.put("a.png", stored(picture), "image/png", Metadata={"focus": "70,20"})
    site.rule()
    settled = settle(parsed(query), SIZE, (70, 20))
    for _ in range(2):
        reply = site.get("a.png", query)
        assert (reply.operations or "").split() == list(settled.operations)
        assert (reply.reason or "") == "; ".join(settled.reasons)
        assert reply.image.size == settled.canvas
        expected = draw(picture, settled, parsed(query).get("background", "") if settled.operations else "")
        assert np.abs(seen(reply) - expected)[expected[..., 3] > 0].max(initial=0) <= 2
        assert np.abs(seen(reply) - expected)[..., 3].max() <= 1


def test_reasons_of_area_and_crop(site: Site) -> None:
    """An area and a crop that do not fit have one reason, after that of the resize, and nothing is done."""
    body = stored(noise(SIZE))
    site.put("a.png", body, "image/png")
    site.rule()
    reply = site.get("a.png", "area=121,1&width=121&crop=1,91")
    assert (reply.operations, reply.reason, reply.body) == (None, f"{ENLARGES}; {AREA_TOO_LARGE}", body)


@pytest.mark.parametrize("orientation", [1, 6, 7])
@pytest.mark.parametrize("turn", ["", "flip=h&", "rotate=270&flip=v&"])
def test_focus_is_of_the_upright_original(site: Site, turn: str, orientation: int) -> None:
    """The stored point refers to the upright original, and moves along with turns and the area."""
    turns: dict[int, dict[str, str]] = {1: {}, 6: {"rotate": "90"}, 7: {"rotate": "270", "flip": "h"}}
    file = noise(SIZE)
    upright = draw(file, settle(turns[orientation], SIZE))
    exif = Image.Exif()
    exif[0x0112] = orientation
    site.put("a.png", stored(file, exif=exif), "image/png", Metadata={"focus": "30,85"})
    site.rule()
    query = f"{turn}area=60,60,x10,y20&crop=21,20&gravity=focus"
    expected = draw(upright, settle(parsed(query), upright.shape[1::-1], (30, 85)))
    assert np.array_equal(seen(site.get("a.png", query)), expected)


CUT, SCALED = "area=800,600,x101,y77&width=400&crop=300,200&gravity=southeast", "width=320&dpr=1.25"


@pytest.mark.parametrize(
    ("query", "accept", "content_type", "mean"),
    [
        (f"{CUT}&fmt=auto", BOTH, "image/avif", 3),
        (f"{SCALED}&fmt=auto", "image/webp", "image/webp", 3),
        (f"{CUT}&fmt=auto", "*/*", "image/jpeg", 3),
        (f"{SCALED}&fmt=avif,jpeg", "image/webp", "image/jpeg", 3),
        (f"{CUT}&fmt=png", None, "image/png", 0.5),
    ],
)
def test_formats(site: Site, query: str, accept: str | None, content_type: str, mean: float) -> None:
    """In every format a large JPEG is cut at the same places, and has its colours on average."""
    size = (1280, 800)
    picture = waves(size)
    site.put("a.jpg", stored(picture, "JPEG", quality=98, subsampling=0))
    site.rule()
    settled = settle(parsed(query), size)
    reply = site.get("a.jpg", query, accept)
    assert reply.type == content_type
    assert reply.image.size == settled.canvas
    assert max(errors(seen(reply), settled)) <= 0.1
    assert np.abs(seen(reply) - draw(picture, settled)).mean() <= mean


@pytest.mark.parametrize("fmt", ["webp", "avif", "jpeg", "png"])
def test_canvas_in_every_format(site: Site, fmt: str) -> None:
    """The canvas has the colour of the background, also where the format loses some of it."""
    site.put("a.png", stored(noise((64, 32))), "image/png")
    site.rule()
    reply = site.get("a.png", f"width=64&height=96&fit=pad&background=336699&fmt={fmt}", BOTH)
    canvas = seen(reply)[:24]
    assert np.abs(canvas - (0x33, 0x66, 0x99, 255)).max() <= (0 if fmt == "png" else 4)
