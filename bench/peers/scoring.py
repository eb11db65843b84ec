"""Similarity of a result to its reference: SSIMULACRA2 and MS-SSIM."""

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
from bench.peers.measure import Advance

# MS-SSIM has five scales of eleven pixels each.
_LEAST_SIDE = 176


@dataclass(frozen=True)
class Scores:
    """The scores of one result; 100 and 1 mean identical."""

    ssimulacra2: float
    ms_ssim: float


def scored(pairs: Sequence[tuple[Path, Path]], advance: Advance) -> list[Scores]:
    """Score pairs of reference and result, in their order; equal pairs are compared once."""
    keys = [tuple(sha256(file.read_bytes()).digest() for file in pair) for pair in pairs]
    found = []
    with ProcessPoolExecutor() as executor:
        futures = {key: executor.submit(look, *pair) for key, pair in dict(zip(keys, pairs, strict=True)).items()}
        for key in keys:
            found.append(futures[key].result())
            advance()
    return found


def look(reference_file: Path, file: Path) -> Scores:
    """Compare one result with its reference; an original is resized in full quality first."""
    result = upright(file)
    reference = resized(reference_file, result.size)
    result = windows(result)
    found = float("nan")
    if min(result.size) >= _LEAST_SIDE:
        pixels = [image.convert("RGBA").tobytes() for image in (reference, result)]
        found = blazediff_ssim.compare_rgba(*pixels, *result.size, metric="ms-ssim").score
    return Scores(score(reference, result), found)


@lru_cache(maxsize=4)
def resized(file: Path, size: tuple[int, int]) -> Image.Image:
    """The reference for a result of this size."""
    image = upright(file)
    return windows(image if image.size == size else image.resize(size, Image.Resampling.LANCZOS))


def upright(file: Path) -> Image.Image:
    """A picture as it is shown: upright, in sRGB."""
    with Image.open(file) as image:
        profile = image.info.get("icc_profile")
        picture = ImageOps.exif_transpose(image).convert("RGB")
    if profile:
        own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        picture = ImageCms.profileToProfile(picture, own, srgb) or picture
    return picture
