"""Qualities: a number on the JPEG scale, or a score that each image is to reach."""

from dataclasses import dataclass
from enum import StrEnum

HIGHEST_QUALITY = 100
DEFAULT_QUALITY = 95
LEVELS = {"high": 95, "medium": 80, "low": 65}
"""Words for qualities (docs/specification.md#section-4)."""


class Auto(StrEnum):
    """The word for a quality that is chosen for each image."""

    AUTO = "auto"


AUTO = Auto.AUTO


@dataclass(frozen=True)
class ScoreTarget:
    """The lowest quality is chosen whose result reaches this score.

    Attributes:
        score: on the scale of SSIMULACRA2, from 30 to 95.
    """

    score: int

    def __str__(self) -> str:
        """The canonical text of the quality in derived keys."""
        return f"{AUTO}{self.score}"


LOWEST_TARGET, HIGHEST_TARGET = 30, 95
DEFAULT_TARGET = 75
