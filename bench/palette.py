"""Measure what a palette does to PNG: bytes and scores of refinements with and without `png_palette`.

    python -m bench.palette FILE_OR_DIR...

Each PNG is scaled to half its width, and refined with and without a palette. The scores are `X-Img-Score` and the
SSIMULACRA2 of the whole image, the lower one on black and on white. The script needs `ssimulacra2` besides the packages
of the project: `pip install --no-deps ssimulacra2==0.3.0`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import process_time

from PIL import Image

from bench.common import head, need_ssimulacra2, score, table
from imagestack.effort import Effort
from imagestack.formats import PNG
from imagestack.geometry import Box, Size
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.rules.options import ImageStack
from imagestack.transform import Encoded, read_facts, transform
from imagestack.transform.palette import few_colours, lowest_score
from imagestack.transform.refine import refine


def files(places: list[Path]) -> Iterator[Path]:
    """The PNG files among paths and in folders among them."""
    for place in places:
        yield from sorted(place.glob("*.png")) if place.is_dir() else [place]


def opened(body: bytes) -> Image.Image:
    """Decode an image."""
    image = Image.open(BytesIO(body))
    image.load()
    return image


def alike(reference: Image.Image, result: Image.Image) -> float:
    """SSIMULACRA2 on black or on white, whichever is lower."""
    backgrounds = [Image.new("RGBA", reference.size, (shade, shade, shade, 255)) for shade in (0, 255)]
    return min(
        score(*(Image.alpha_composite(behind, image.convert("RGBA")).convert("RGB") for image in (reference, result)))
        for behind in backgrounds
    )


def row(path: Path) -> tuple[object, ...]:
    """A row for one original."""
    original = path.read_bytes()
    facts = read_facts(original, PNG)
    half = Size(max(1, facts.size.width // 2), max(1, facts.size.height // 2))
    work = Work(facts, (Resized(half, Box(0, 0, half.width, half.height)),), PNG, 95)
    first = transform(original, work).body
    pixels = opened(first)
    again = replace(work, effort=Effort.REFINED)
    exact = refine(original, first, again) or Encoded(first, 100.0)
    started = process_time()
    found = refine(original, first, replace(again, options=ImageStack(png_palette=True))) or exact
    seconds = process_time() - started
    few = few_colours(pixels)
    scores = ("", "") if few is None else (f"{lowest_score(pixels, few):.0f}", f"{alike(pixels, few):.1f}")
    taken = "no" if found.body == exact.body else f"{len(found.body) / len(exact.body):.2f}"
    cells = (f"{half.width} x {half.height}", len(first), len(exact.body), taken, *scores, f"{seconds:.1f}")
    return (path.stem[:24], pixels.mode, *cells)


def main() -> None:
    """Measure and print a row for each PNG."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", type=Path, nargs="+", help="PNG files, or folders of them")
    arguments = parser.parse_args()
    need_ssimulacra2()
    head("PNG of few colours")
    columns = ("PNG", "mode", "size", "first", "refined", "with few colours", "score", "SSIMULACRA2", "CPU s")
    table(columns, [row(path) for path in files(arguments.places)])


if __name__ == "__main__":
    main()
