"""Second encodes of the same pixels."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from imagestack.effort import Effort
from imagestack.errors import DamagedImageError, EncodeError
from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Box, Size
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.rules.options import ImageStack
from imagestack.transform import Encoded, read_facts, transform
from imagestack.transform import refine as module
from imagestack.transform.palette import lowest_score
from imagestack.transform.picture import Picture
from imagestack.transform.refine import LEAST_OF_FEW_COLOURS, NOISE, refine
from imagestack.transform.scales import encoder_number
from imagestack.transform.score import score
from tests.support.images import drawing, encoded, photograph

# What a hasty encoder makes of pixels, exactly.
HASTY = {"png": {"compress_level": 1}, "webp": {"lossless": True, "exact": True, "quality": 0, "method": 0}}
PHOTOGRAPH = encoded(photograph(), quality=95)


def first(original: bytes, fmt: Format, to: Format, *, png_lossless: bool = False) -> Work:
    """A resize to half of the size, and a conversion."""
    facts = read_facts(original, fmt)
    half = Size(facts.size.width // 2, facts.size.height // 2)
    return Work(
        facts, (Resized(half, Box(0, 0, half.width, half.height)),), to, 80, ImageStack(png_lossless=png_lossless)
    )


def again(work: Work) -> Work:
    return replace(work, effort=Effort.REFINED)


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image


@pytest.mark.parametrize(("to", "hasty"), [(JPEG, {}), (WEBP, {"method": 0}), (AVIF, {"codec": "aom", "speed": 9})])
def test_smaller(to: Format, hasty: dict[str, object]) -> None:
    """A refinement has fewer bytes, the same format and size, and a score that is no lower."""
    work = first(PHOTOGRAPH, JPEG, to)
    quality = work.quality
    if to is not JPEG:
        quality = encoder_number("aom-9" if to is AVIF else "webp-4", work.quality, work.size.pixels)
    pixels = opened(transform(PHOTOGRAPH, replace(work, format=PNG)).body)
    body = encoded(pixels, to.codec, quality=quality, **hasty)
    found = refine(PHOTOGRAPH, body, again(work))
    assert found is not None
    assert len(found.body) < len(body)
    assert (opened(found.body).format, opened(found.body).size) == (to.codec, pixels.size)
    assert found.score is not None
    assert found.score == pytest.approx(score(pixels, opened(found.body)))
    assert found.score >= score(pixels, opened(body)) - NOISE


@pytest.mark.parametrize("png_lossless", [False, True])
def test_lossless(png_lossless: bool) -> None:  # noqa: FBT001 - a parameter
    """PNG, and WebP under `png_lossless`, stay exact, also under transparency."""
    picture = photograph().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size).point(lambda value: max(0, value - 128)))
    original = encoded(picture, "PNG")
    work = first(original, PNG, WEBP if png_lossless else PNG, png_lossless=png_lossless)
    exact = opened(transform(original, work).body)
    body = encoded(exact, work.format.codec, **HASTY[work.format.name])
    found = refine(original, body, again(work))
    assert found is not None
    assert len(found.body) < len(body)
    assert found.score == 100
    assert opened(found.body).convert("RGBA").tobytes() == opened(body).convert("RGBA").tobytes()


@pytest.mark.parametrize("clear", [False, True])
def test_few_colours(clear: bool) -> None:  # noqa: FBT001 - a parameter
    """With the option, a drawn PNG gets a palette. It is smaller than without loss and looks the same."""
    original = encoded(drawing(clear=clear), "PNG")
    exact = again(first(original, PNG, PNG))
    body = transform(original, first(original, PNG, PNG)).body
    lossless = refine(original, body, exact)
    found = refine(original, body, replace(exact, options=ImageStack(png_palette=True)))
    assert lossless is not None
    assert found is not None
    assert len(found.body) < len(lossless.body) * 0.75
    result, pixels = opened(found.body), opened(body)
    assert (result.mode, result.format, result.size) == ("P", "PNG", pixels.size)
    assert found.score == pytest.approx(lowest_score(pixels, result))
    assert LEAST_OF_FEW_COLOURS <= (found.score or 0) <= 100
    # An encode that is so small already is not made larger.
    assert refine(original, found.body, replace(exact, options=ImageStack(png_palette=True))) is None


@pytest.mark.parametrize(
    "original",
    [encoded(drawing(colours=40, clear=True), "PNG"), encoded(photograph(), "PNG")],
    ids=["many colours", "photograph"],
)
def test_too_many_colours(original: bytes) -> None:
    """A picture that would look different with a palette keeps all colours."""
    work = again(first(original, PNG, PNG))
    body = transform(original, first(original, PNG, PNG)).body
    found = refine(original, body, replace(work, options=ImageStack(png_palette=True)))
    assert found is not None
    assert found == refine(original, body, work)
    assert found.score == 100


def test_png_lossless_forbids_few_colours() -> None:
    """Under `png_lossless` the option for a palette has no effect."""
    original = encoded(drawing(), "PNG")
    body = transform(original, first(original, PNG, PNG)).body
    work = replace(again(first(original, PNG, PNG)), options=ImageStack(png_lossless=True, png_palette=True))
    found = refine(original, body, work)
    assert found is not None
    assert found.score == 100
    assert opened(found.body).convert("RGBA").tobytes() == opened(body).convert("RGBA").tobytes()


def test_first_encode_has_all_colours() -> None:
    """The first encode of a PNG has no loss, whatever the option."""
    original = encoded(drawing(), "PNG")
    work = first(original, PNG, PNG)
    assert transform(original, replace(work, options=ImageStack(png_palette=True))) == transform(original, work)


@pytest.mark.parametrize(
    ("score", "few"), [(LEAST_OF_FEW_COLOURS, True), (LEAST_OF_FEW_COLOURS - 0.1, False), (100.0, True)]
)
def test_score_decides_about_few_colours(
    monkeypatch: pytest.MonkeyPatch,
    score: float,
    few: bool,  # noqa: FBT001 - a parameter
) -> None:
    """A palette needs a score at which it looks the same."""
    original = encoded(drawing(), "PNG")
    body = transform(original, first(original, PNG, PNG)).body
    monkeypatch.setattr(module, "lowest_score", lambda *_: score)
    found = refine(original, body, replace(again(first(original, PNG, PNG)), options=ImageStack(png_palette=True)))
    assert found is not None
    assert (opened(found.body).mode == "P") is few
    assert found.score == (score if few else 100)


def test_not_smaller() -> None:
    """A derived object that is already smaller than a refinement stays."""
    work = again(first(PHOTOGRAPH, JPEG, WEBP))
    body = transform(PHOTOGRAPH, replace(work, quality=60)).body
    assert refine(PHOTOGRAPH, body, work) is None


@pytest.mark.parametrize(
    ("scores", "quality"),
    [
        ([80.0, 85.0], 78),
        ([80.0, 80.0], 78),
        ([80.0, 80 - NOISE], 78),
        ([80.0, 79.7, 80.1], 79),
        ([80.0, 79.0, 79.4, 79.8], 80),
        ([80.0, 78.0, 79.0, 79.4, 79.8], 81),
        ([80.0, 78.0, 79.0, 79.4, 79.7], None),
    ],
)
def test_score_decides(monkeypatch: pytest.MonkeyPatch, scores: list[float], quality: int | None) -> None:
    """The lowest quality wins whose score is no lower than before, but for noise."""
    tried = []

    def encode(_: Picture, work: Work) -> bytes:
        tried.append(work.quality)
        return bytes([work.quality]) * 100

    left = iter(scores)
    monkeypatch.setattr(module, "encode", encode)
    monkeypatch.setattr(module, "score", lambda *_: next(left))
    monkeypatch.setattr(module, "_opened", bytes)
    found = refine(PHOTOGRAPH, bytes(101), again(first(PHOTOGRAPH, JPEG, WEBP)))
    assert tried == list(range(78, 77 + len(scores)))
    assert list(left) == []
    assert found == (None if quality is None else Encoded(bytes([quality]) * 100, scores[-1]))


@pytest.mark.parametrize(("quality", "tries"), [(0, [0, 0, 0, 1]), (99, [97, 98, 99, 100]), (100, [98, 99, 100, 100])])
def test_quality_keeps_its_bounds(monkeypatch: pytest.MonkeyPatch, quality: int, tries: list[int]) -> None:
    """Refinements try no quality below 0 or above 100."""
    tried = []

    def encode(_: Picture, work: Work) -> bytes:
        tried.append(work.quality)
        return b"x"

    monkeypatch.setattr(module, "encode", encode)
    monkeypatch.setattr(module, "score", lambda _, result: {b"first": 90.0, b"x": 80.0}[result])
    monkeypatch.setattr(module, "_opened", bytes)
    work = replace(again(first(PHOTOGRAPH, JPEG, WEBP)), quality=quality)
    assert refine(PHOTOGRAPH, b"first", work) is None
    assert tried == tries


def test_inexact_result_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exact result is never replaced by an inexact one."""
    original = encoded(photograph(), "PNG")
    work = first(original, PNG, PNG)
    body = transform(original, work).body
    monkeypatch.setattr(module, "encode", lambda *_: encoded(Image.new("RGB", opened(body).size), "PNG"))
    assert refine(original, body, again(work)) is None


def test_damaged() -> None:
    """A damaged original and a damaged derived object raise different errors."""
    work = first(PHOTOGRAPH, JPEG, WEBP)
    with pytest.raises(DamagedImageError):
        refine(PHOTOGRAPH[:4000], bytes(10**6), again(work))
    with pytest.raises(EncodeError):
        refine(PHOTOGRAPH, bytes(10**6), again(work))
