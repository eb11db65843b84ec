"""One quality scale for all encoders (spec section 3: `quality` is on the JPEG scale)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality.samples import read
from bench.quality.scales import rows, scales
from imagestack.transform.lines import QUALITIES
from imagestack.transform.scales import SCALES, encoder_number

encoders = st.sampled_from(list(SCALES))
areas = st.integers(1, 64_000_000)


def test_measured() -> None:
    """The scales are what the measurement beside the documents comes to."""
    made = scales(rows(read()))
    assert {encoder: made[encoder] for encoder in SCALES} == SCALES


@pytest.mark.parametrize("encoder", SCALES)
def test_as_measured(encoder: str) -> None:
    """Where it was measured, a number is the one that was found."""
    for pixels, numbers in SCALES[encoder].items():
        assert tuple(encoder_number(encoder, quality, pixels) for quality in QUALITIES) == numbers


@given(encoders, areas)
def test_from_end_to_end(encoder: str, pixels: int) -> None:
    """The whole JPEG scale maps onto an encoder's own, and never turns back."""
    numbers = [encoder_number(encoder, quality, pixels) for quality in range(101)]
    assert (numbers[0], numbers[100]) == (0, 100)
    assert all(low <= high for low, high in pairwise(numbers))


@given(encoders, st.integers(0, 99), areas)
def test_no_steps_of_quality(encoder: str, quality: int, pixels: int) -> None:
    """One more of quality is little more for the encoder."""
    assert encoder_number(encoder, quality + 1, pixels) - encoder_number(encoder, quality, pixels) <= 4


@given(encoders, st.integers(0, 100), areas)
def test_no_steps_of_size(encoder: str, quality: int, pixels: int) -> None:
    """A result a tenth larger is encoded nearly alike."""
    one, other = (encoder_number(encoder, quality, round(area)) for area in (pixels, pixels * 1.1))
    assert abs(one - other) <= 1


@pytest.mark.parametrize("encoder", SCALES)
def test_error(encoder: str) -> None:
    """On the average over photographs, an encoder scores as JPEG does at the same quality, within 1.5."""
    for row in rows(read()):
        if row.encoder == encoder:
            assert abs(row.off) <= 1.5
