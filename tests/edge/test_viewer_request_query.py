"""The query at the edge: the canonical spelling of the library, and the signature of an address."""

from itertools import chain, product

import pytest
from hypothesis import example, given

from imagestack.request.kinds import Bad
from imagestack.request.parameters import BAD, PARAMETERS
from imagestack.request.query import canonical, pairs, parse
from imagestack.request.signed_url import read_signature
from tests.support.depth import examples
from tests.support.edge import Function, serialised, viewer_request
from tests.support.queries import SIGNATURE, queries


def spelled(function: Function, raw: str, method: str = "GET") -> str:
    return serialised(function(viewer_request(raw=raw, method=method))["querystring"])


def expected(raw: str) -> str:
    """What the library says."""
    found = read_signature(pairs(raw))
    signature = f"md5={found.signature}&expires={found.expires}" if found else ""
    return "&".join(filter(None, (canonical(parse(pairs(raw))), signature)))


@pytest.mark.parametrize(
    ("raw", "canonical_query"),
    [
        ("", ""),
        ("width=0300", "width=300"),
        ("height=3&width=2", "width=2&height=3"),
        ("width=1&width=2", "width=1"),
        ("width=&width=2", "width="),
        ("%77idth=1&width=2", "width=1"),
        ("width=2&%77idth=1", "width=2"),
        ("width=1&%77idth=2&width=3", "width=1"),
        ("utm_source=a&width=1&v=3", "width=1"),
        ("__proto__=1&constructor=2&toString=3&width=1", "width=1"),
        ("Width=1&WIDTH=2", ""),
        (
            "quality=80&fmt=avif,webp&crop=4:5&fit=cover&height=2&width=1",
            "width=1&height=2&fit=cover&crop=4:5&fmt=avif,webp&quality=80",
        ),
        ("crop=100%2C50%2Coffset-x050%2Coffset-y50", "crop=100,50"),
        ("fmt=webp,webp,avif", "fmt=webp,avif"),
        ("width=99999999999", "width=9999999999"),
        ("width=-1", "width="),
        ("width=5%0A", "width="),
        ("width=%D9%A3", "width="),
        ("crop=1,1,x1%0A,y1", "crop=1,1,x,y"),
        ("fmt=gif", "fmt="),
        ("quality", "quality="),
        ("quality=auto&width=08", "width=8&quality=auto"),
        ("quality=%61uto", "quality=auto"),
        ("quality=AUTO", "quality="),
        ("quality=auto%20", "quality="),
        ("quality=auto%0A", "quality="),
        ("quality=auto75", "quality="),
        ("crop=7,7,top,left", "crop=1,1,"),
        ("rotate=090", "rotate=90"),
        ("rotate=91", "rotate="),
        ("rotate=%39%30&flip=hv", "rotate=90&flip=hv"),
        ("flip=vh", "flip="),
        ("flip=h%0A", "flip="),
        ("width=3&flip=v&rotate=270&rotate=90", "rotate=270&flip=v&width=3"),
        ("fit=nonsense", ""),
        ("width=7&height=7&fit=nonsense", "width=1&height=1&fit="),
        ("dpr=2", ""),
        ("dpr=02.50&width=7", "width=7&dpr=2.5"),
        ("width=7&dpr=1.00", "width=7"),
        ("width=7&dpr=5.00", "width=7&dpr=5"),
        ("width=7&dpr=5.01", "width=7&dpr="),
        ("dpr=2.&width=7", "width=7&dpr="),
        ("dpr=1.5%0A", "dpr="),
        ("width=x&dpr=2", "width="),
        ("enlarge=true&height=7", "height=7&enlarge=true"),
        ("enlarge=false&height=7", "height=7"),
        ("enlarge=clamp&crop=7,7", "crop=7,7"),
        ("enlarge=True", "enlarge="),
        ("gravity=north&width=7", "width=7"),
        ("gravity=north&width=7&height=8", "width=7&height=8&gravity=north"),
        ("gravity=center&crop=7,7", "crop=7,7"),
        ("gravity=x030p,y04p&crop=7,7", "crop=7,7&gravity=x30p,y4p"),
        ("gravity=x30p%2Cy40p&crop=7,7", "crop=7,7&gravity=x30p,y40p"),
        ("gravity=smart&crop=7,7", "crop=7,7&gravity="),
        ("crop=7,7,offset-x50,offset-y50&gravity=focus", "crop=7,7,offset-x50,offset-y50&gravity=focus"),
        ("area=7,7,offset-x50,offset-y50&crop=7,7&gravity=west", "area=7,7&crop=7,7&gravity=west"),
        ("area=7,7,8:9", "area="),
        ("area=a:7,offset-x50,offset-y50", "area="),
        ("area=7:0,offset-x10,offset-y20", "area="),
        ("area=0,7,x10,offset-y5", "area="),
        ("area=7,a,x10p,y20p", "area="),
        ("background=FF8800FF", "background=ff8800"),
        ("background=FF880080", "background=ff880080"),
        ("background=%23ff8800", "background="),
        ("fmt=jpg,jpeg,png", "fmt=jpeg,png"),
        ("fmt=auto", "fmt=auto"),
        ("fmt=auto,webp", "fmt="),
        ("quality=high", "quality=95"),
        ("quality=medium", "quality=80"),
        ("quality=low", "quality=65"),
        ("quality=Low", "quality="),
        ("fit=pad&height=8&width=7&background=FFFFFF", "width=7&height=8&fit=pad&background=ffffff"),
    ],
)
def test_query_is_canonical(viewer_request_function: Function, raw: str, canonical_query: str) -> None:
    """Known parameters in one order and spelling, the first of repeats, one bad spelling for each kind of bad."""
    assert spelled(viewer_request_function, raw) == canonical_query


@pytest.mark.parametrize("bad", BAD, ids=[bad.spelling for bad in BAD])
def test_bad_spellings_stay(viewer_request_function: Function, bad: Bad) -> None:
    """What stands for a kind of bad parameter stands for itself."""
    assert spelled(viewer_request_function, bad.spelling) == bad.spelling


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (f"md5={SIGNATURE}&expires=1700000000", f"md5={SIGNATURE}&expires=1700000000"),
        (f"expires=0042&md5={SIGNATURE}", f"md5={SIGNATURE}&expires=42"),
        (f"md5={SIGNATURE}&expires=1700000000&width=1", f"width=1&md5={SIGNATURE}&expires=1700000000"),
        (f"md5={SIGNATURE}", ""),
        ("expires=1700000000", ""),
        (f"md5={SIGNATURE}&expires=", ""),
        (f"md5={SIGNATURE}&expires=12345678901", ""),
        (f"md5={SIGNATURE}&expires=1a", ""),
        (f"md5={SIGNATURE}&expires=1%0A", ""),
        (f"md5={SIGNATURE[1:]}&expires=1", ""),
        (f"md5={SIGNATURE}a&expires=1", ""),
        (f"md5={SIGNATURE[1:]}%0A&expires=1", ""),
        (f"md5={SIGNATURE[1:]}%2B&expires=1", ""),
        (f"md5=x&md5={SIGNATURE}&expires=1", ""),
    ],
)
def test_signature_is_kept_whole_or_not_at_all(viewer_request_function: Function, raw: str, kept: str) -> None:
    """The two parameters of a signed address go on only together and only well-formed."""
    assert spelled(viewer_request_function, raw) == kept


CROP_SIZES = ["", "100", "100,50", "0100,050", "0,50", "100,0", "a,b", "4:5", "04:05", "0:5", "4:0", "a:b", "::"]
CROP_SIZES += ["100,50,4:5", "4:5,100,50", "4:5,100", "4:5,100,b", "4:5,0,50", "0:5,100,50", "100,50,0:5", "4:5,7:8"]
CROP_POSITIONS = ["", "7", "z", "x7", "y7", "x0500", "y500", "x0p", "y100p", "x101p", "y101p", "x", "y", "xp", "yp"]
CROP_POSITIONS += ["x7pp", "X7", "offset-x50", "offset-y50", "offset-x7", "offset-y7", "offset-x101", "offset-y101"]
CROP_POSITIONS += ["offset-x", "offset-y"]


@pytest.mark.parametrize("size", CROP_SIZES)
def test_every_combination_in_a_crop(viewer_request_function: Function, size: str) -> None:
    """Whatever follows a size, the edge spells the crop exactly as the library does."""
    several = chain([()], product(CROP_POSITIONS), product(CROP_POSITIONS, repeat=2), [("x7", "y7", "x7")])
    for raw in (f"crop={','.join((size, *positions))}" for positions in several):
        assert spelled(viewer_request_function, raw) == expected(raw), raw


@pytest.mark.parametrize("width", [None, "", "0", "7", "007", "a"])
@pytest.mark.parametrize("height", [None, "", "0", "8", "9" * 11, "b"])
@pytest.mark.parametrize("fit", [None, "", "fit", "bounds", "cover", "force", "Cover", "c"])
def test_every_combination_in_a_resize(
    viewer_request_function: Function, width: str | None, height: str | None, fit: str | None
) -> None:
    """Whatever is said of width, height and fit, the edge spells it exactly as the library does."""
    said = {"fit": fit, "height": height, "width": width}
    raw = "&".join(f"{name}={value}" for name, value in said.items() if value is not None)
    assert spelled(viewer_request_function, raw) == expected(raw)


CENTRED = ["7,8", "7,8,offset-x50,offset-y50", "4:5,offset-x50,offset-y50", "7,8,offset-x50,offset-y5"]
DENSITIES = [None, "", "1", "1.0", "2.50", "6"]
GRAVITIES = [None, "", "center", "south", "x50p,y050p"]


@pytest.mark.parametrize("sides", ["", "width=7", "height=8", "width=7&height=8", "width=7&height=0"])
@pytest.mark.parametrize("crop", [None, "", *CENTRED])
def test_every_combination_of_modifiers(viewer_request_function: Function, sides: str, crop: str | None) -> None:
    """Whatever modifiers stand beside a resize and a crop, the edge spells them exactly as the library does."""
    names = ("gravity", "enlarge", "dpr", "crop", "area")
    for values in product(GRAVITIES, [None, "", "false", "clamp"], DENSITIES, [crop], [None, "", *CENTRED[:2]]):
        said = (f"{name}={value}" for name, value in zip(names, values, strict=True) if value is not None)
        raw = "&".join((*said, sides))
        assert spelled(viewer_request_function, raw) == expected(raw), raw


@examples(1500)
@given(queries)
@example("quality=9&crop=1&fmt=webp&height=2&width=1")
def test_edge_and_library_agree(viewer_request_function: Function, raw: str) -> None:
    """The edge spells every query exactly as the library does."""
    assert spelled(viewer_request_function, raw) == expected(raw)


@examples(500)
@given(queries)
def test_canonical_query_stays(viewer_request_function: Function, raw: str) -> None:
    """A canonical query passes through the edge as it is."""
    once = spelled(viewer_request_function, raw)
    assert spelled(viewer_request_function, once) == once


@examples(500)
@given(queries)
def test_nothing_else_gets_through(viewer_request_function: Function, raw: str) -> None:
    """The origin sees known names once each, in their order."""
    names = list(viewer_request_function(viewer_request(raw=raw))["querystring"])
    assert names == [name for name in (*PARAMETERS, "md5", "expires") if name in names]


@examples(1000)
@given(queries)
def test_the_whole_query_is_replaced(viewer_request_function: Function, raw: str) -> None:
    """The cache policy keeps all query strings, so what the function does not know must not remain, on GET and HEAD."""
    junk = f"utm_source=a&{raw}&x%20y=1&__proto__=2&widt=3"
    for method in ("GET", "HEAD"):
        names = set(viewer_request_function(viewer_request(raw=junk, method=method))["querystring"])
        assert names <= {*PARAMETERS, "md5", "expires"}


def test_head_is_asked_as_get(viewer_request_function: Function) -> None:
    """HEAD finds what GET has put into the cache."""
    assert spelled(viewer_request_function, "b=1&width=07", "HEAD") == "width=7"


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE", "PATCH"])
def test_query_of_other_methods_stays(viewer_request_function: Function, method: str) -> None:
    """What is not cached is not rewritten."""
    assert spelled(viewer_request_function, "b=1&width=07", method) == "b=1&width=07"
