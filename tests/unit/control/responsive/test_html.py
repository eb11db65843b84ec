"""The HTML of responsive images."""

from imagestack.control.responsive.html import Candidate, img, picture
from tests.support.responsive import elements

ODD = '/a&b"<c>.jpg?x=1&width='
OWN = [Candidate(f"{ODD}{width}", width, width // 2) for width in (100, 200, 300)]
ALT = 'A "cat" & <dog>\'s'


def test_img() -> None:
    """The size is that of the largest candidate, `src` is the middle one, and every value is escaped."""
    (found,) = elements(img(OWN, "(min-width: 9px) 50vw, 100vw", ALT))
    assert found.tag == "img"
    assert {name: value for name, value in found.attributes.items() if name != "srcset"} == {
        "src": f"{ODD}200",
        "sizes": "(min-width: 9px) 50vw, 100vw",
        "width": "300",
        "height": "150",
        "alt": ALT,
        "loading": "lazy",
        "decoding": "async",
    }
    assert found.candidates == {f"{ODD}100": 100, f"{ODD}200": 200, f"{ODD}300": 300}


def test_ampersands() -> None:
    """Ampersands and quotes are written as references, also those before the parameters."""
    assert 'src="/a&amp;b&quot;&lt;c&gt;.jpg?x=1&amp;width=200"' in img(OWN, "100vw", "")


def test_picture() -> None:
    """The sources stand before the fallback, in their order, with candidates and sizes of their own."""
    sources = {kind: [Candidate(f"/{kind}", 7, 5)] for kind in ("image/avif", "image/webp")}
    whole, *found, fallback = elements(picture(sources, OWN, "50vw", ""))
    assert whole.tag == "picture"
    assert [(one.tag, one.attributes["type"], one.attributes["sizes"], one.candidates) for one in found] == [
        ("source", "image/avif", "50vw", {"/image/avif": 7}),
        ("source", "image/webp", "50vw", {"/image/webp": 7}),
    ]
    assert [fallback] == elements(img(OWN, "50vw", ""))
