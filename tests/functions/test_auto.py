"""A quality that is chosen for each picture, through the handler."""

from typing import Any

import pytest
from PIL import Image

from tests.conftest import BOTH, Site
from tests.functions.test_derived import counted_transforms
from tests.support.images import encoded, photograph

CHOSEN = ("X-Img-Quality", "X-Img-Score")
ORIGINAL = encoded(photograph("coffee.png"), quality=92)


@pytest.fixture
def photo(site: Site) -> Site:
    """A site with a photograph."""
    site.put("a.jpg", ORIGINAL)
    return site


def chosen(headers: dict[str, str]) -> tuple[int, int]:
    """Quality and score, from the headers."""
    quality, score = (int(headers[name]) for name in CHOSEN)
    return quality, score


@pytest.mark.parametrize(("accept", "fmt"), [(None, "JPEG"), ("image/webp", "WEBP"), (BOTH, "AVIF")])
def test_headers(photo: Site, accept: str | None, fmt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The headers name the chosen quality and its score, also when the image is served again."""
    photo.rule(quality="auto", webp_enabled=True, avif_enabled=True)
    with counted_transforms(photo, monkeypatch) as done:
        first, head, second = (photo.ask("/a.jpg", "width=300", accept, method) for method in ("GET", "HEAD", "GET"))
    assert len(done) == 1
    assert first.image.format == fmt
    quality, score = chosen(first.headers)
    assert 20 <= quality <= 92
    assert 75 <= score <= 80
    assert second.body == first.body
    for again in (head, second):
        assert again.headers == first.headers


@pytest.mark.parametrize(
    ("query", "option", "key"),
    [
        ("width=300&quality=auto", {}, "width=300&quality=auto75"),
        ("quality=auto&width=0300", {"quality": "auto"}, "width=300&quality=auto75"),
        ("width=300", {"quality": "auto"}, "width=300&preset=auto75"),
        ("width=300&quality=auto", {"quality": 40, "quality_target": 85}, "width=300&quality=auto85"),
        ("width=300", {"quality": 40, "quality_target": 85}, "width=300&preset=40"),
    ],
)
def test_keys(photo: Site, query: str, option: dict[str, Any], key: str) -> None:
    """The derived key has the target where the quality is chosen."""
    photo.rule(**option)
    assert photo.get("a.jpg", query).operations == "resize"
    assert [name.partition("/@/")[2].partition("&v=")[0] for name in photo.derived()] == [key]


def test_another_target_is_another_object(photo: Site) -> None:
    """Each target has its own derived object, and a higher target has more bytes and a better score."""
    found = []
    for target in (60, 75, 85):
        photo.rule(quality="auto", quality_target=target, webp_enabled=True)
        reply = photo.get("a.jpg", "width=300", BOTH)
        quality, score = chosen(reply.headers)
        assert score >= target
        found.append((len(reply.body), quality, score))
    assert len(photo.derived()) == 3
    for column in zip(*found, strict=True):
        assert list(column) == sorted(set(column))


def test_never_above_the_originals(site: Site) -> None:
    """An original of low quality gets at most its own quality, and is converted all the same."""
    site.put("a.jpg", encoded(photograph("coffee.png"), quality=40))
    site.rule()
    reply = site.get("a.jpg", "fmt=webp&quality=auto", BOTH)
    assert (reply.operations, reply.reason) == ("convert", None)
    assert chosen(reply.headers)[0] <= 40


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("quality=auto", "quality: cannot be performed without another operation"),
        (
            "quality=auto&width=100000",
            "resizing: destination image width or height parameter is more than the original image size",
        ),
        ("quality=AUTO", "compression: bad quality parameter"),
        ("quality=auto%20", "compression: bad quality parameter"),
        ("quality=auto75", "compression: bad quality parameter"),
    ],
)
def test_no_operation(photo: Site, query: str, reason: str) -> None:
    """An automatic quality alone is not an operation, and a malformed value is a bad parameter."""
    photo.rule()
    reply = photo.get("a.jpg", query)
    assert (reply.body, reply.reason) == (ORIGINAL, reason)
    assert not set(CHOSEN) & reply.headers.keys()


def test_bigger_than_origin(site: Site) -> None:
    """A conversion that is not smaller than the original is left out, as with any quality."""
    noise = encoded(Image.effect_noise((200, 150), 90).convert("RGB"), quality=15)
    site.put("a.jpg", noise)
    site.rule()
    reply = site.get("a.jpg", "fmt=webp&quality=auto", BOTH)
    assert (reply.body, reply.reason) == (noise, "convert: converted image bigger than origin")
    assert not set(CHOSEN) & reply.headers.keys()


@pytest.mark.parametrize(
    ("query", "option"),
    [("width=300&quality=80", {"quality": "auto"}), ("width=300", {}), ("width=300", {"quality_target": 85})],
)
def test_numbers_are_taken_as_they_are(photo: Site, query: str, option: dict[str, Any]) -> None:
    """With a number, no quality is chosen, and no header names one."""
    photo.rule(**option)
    reply = photo.get("a.jpg", query)
    assert reply.operations == "resize"
    assert not set(CHOSEN) & reply.headers.keys()


@pytest.mark.parametrize(("query", "lossless"), [("width=300", False), ("width=300&fmt=webp", True)])
def test_lossless_work_has_no_quality(site: Site, query: str, *, lossless: bool) -> None:
    """PNG that stays PNG, and PNG that is to stay exact, ignore it as any quality."""
    bodies = []
    for number, quality in enumerate((80, "auto")):
        site.put(f"{number}.png", encoded(photograph("coffee.png"), "PNG"), "image/png")
        site.rule(quality=quality, png_lossless=lossless)
        reply = site.get(f"{number}.png", query, BOTH)
        assert reply.operations is not None
        assert not set(CHOSEN) & reply.headers.keys()
        bodies.append(reply.body)
    assert bodies[0] == bodies[1]


def test_hand_written_mistakes(photo: Site) -> None:
    """A rule with an unknown word as quality is skipped, and the other rules stay in effect."""
    photo.rule(1, quality="automatic", webp_enabled=True)
    photo.rule(2, quality="auto", quality_target=96, webp_enabled=True)
    photo.rule(3, quality="auto", avif_enabled=True)
    assert photo.get("a.jpg", "", BOTH).type == "image/avif"
