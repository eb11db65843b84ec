"""Refinements reduce the palette of PNG only with the option and only without a visible difference."""

from typing import Any

import pytest
from PIL import Image

from imagestack.transform.palette import lowest_score
from tests.conftest import BOTH, Reply, Site
from tests.support.images import drawing, encoded, jpeg, photograph
from tests.support.refinery import Refinery

QUERY = "width=200"


def twice(site: Site, refinery: Refinery, query: str = QUERY, accept: str | None = None, **option: Any) -> list[Reply]:
    """The first answer under a rule, and that after the refinement, whatever there is already."""
    site.rule(refine="all", **option)
    first = site.get("a", query, accept)
    assert refinery.handle(refinery.messages()) == []
    return [first, site.get("a", query, accept)]


def exact(reply: Reply) -> bytes:
    return reply.image.convert("RGBA").tobytes()


@pytest.mark.parametrize("clear", [False, True])
def test_few_colours_afterwards(site: Site, refinery: Refinery, clear: bool) -> None:  # noqa: FBT001 - a parameter
    """The first result is lossless. The refinement has 256 colours at most, far fewer bytes and a high score."""
    site.put("a", encoded(drawing(clear=clear), "PNG"), "image/png")
    _, lossless = twice(site, refinery)
    assert lossless.headers["X-Img-Score"] == "100"
    first, after = twice(site, refinery, png_palette=True)
    assert exact(first) == exact(lossless)
    assert "X-Img-Score" not in first.headers
    assert len(after.body) < len(lossless.body) * 0.75
    assert (after.type, after.image.mode, after.image.size) == ("image/png", "P", (200, 150))
    assert exact(after) != exact(lossless)
    assert 90 <= int(after.headers["X-Img-Score"]) <= 100
    assert lowest_score(lossless.image, after.image) >= 90
    assert after.operations == first.operations == "resize"
    assert refinery.messages() == []


def test_cut_only(site: Site, refinery: Refinery) -> None:
    """A PNG that is only cut may have few colours too."""
    image = drawing().resize((200, 150), Image.Resampling.LANCZOS)
    site.put("a", encoded(image, "PNG"), "image/png")
    _, after = twice(site, refinery, "crop=190,140", png_palette=True)
    assert after.image.mode == "P"
    assert lowest_score(image.crop((5, 5, 195, 145)), after.image) >= 90


@pytest.mark.parametrize(
    ("image", "option"),
    [
        (photograph(), {"png_palette": True}),
        (drawing(colours=40, clear=True), {"png_palette": True}),
        (drawing(), {"png_palette": True, "png_lossless": True}),
        (drawing(), {"png_palette": False}),
        (drawing(), {}),
    ],
    ids=["photograph", "seen", "png_lossless", "off", "absent"],
)
def test_nothing_is_lost(site: Site, refinery: Refinery, image: Image.Image, option: dict[str, Any]) -> None:
    """Every pixel stays if the palette would be visible, if `png_lossless` is on, or without the option."""
    site.put("a", encoded(image, "PNG"), "image/png")
    first, after = twice(site, refinery, **option)
    assert exact(after) == exact(first)
    assert len(after.body) < len(first.body)
    assert after.headers["X-Img-Score"] == "100"


def test_switched_off_again(site: Site, refinery: Refinery) -> None:
    """A lossy derived object is not served once the option is off, or `png_lossless` is on."""
    site.put("a", encoded(drawing(), "PNG"), "image/png")
    site.rule()
    lossless = site.get("a", QUERY)
    _, few = twice(site, refinery, png_palette=True)
    assert exact(few) != exact(lossless)
    for option in ({}, {"png_palette": False}, {"png_palette": True, "png_lossless": True}):
        site.rule(**option)  # type: ignore[arg-type] # none of them is the pattern or the host
        assert exact(site.get("a", QUERY)) == exact(lossless)
    # Without refinements nothing new is made with few colours; what was stays as long as the option does.
    site.rule(png_palette=True)
    assert site.get("a", QUERY).body == few.body


def test_other_formats_are_as_ever(site: Site, refinery: Refinery) -> None:
    """JPEG, and what is converted, do not mind the option."""
    for body, accept in ((jpeg(), None), (encoded(drawing(), "PNG"), BOTH)):
        site.put("a", body, "image/jpeg" if accept is None else "image/png")
        found = [
            twice(site, refinery, accept=accept, webp_enabled=True, png_palette=palette)[1].body
            for palette in (False, True)
        ]
        assert found[0] == found[1]


@pytest.mark.parametrize(
    ("query", "option", "key"),
    [
        ("width=200", {"png_palette": True}, "width=200&preset=95&palette"),
        ("crop=1:1&quality=5", {"png_palette": True}, "crop=1:1&quality=5&palette"),
        ("width=200", {"png_palette": True, "png_lossless": True}, "width=200&preset=95&lossless"),
        ("fmt=webp", {"png_palette": True}, "fmt=webp&preset=95"),
        ("width=200", {}, "width=200&preset=95"),
    ],
)
def test_keys(site: Site, query: str, option: dict[str, Any], key: str) -> None:
    """The derived key names the palette where the result may be a PNG, and is unchanged without the option."""
    site.put("a", encoded(drawing(), "PNG"), "image/png")
    site.rule(**option)
    assert site.get("a", query, BOTH).operations
    assert [name.partition("/@/")[2].partition("&v=")[0] for name in site.derived()] == [key]


def test_a_jpeg_becomes_png(site: Site, refinery: Refinery) -> None:
    """A refined palette of a PNG from `fmt` is not served once the option is off: it has a key of its own."""
    site.put("a", encoded(drawing(), quality=90))
    few, all_ = (twice(site, refinery, "fmt=png", png_palette=on)[1].image.mode for on in (True, False))
    assert (few, all_) == ("P", "RGB")
    assert len(site.derived()) == 2
