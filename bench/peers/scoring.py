"""How much every result looks like its original at that size: SSIMULACRA2, and MS-SSIM beside it."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import blazediff_ssim
import pillow_avif  # noqa: F401 - registers its decoder with Pillow
from PIL import Image, ImageCms, ImageOps

from bench.common import score, windows
from bench.peers.measure import Advance, Sample

# MS-SSIM has five scales of eleven pixels each.
_LEAST_SIDE = 176


@dataclass(frozen=True)
class Scores:
    """Of one result; 100 and 1 are the same as the original."""

    ssimulacra2: float
    ms_ssim: float


def scored(samples: Sequence[Sample], advance: Advance) -> list[Scores]:
    """The scores of samples in their order; equal bytes of one photograph are looked at once."""
    keys = [(sample.job.case.photograph, sha256(sample.file.read_bytes()).digest()) for sample in samples]
    files = {key: sample.file for key, sample in zip(keys, samples, strict=True)}
    with ProcessPoolExecutor() as executor:
        futures = {key: executor.submit(look, key[0], file) for key, file in files.items()}
        for future in futures.values():
            future.result()
            advance()
    return [futures[key].result() for key in keys]


def look(photograph: Path, file: Path) -> Scores:
    """Compare one result with its original, which is decoded whole, and resized without any short cut."""
    result = upright(file)
    reference = resized(photograph, result.size)
    result = windows(result)
    found = float("nan")
    if min(result.size) >= _LEAST_SIDE:
        pixels = [image.convert("RGBA").tobytes() for image in (reference, result)]
        found = blazediff_ssim.compare_rgba(*pixels, *result.size, metric="ms-ssim").score
    return Scores(score(reference, result), found)


@lru_cache(maxsize=4)
def resized(photograph: Path, size: tuple[int, int]) -> Image.Image:
    """What a result of this size is compared with."""
    image = upright(photograph)
    return windows(image if image.size == size else image.resize(size, Image.Resampling.LANCZOS))


def upright(file: Path) -> Image.Image:
    """A picture as it is shown, in sRGB."""
    with Image.open(file) as image:
        profile = image.info.get("icc_profile")
        picture = ImageOps.exif_transpose(image).convert("RGB")
    if profile:
        own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        picture = ImageCms.profileToProfile(picture, own, srgb) or picture
    return picture
