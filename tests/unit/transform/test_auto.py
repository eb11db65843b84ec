"""The choice of a quality for one picture, measured on real photographs."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Size
from imagestack.plan.work import Facts, Work
from imagestack.rules.options import ImageStack
from imagestack.transform import Encoded, auto, transform
from imagestack.transform.auto import Choice, choose, estimate, typical_score
from imagestack.transform.encode import encode
from imagestack.transform.picture import Picture
from imagestack.transform.score import score
from tests.support.images import encoded, photograph

PHOTOGRAPHS = ["astronaut.png", "chelsea.png", "coffee.png"]
SMALL = 360
"""No side is longer than a trial, so that trials encode the whole picture."""
formats = pytest.mark.parametrize("fmt", [JPEG, WEBP, AVIF], ids=lambda fmt: fmt.name)


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The qualities of all trials of a choice, which are encoded."""
    done: list[int] = []

    def counting(picture: Picture, work: Work) -> bytes:
        done.append(work.quality)
        return encode(picture, work)

    monkeypatch.setattr(auto, "encode", counting)
    return done


def small(name: str) -> Image.Image:
    image = photograph(name).copy()
    image.thumbnail((SMALL, SMALL))
    return image


def work(image: Image.Image, fmt: Format, target: int, highest: int = 95) -> Work:
    return Work(Facts(PNG, Size(*image.size)), (), fmt, highest, target=target)


def chosen(image: Image.Image, fmt: Format, target: int, highest: int = 95) -> Choice:
    return choose(Picture(image.copy()), work(image, fmt, target, highest))


def body(image: Image.Image, fmt: Format, quality: int) -> bytes:
    return encode(Picture(image.copy()), replace(work(image, fmt, 75), quality=quality))


def reached(image: Image.Image, fmt: Format, quality: int) -> float:
    """The probable score of the whole picture at a quality."""
    with Image.open(BytesIO(body(image, fmt, quality))) as result:
        measured = score(image, result.convert("RGB"))
    return estimate(measured, typical_score(quality, image.width * image.height))


@formats
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_reaches_the_target(name: str, fmt: Format, trials: list[int]) -> None:
    """At most three trials: the result has the target score within two points. A quality eight lower would miss it."""
    image = small(name)
    choice = chosen(image, fmt, 75)
    assert 1 <= len(trials) <= 3
    found = reached(image, fmt, choice.quality)
    assert found >= 73
    assert abs(found - choice.score) <= 2
    assert choice.score >= 75
    assert reached(image, fmt, choice.quality - 8) < 75


@formats
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_higher_target_costs_bytes(name: str, fmt: Format, trials: list[int]) -> None:
    """From 60 to 85, each higher target has a higher quality and more bytes."""
    image = photograph(name)
    choices = []
    for target in (60, 70, 80, 85):
        trials.clear()
        choices.append(chosen(image, fmt, target).quality)
        assert len(trials) <= 3
    assert choices == sorted(set(choices))
    sizes = [len(body(image, fmt, quality)) for quality in choices]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_windows_stand_for_a_large_picture(name: str) -> None:
    """The score that windows predict for a large picture is that of the whole, within three points."""
    image = photograph(name)
    image = image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)
    choice = chosen(image, JPEG, 75)
    assert abs(reached(image, JPEG, choice.quality) - choice.score) < 3


@pytest.mark.parametrize(("measured", "probable"), [(77.8, 77.8), (87.8, 81.8), (67.8, 73.8), (100, 92.8), (0, 7.2)])
def test_estimate(measured: float, probable: float) -> None:
    """Typical is 77.8. Two fifths of a usual distance count, and all of what is beyond it."""
    assert estimate(measured, 77.8) == pytest.approx(probable)


def test_pictures_differ() -> None:
    """The same target is a very different quality for another picture."""
    found = [chosen(small(name), WEBP, 75).quality for name in PHOTOGRAPHS]
    assert max(found) - min(found) >= 5


@formats
def test_noise_takes_the_highest(fmt: Format, trials: list[int]) -> None:
    """A target out of reach gives the highest quality that is allowed, with the score of that quality."""
    image = Image.effect_noise((300, 200), 90).convert("RGB")
    choice = chosen(image, fmt, 95, highest=60)
    assert choice.quality == 60
    assert choice.score < 95
    assert len(trials) <= 3


@formats
def test_flat_pictures_take_the_lowest(fmt: Format) -> None:
    """A picture that looks the same at every quality gets the lowest one, and never one above the highest."""
    image = Image.new("RGB", (200, 100), (120, 130, 140))
    assert chosen(image, fmt, 75).quality == 20
    assert chosen(image, fmt, 75, highest=12).quality == 12


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
@pytest.mark.parametrize("size", [(1, 1), (2, 300), (900, 1), (5000, 3), (16, 16)])
def test_any_shape(mode: str, size: tuple[int, int], trials: list[int]) -> None:
    """A quality is chosen for tiny, thin, grey and transparent pictures too."""
    image = photograph("coffee.png").resize(size).convert(mode)
    for fmt in (WEBP, AVIF) if "A" in mode else (JPEG, WEBP, AVIF):
        trials.clear()
        choice = chosen(image, fmt, 75)
        assert 20 <= choice.quality <= 95
        assert 0 <= choice.score <= 100
        assert 1 <= len(trials) <= 3


@pytest.mark.parametrize("fmt", [WEBP, AVIF], ids=lambda fmt: fmt.name)
def test_what_is_transparent_does_not_count(fmt: Format) -> None:
    """Noise under full transparency does not count: the choice is that of a flat picture."""
    image = Image.effect_noise((300, 200), 90).convert("RGB")
    image.putalpha(0)
    assert chosen(image, fmt, 85).quality == 20
    image.putalpha(255)
    assert chosen(image.convert("RGB"), fmt, 85).quality > 50


def test_grey() -> None:
    """A grey photograph reaches its target too."""
    image = small("coffee.png").convert("L")
    choice = chosen(image, JPEG, 75)
    assert reached(image.convert("RGB"), JPEG, choice.quality) >= 73


@formats
def test_transform(fmt: Format) -> None:
    """The result has the quality that is returned with it, and is always the same."""
    image = small("chelsea.png")
    original = encoded(image, "PNG")
    made = transform(original, work(image, fmt, 75))
    assert made.quality is not None
    assert made.score is not None
    assert made.score >= 75
    assert made.body == body(image, fmt, made.quality)
    assert transform(original, work(image, fmt, 75)) == made


def test_a_number_is_taken_as_it_is(trials: list[int]) -> None:
    """A numeric quality needs no trial and returns no choice."""
    image = small("chelsea.png")
    fixed = replace(work(image, WEBP, 75), quality=60, target=None)
    assert transform(encoded(image, "PNG"), fixed) == Encoded(body(image, WEBP, 60))
    lossless = replace(work(image, WEBP, 75), options=ImageStack(png_lossless=True))
    assert transform(encoded(image, "PNG"), lossless).quality is None
    assert trials == []
