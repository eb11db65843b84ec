"""`imagestack srcset`; `tests/control/test_responsive_images.py` covers what the API writes."""

from typing import Any

import pytest

from tests.cli.conftest import HOST, OPTIONS, Operator, resource
from tests.support.responsive import elements


def test_html(cat: Operator) -> None:
    """Both elements go to standard output, and notes to standard error."""
    ran = cat.run("srcset", "/cat.jpg?dpr=2", "--widths", "100, 200,9000", "--sizes", "50vw", "--alt", "A cat")
    assert ran.code == 0
    image, picture, avif, webp, fallback = elements(ran.out)
    assert image.candidates == {"/cat.jpg?width=100": 100, "/cat.jpg?width=200": 200, "/cat.jpg?width=400": 400}
    assert (image.attributes["sizes"], image.attributes["alt"]) == ("50vw", "A cat")
    assert (picture.tag, avif.attributes["type"], webp.attributes["type"]) == ("picture", "image/avif", "image/webp")
    assert fallback == image
    dpr, larger = ran.err.splitlines()
    assert dpr.startswith("dpr is left out")
    assert larger.startswith("width 400 takes the place of larger ones")


def test_json(cat: Operator) -> None:
    """With `--json` the output is the API's answer."""
    found = cat.run("srcset", "/cat.jpg", "--widths", "100", "--json").json
    assert found["candidates"] == [{"url": "/cat.jpg?width=100", "width": 100, "height": 75}]
    assert found["notes"] == []
    assert elements(found["img"]) == elements(found["picture"])[-1:]


@pytest.mark.parametrize("widths", ["", ",", "100,", "0", "-1", "1.5", "100;200", "wide", "\uff11", "1e3"])
def test_bad_widths(cat: Operator, widths: str) -> None:
    """Anything but whole numbers of at least 1 is wrong usage."""
    ran = cat.run("srcset", "/cat.jpg", f"--widths={widths}")
    message = "--widths is a list of whole numbers of at least 1, like 320,640,1280, and not"
    assert (ran.code, ran.out, ran.err) == (2, "", f"imagestack: {message} {widths!r}\n")


def test_no_widths(cat: Operator) -> None:
    """The widths have to be given."""
    assert cat.run("srcset", "/cat.jpg").code == 2


def test_whose(cat: Operator, write: Any) -> None:
    """A URL names its resource by its host; for a path there has to be one resource, or its name."""
    widths = ("--widths", "100")
    assert cat.run("srcset", f"https://{HOST}/cat.jpg", *widths).code == 0
    unknown = cat.run("srcset", "https://other.example.com/cat.jpg", *widths)
    assert (unknown.code, unknown.err) == (1, "imagestack: no resource answers for other.example.com\n")
    resource(cat, write, "*", options=OPTIONS)
    assert cat.run("srcset", "https://other.example.com/cat.jpg", *widths).code == 0
    several = cat.run("srcset", "/cat.jpg", *widths)
    assert (several.code, several.err) == (2, "imagestack: whose image is it? Give --resource, or the whole URL\n")
    assert cat.run("srcset", "/cat.jpg", *widths, "--resource", HOST).code == 0
    assert cat.run("srcset", "cat.jpg", *widths).code == 2
    assert cat.run("srcset", "https://[/cat.jpg", *widths).code == 2


def test_no_image(cat: Operator) -> None:
    """A missing original and a bad parameter are failures that say why."""
    missing = cat.run("srcset", "/none.jpg", "--widths", "100")
    assert (missing.code, missing.err) == (1, "imagestack: there is no such original\n")
    bad = cat.run("srcset", "/cat.jpg?crop=x", "--widths", "100")
    assert (bad.code, bad.err) == (1, "imagestack: address: cropping: bad width parameter\n")
