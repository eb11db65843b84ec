"""Pillow as its handbook shows it: a thumbnail, then its own writers, including AVIF."""

from io import BytesIO
from pathlib import Path
from typing import Any

import PIL
from PIL import ExifTags, Image, ImageOps, features

from bench.peers.serve import serve

_FIRST_SWAPPED = 5  # EXIF orientations from here on swap the axes
_ANY_SIDE = 10**6


def encode(job: dict[str, Any]) -> bytes:
    """Do one job."""
    output = BytesIO()
    with Image.open(Path(job["path"])) as image:
        profile = image.info.get("icc_profile")
        if job["width"]:
            swaps_axes = image.getexif().get(ExifTags.Base.Orientation, 1) >= _FIRST_SWAPPED
            size = (_ANY_SIDE, job["width"]) if swaps_axes else (job["width"], _ANY_SIDE)
            image.thumbnail(size, Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    settings = {} if job["number"] is None else {"quality": job["number"]}
    upright.save(output, job["format"], exif=b"", icc_profile=profile, **settings)
    return output.getvalue()


if __name__ == "__main__":
    serve(
        f"Pillow {PIL.__version__} (libwebp {features.version('webp')}, libavif {features.version('avif')})",
        encode,
    )
