"""The samples, in one CSV file among the documents."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import get_type_hints

FILE = Path(__file__).parents[2] / "docs" / "measurements" / "quality.csv"


@dataclass(frozen=True)
class Sample:
    """One photograph, encoded once.

    Attributes:
        pixels: area of the scaled photograph.
        photograph: its name.
        encoder: its name, with its method or speed.
        number: quality number of the encoder.
        bits: bits per pixel.
        score: SSIMULACRA2.
        ms_ssim: MS-SSIM of the luminance; 1 means identical.
        nanoseconds: CPU time per pixel.
    """

    pixels: int
    photograph: str
    encoder: str
    number: int
    bits: float
    score: float
    ms_ssim: float
    nanoseconds: int


_TYPES = get_type_hints(Sample)
_NAMES = [one.name for one in fields(Sample)]


def read() -> list[Sample]:
    """All samples; none if the file does not exist yet."""
    if not FILE.exists():
        return []
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Sample(**{name: _TYPES[name](text) for name, text in row.items()}) for row in csv.DictReader(file)]


def add(samples: Iterable[Sample]) -> None:
    """Add samples to the file."""
    new = not FILE.exists()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _NAMES, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(asdict(sample) for sample in samples)
