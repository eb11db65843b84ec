"""Encode photographs over a grid of quality numbers, and score the results by two metrics."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import blazediff_ssim
import pillow_avif  # noqa: F401 - registers its encoder with Pillow
from PIL import Image
from rich.progress import track

from bench.common import need_ssimulacra2, photographs, scaled, score, windows
from bench.quality.samples import Sample, add, read
from imagestack.transform.lines import QUALITIES

NUMBERS = {
    "jpeg": QUALITIES,
    "webp": (25, 42, 57, 70, 80, 87, 93, 98),
    "aom": (34, 42, 48, 54, 62, 72, 84, 94),
    "svt": (28, 36, 43, 50, 58, 68, 80, 94),
}
# Pixels; the crop keeps the 8x8 blocks of a JPEG original apart from the blocks of the encoder.
_MISALIGNED = 3


def settings(encoder: str, number: int) -> tuple[str, dict[str, Any]]:
    """Pillow's format and settings for an encoder: `jpeg`, or `webp`, `aom` or `svt` with its method or speed."""
    name, _, speed = encoder.partition("-")
    match name:
        case "jpeg":
            return "JPEG", {"quality": number, "subsampling": 2, "progressive": True, "optimize": True}
        case "webp":
            return "WEBP", {"quality": number, "method": int(speed)}
        case "svt":
            return "AVIF", {"quality": number, "codec": "svt", "speed": int(speed), "advanced": {"tune": "3"}}
    return "AVIF", {"quality": number, "codec": "aom", "speed": int(speed)}


def measure(folder: Path | None, sizes: Sequence[int], encoders: Sequence[str]) -> None:
    """Measure all missing samples, and add them to the file."""
    need_ssimulacra2()
    # Otherwise SVT reports on every encode.
    os.environ["SVT_LOG"] = "1"
    there = {(sample.pixels, sample.encoder, sample.photograph) for sample in read()}
    wanted = [
        (pixels, encoder, path)
        for pixels in sizes
        for encoder in ("jpeg", *encoders)
        for path in photographs(folder)
        if (pixels, encoder, path.stem) not in there
    ]
    with ProcessPoolExecutor() as executor:
        running = [executor.submit(partial(_encode, *one)) for one in wanted]
        for done in track(as_completed(running), "encoding and scoring", total=len(running)):
            add(done.result())


def _encode(pixels: int, encoder: str, path: Path) -> list[Sample]:
    """One photograph at all numbers of an encoder; nothing if it is too small."""
    with Image.open(path) as original:
        image = original.convert("RGB")
    image = image.crop((_MISALIGNED, _MISALIGNED, image.width, image.height))
    if image.width * image.height < pixels:
        return []
    return list(_samples(path.stem, scaled(image, pixels), pixels, encoder))


def _samples(name: str, image: Image.Image, pixels: int, encoder: str) -> Iterator[Sample]:
    reference = windows(image)
    for number in NUMBERS[encoder.partition("-")[0]]:
        output = BytesIO()
        fmt, options = settings(encoder, number)
        start = process_time()
        image.save(output, fmt, **options)
        nanoseconds = (process_time() - start) / pixels * 1e9
        with Image.open(output) as encoded:
            result = windows(encoded.convert("RGB"))
        yield Sample(
            pixels=pixels,
            photograph=name,
            encoder=encoder,
            number=number,
            bits=round(len(output.getvalue()) * 8 / pixels, 4),
            score=round(score(reference, result), 2),
            ms_ssim=round(_ms_ssim(reference, result), 5),
            nanoseconds=round(nanoseconds),
        )


def _ms_ssim(reference: Image.Image, result: Image.Image) -> float:
    pixels = [image.convert("RGBA").tobytes() for image in (reference, result)]
    return float(blazediff_ssim.compare_rgba(*pixels, *reference.size, metric="ms-ssim").score)
