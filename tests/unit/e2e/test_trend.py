"""Whether what goes up and down grows."""

import pytest

from tests.e2e.trend import trend


def test_a_line() -> None:
    """What lies on a line has its slope, and no noise."""
    found = trend([0, 1, 2, 3], [5, 7, 9, 11])
    assert (found.slope, found.noise) == pytest.approx((2, 0))
    assert found.told == ("+2.00", "±0.00")


def test_noise() -> None:
    """Two standard errors, as textbooks have them: 2 * sqrt(residuals / (n - 2) / spread of the times)."""
    found = trend([0, 1, 2, 3, 4], [0, 2, 1, 3, 2])
    assert found.slope == pytest.approx(0.5)
    # Residuals -0.6, 0.9, -0.6, 0.9, -0.6: 2.7 / 3 / 10.
    assert found.noise == pytest.approx(2 * 0.3)
    assert found.surely == pytest.approx(-0.1)
