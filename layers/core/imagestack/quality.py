"""What a quality may be beside a number on the JPEG scale."""

from dataclasses import dataclass
from enum import StrEnum

HIGHEST_QUALITY = 100
DEFAULT_QUALITY = 95


class Auto(StrEnum):
    """The word for a quality that is chosen for each picture."""

    AUTO = "auto"


AUTO = Auto.AUTO


@dataclass(frozen=True)
class Target:
    """A quality that is chosen for each picture: the lowest whose result looks so good.

    Attributes:
        score: on the scale of SSIMULACRA2, from 30 to 95.
    """

    score: int

    def __str__(self) -> str:
        """As derived keys spell it."""
        return f"{AUTO}{self.score}"


LOWEST_TARGET, HIGHEST_TARGET = 30, 95
DEFAULT_TARGET = 75
