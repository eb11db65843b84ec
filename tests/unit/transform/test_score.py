"""Scores of results, on the scale of SSIMULACRA2."""

from io import BytesIO

import pytest
from PIL import Image

from imagestack.transform.score import score, scored
from tests.support.images import encoded, photograph


def again(image: Image.Image, quality: int) -> Image.Image:
    """The picture after an encode as JPEG."""
    return Image.open(BytesIO(encoded(image, quality=quality))).convert(image.mode)


@pytest.mark.parametrize("size", [(400, 300), (60, 40), (1, 1), (3000, 2), (1, 60_000)])
def test_the_same(size: tuple[int, int]) -> None:
    """A picture scores 100 against itself, however small it is."""
    image = photograph().resize(size)
    assert score(image, image.copy()) == 100


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 300), (400, 300)), ((1, 60_000), (176, 60_000)), ((100, 177), (200, 177)), ((1, 1), (176, 176))],
)
def test_how_large_it_is_scored(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """Only a short side is enlarged, to the 176 pixels that the score needs: a thin picture stays thin."""
    assert scored(size) == expected


def test_better_scores_higher() -> None:
    """The score rises with the quality."""
    image = photograph().resize((400, 300))
    scores = [score(image, again(image, quality)) for quality in (10, 30, 50, 70, 90)]
    assert scores == sorted(set(scores))


# SSIMULACRA2 0.3.0 of these very encodes.
@pytest.mark.parametrize(
    ("name", "quality", "expected"),
    [
        ("chelsea.png", 40, 64.2),
        ("chelsea.png", 80, 83.3),
        ("coffee.png", 40, 54.3),
        ("coffee.png", 80, 74.5),
        ("coffee.png", 92, 83.6),
        ("astronaut.png", 60, 72.2),
        ("astronaut.png", 92, 87.0),
    ],
)
def test_as_ssimulacra2_says(name: str, quality: int, expected: float) -> None:
    """The score of a photograph is within five of SSIMULACRA2."""
    image = photograph(name).resize((600, 400))
    assert score(image, again(image, quality)) == pytest.approx(expected, abs=5)


def test_grey() -> None:
    """Grey pictures have a score too."""
    grey = photograph().resize((400, 300)).convert("L")
    assert 0 < score(grey, again(grey, 50)) < 100


def test_alpha_counts() -> None:
    """A wrong alpha channel lowers the score, whatever the colours under it. Invisible differences do not count."""
    image = photograph().resize((400, 300))
    alpha = photograph("coffee.png").resize((400, 300)).convert("L")
    image.putalpha(alpha)
    worse = image.copy()
    worse.putalpha(again(alpha, 10))
    assert score(image, worse) < 90
    unseen = Image.new("RGBA", image.size, (255, 0, 0, 0))
    assert score(unseen, Image.new("RGBA", image.size, (0, 0, 255, 0))) == 100
