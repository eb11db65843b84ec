"""What the benchmarks share: photographs, tables, facts about the machine, and SSIMULACRA2."""

import platform
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from os import cpu_count
from pathlib import Path

from PIL import Image

_INSIDE_SCIKIT_IMAGE = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
_SUFFIXES = (".jpg", ".jpeg", ".png")
_WINDOW, _WINDOWS = 256, 4
_SCORED_WHOLE = 1_000_000
_PACKAGES = ("pillow", "pillow-avif-plugin", "boto3", "aws-lambda-powertools")


def photographs(folder: Path | None) -> list[Path]:
    """Return the photographs of a folder, or those that scikit-image ships; nothing is downloaded."""
    if folder:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    else:
        spec = find_spec("skimage")
        if spec is None or spec.origin is None:
            sys.exit("Name a folder with --photos, or use the photographs of scikit-image: pip install scikit-image")
        found = [Path(spec.origin).parent / "data" / name for name in _INSIDE_SCIKIT_IMAGE]
    if not found:
        sys.exit(f"There is no photograph in {folder}")
    return found


def head(title: str) -> None:
    """Print what was measured, and on which machine."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    machine = f"{cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"## {title}\n\n{machine}; {versions}.\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table: the first column is text, the others are numbers."""
    print("| " + " | ".join(columns) + " |")
    print("|---" + "|--:" * (len(columns) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def scaled(image: Image.Image, pixels: float) -> Image.Image:
    """Scale a photograph down to an area in pixels."""
    factor = (pixels / (image.width * image.height)) ** 0.5
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def windows(image: Image.Image) -> Image.Image:
    """Return the part of a photograph to score: sixteen windows of a large one side by side, all of a small one."""
    if image.width * image.height <= _SCORED_WHOLE:
        return image
    joined = Image.new("RGB", (_WINDOW * _WINDOWS, _WINDOW * _WINDOWS))
    for column in range(_WINDOWS):
        for row in range(_WINDOWS):
            left = round((column + 0.5) * image.width / _WINDOWS - _WINDOW / 2)
            top = round((row + 0.5) * image.height / _WINDOWS - _WINDOW / 2)
            window = image.crop((left, top, left + _WINDOW, top + _WINDOW))
            joined.paste(window, (column * _WINDOW, row * _WINDOW))
    return joined


def need_ssimulacra2() -> None:
    """Exit with an explanation if SSIMULACRA2 is not installed."""
    if find_spec("ssimulacra2") is None:
        sys.exit("This needs SSIMULACRA2: pip install --no-deps ssimulacra2==0.3.0 (and scipy, which scikit-image has)")


def score(reference: Image.Image, distorted: Image.Image) -> float:
    """SSIMULACRA2: 100 is identical, 90 looks identical to the eye, 70 is good."""
    compute = import_module("ssimulacra2").compute_ssimulacra2  # not among the project's packages
    return float(compute(_file(reference), _file(distorted)))


def _file(image: Image.Image) -> BytesIO:
    output = BytesIO()
    image.save(output, "PNG", compress_level=1)
    output.seek(0)
    return output
