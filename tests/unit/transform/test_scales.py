"""One quality scale for all encoders (`quality` is on the JPEG scale: docs/specification.md#section-3)."""

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
    """The scales are those of the measurements in the docs."""
    made = scales(rows(read()))
    assert {encoder: made[encoder] for encoder in SCALES} == SCALES


@pytest.mark.parametrize("encoder", SCALES)
def test_as_measured(encoder: str) -> None:
    """At measured qualities a number is the measured one."""
    for pixels, numbers in SCALES[encoder].items():
        assert tuple(encoder_number(encoder, quality, pixels) for quality in QUALITIES) == numbers


@given(encoders, areas)
def test_from_end_to_end(encoder: str, pixels: int) -> None:
    """The whole JPEG scale maps onto that of an encoder, and never falls."""
    numbers = [encoder_number(encoder, quality, pixels) for quality in range(101)]
    assert (numbers[0], numbers[100]) == (0, 100)
    assert all(low <= high for low, high in pairwise(numbers))


@given(encoders, st.integers(0, 99), areas)
def test_no_steps_of_quality(encoder: str, quality: int, pixels: int) -> None:
    """A step of quality is a small step for the encoder."""
    assert encoder_number(encoder, quality + 1, pixels) - encoder_number(encoder, quality, pixels) <= 4


@given(encoders, st.integers(0, 100), areas)
def test_no_steps_of_size(encoder: str, quality: int, pixels: int) -> None:
    """A result that is a tenth larger gets nearly the same number."""
    one, other = (encoder_number(encoder, quality, round(area)) for area in (pixels, pixels * 1.1))
    assert abs(one - other) <= 1


@pytest.mark.parametrize("encoder", SCALES)
def test_error(encoder: str) -> None:
    """The mean score of photographs is that of JPEG at the same quality, within 1.5."""
    for row in rows(read()):
        if row.encoder == encoder:
            assert abs(row.off) <= 1.5
