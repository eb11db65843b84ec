"""Whether a quantity that goes up and down grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, linear_regression

# A slope within this many standard errors is noise.
_ERRORS = 2


@dataclass(frozen=True)
class Trend:
    """A straight line through samples.

    Attributes:
        slope: the slope of the line.
        noise: the error of the slope.
    """

    slope: float
    noise: float

    @property
    def surely(self) -> float:
        """The least slope that is certain."""
        return self.slope - self.noise

    @property
    def told(self) -> tuple[str, str]:
        """Slope and noise as cells of a table."""
        return f"{self.slope:+.2f}", f"±{self.noise:.2f}"


def trend(at: Sequence[float], values: Sequence[float]) -> Trend:
    """The trend of three values or more."""
    line = linear_regression(at, values)
    left = sum((value - line.slope * x - line.intercept) ** 2 for x, value in zip(at, values, strict=True))
    mean = fmean(at)
    error = sqrt(left / (len(at) - 2) / sum((x - mean) ** 2 for x in at))
    return Trend(line.slope, _ERRORS * error)
