"""Make the scales of `imagestack.transform.encode`: which number of an encoder looks like JPEG's number.

    python bench/quality.py [--photos DIR] [--pixels 400000] [--encoders webp aom-7 aom-8]

Every photograph that has so many pixels is scaled down to them, encoded over a grid of numbers, and scored by
SSIMULACRA2. An encoder's number is equal to JPEG's where the mean scores are. Needs `ssimulacra2` besides the packages
of the project: `pip install --no-deps ssimulacra2==0.3.0`.

Photographs are first cut by a few pixels, lest blocks of a JPEG original meet those of JPEG alone. Above a megapixel
the score is that of sixteen windows spread over the photograph, put together, since a score costs more than an encode.
"""

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Any

import pillow_avif  # noqa: F401 - registers its encoder with Pillow
from PIL import Image

from bench.common import head, interpolated, need_ssimulacra2, photographs, scaled, score, table, windows

JPEG_NUMBERS = (30, 40, 50, 60, 70, 80, 90, 95)
NUMBERS = {
    "jpeg": JPEG_NUMBERS,
    "webp": (25, 40, 50, 60, 70, 77, 83, 88, 92, 96, 99),
    "aom": (30, 38, 44, 49, 54, 60, 66, 72, 78, 84, 90, 96),
    "svt": (24, 32, 38, 43, 48, 54, 60, 66, 72, 80, 88, 96),
}
_MISALIGNED = 3


@dataclass(frozen=True)
class Sample:
    """One photograph, encoded once."""

    encoder: str
    number: int
    bits: float
    score: float
    nanoseconds: float


def settings(encoder: str, number: int) -> tuple[str, dict[str, Any]]:
    """Pillow's format and settings for an encoder, named `jpeg`, `webp`, or as an AVIF codec and its speed."""
    name, _, speed = encoder.partition("-")
    match name:
        case "jpeg":
            return "JPEG", {"quality": number, "subsampling": 2, "progressive": True, "optimize": True}
        case "webp":
            return "WEBP", {"quality": number, "method": 4}
        case "svt":
            return "AVIF", {"quality": number, "codec": "svt", "speed": int(speed), "advanced": {"tune": "3"}}
    return "AVIF", {"quality": number, "codec": "aom", "speed": int(speed)}


def measure(path: Path, encoders: Sequence[str], pixels: int) -> list[Sample]:
    """Encode one photograph with every encoder and number; nothing if it is too small."""
    with Image.open(path) as original:
        image = original.convert("RGB")
    image = image.crop((_MISALIGNED, _MISALIGNED, image.width, image.height))
    if image.width * image.height < pixels:
        return []
    image = scaled(image, pixels)
    reference = windows(image)
    samples = []
    for encoder in encoders:
        for number in NUMBERS[encoder.partition("-")[0]]:
            output = BytesIO()
            fmt, options = settings(encoder, number)
            start = process_time()
            image.save(output, fmt, **options)
            nanoseconds = (process_time() - start) / pixels * 1e9
            with Image.open(output) as encoded:
                found = score(reference, windows(encoded.convert("RGB")))
            samples.append(Sample(encoder, number, len(output.getvalue()) * 8 / pixels, found, nanoseconds))
    return samples


def means(samples: Sequence[Sample], encoder: str) -> list[Sample]:
    """Over the photographs, one sample for each number of an encoder."""
    result = []
    for number in NUMBERS[encoder.partition("-")[0]]:
        of = [sample for sample in samples if sample.encoder == encoder and sample.number == number]
        result.append(
            Sample(
                encoder,
                number,
                mean(sample.bits for sample in of),
                mean(sample.score for sample in of),
                mean(sample.nanoseconds for sample in of),
            )
        )
    return result


def scale_of(encoder: str, by_photograph: Sequence[Sequence[Sample]]) -> tuple[tuple[int, int], ...]:
    """Print what an encoder's number, bytes and errors are at JPEG's scores; return its scale."""
    samples = [sample for samples in by_photograph for sample in samples]
    jpeg, other = means(samples, "jpeg"), means(samples, encoder)
    numbers = [(sample.score, float(sample.number)) for sample in other]
    bits = [(sample.score, sample.bits) for sample in other]
    rows, scale = [], []
    for sample in jpeg:
        number = round(min(max(interpolated(sample.score, numbers), 0), 100))
        scale.append((sample.number, number))
        error = mean(_error(sample.number, number, encoder, of) for of in by_photograph)
        rows.append(
            (
                sample.number,
                f"{sample.score:.1f}",
                f"{sample.bits:.3f}",
                number,
                f"{interpolated(sample.score, bits) / sample.bits:.2f}",
                f"{error:.1f}",
            )
        )
    print(f"### {encoder}: {mean(sample.nanoseconds for sample in other):.0f} CPU nanoseconds a pixel\n")
    table(("JPEG", "score", "bits a pixel", "its number", "bytes at equal score", "mean error"), rows)
    return tuple(scale)


def _error(jpeg: int, number: int, encoder: str, samples: Sequence[Sample]) -> float:
    """How far one photograph's score is from JPEG's when the scale is applied."""
    wanted = next(sample.score for sample in samples if (sample.encoder, sample.number) == ("jpeg", jpeg))
    points = [(float(sample.number), sample.score) for sample in samples if sample.encoder == encoder]
    return abs(interpolated(number, points) - wanted)


def main() -> None:
    """Print tables and scales for one size of results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument("--pixels", type=int, default=150_000, help="the area of a result (default: %(default)s)")
    parser.add_argument(
        "--encoders", nargs="+", default=["webp", "aom-7", "aom-8", "aom-9", "svt-8"], help="default: %(default)s"
    )
    arguments = parser.parse_args()
    need_ssimulacra2()
    # SVT reports on every encode otherwise.
    os.environ["SVT_LOG"] = "1"
    task = partial(measure, encoders=("jpeg", *arguments.encoders), pixels=arguments.pixels)
    with ProcessPoolExecutor() as executor:
        measured = [samples for samples in executor.map(task, photographs(arguments.photos)) if samples]
    head(f"Quality of results of {arguments.pixels / 1e6:g} megapixels, {len(measured)} photographs")
    scales = {encoder: scale_of(encoder, measured) for encoder in arguments.encoders}
    for encoder, scale in scales.items():
        print(f"{encoder}: {((0, 0), *scale, (100, 100))}")


if __name__ == "__main__":
    main()
