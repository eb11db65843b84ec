"""Responsive images on the local stack: what viewers get for each candidate of the HTML that `srcset` prints."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from tests.cli.conftest import Operator
from tests.local.conftest import ODD
from tests.support.images import encoded, jpeg, photograph, png
from tests.support.responsive import Element, elements
from tests.support.serving import Serving, originals, serving

pytestmark = pytest.mark.xdist_group("control")

WIDTHS = "37,64,150,301,400,2000"
ACCEPT = "image/avif,image/webp,*/*"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Originals of several kinds and shapes, and of names that are easily got wrong."""
    exif = Image.Exif()
    exif[0x0112] = 6
    files = {
        "photo.jpg": jpeg(),
        "flat.png": png(),
        "tall.jpg": jpeg(300, 401),
        "turned.jpg": encoded(photograph().resize((400, 300)), exif=exif),
        **{name: jpeg(64, 48) for name in ODD if name.endswith(".jpg")},
    }
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    with serving("--originals", str(folder)) as found:
        yield found


def printed(stack: Serving, path: str) -> list[Element]:
    """The elements that the command prints for a path."""
    token = next(line.removeprefix("token ") for line in stack.lines if line.startswith("token "))
    operator = Operator(("--url", stack.url, "--token", token))
    ran = operator.run("srcset", path, "--widths", WIDTHS)
    assert ran.code == 0, ran.err
    return elements(ran.out)


def check(stack: Serving, path: str, limit: tuple[int, int]) -> None:
    """Request every candidate, and compare the image with the HTML."""
    found = printed(stack, path)
    for element in found:
        if element.tag == "picture":
            continue
        assert element.candidates
        for url, width in element.candidates.items():
            answer = stack.get(url, Accept=ACCEPT)
            assert answer.status_code == 200
            with Image.open(BytesIO(answer.content)) as image:
                assert image.width == width
                assert (image.width <= limit[0], image.height <= limit[1]) == (True, True)
                size = image.size
        if element.tag == "img":
            assert size == (int(element.attributes["width"]), int(element.attributes["height"]))
            assert element.attributes["src"] in element.candidates


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/photo.jpg", (400, 300)),
        ("/flat.png", (400, 300)),
        ("/tall.jpg", (300, 401)),
        ("/turned.jpg", (300, 400)),
        ("/photo.jpg?crop=4:5&quality=80", (240, 300)),
        ("/photo.jpg?crop=120,70,x5p,y5p", (120, 70)),
        ("/photo.jpg?width=160&height=90", (400, 225)),
        ("/photo.jpg?width=90&height=160&fit=force", (169, 300)),
        ("/photo.jpg?height=120", (400, 300)),
        ("/photo.jpg?rotate=90&flip=h", (300, 400)),
        ("/photo.jpg?fmt=webp&quality=40", (400, 300)),
        ("/photo.jpg?width=50&dpr=3", (400, 300)),
        ("/photo.jpg?width=16&height=9&fit=pad&background=003366&enlarge=true", (400, 225)),
        ("/photo.jpg?width=3&height=4&fit=contain&enlarge=clamp", (400, 300)),
        ("/photo.jpg?area=4:5&gravity=east&crop=1:1", (240, 240)),
        ("/flat.png?fmt=jpeg&quality=high", (400, 300)),
    ],
)
def test_every_candidate(stack: Serving, path: str, limit: tuple[int, int]) -> None:
    """A viewer gets exactly the width of the descriptor, and never more than the original holds."""
    check(stack, path, limit)


@pytest.mark.parametrize("name", [name for name in ODD if name.endswith(".jpg")])
def test_odd_names(stack: Serving, name: str) -> None:
    """Every address in the HTML leads to its original, however it is called."""
    check(stack, f"/{ODD[name]}", (64, 48))
