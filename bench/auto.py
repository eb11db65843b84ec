"""Measure how close `quality=auto` comes to its target score, and how well a part of a photograph represents the whole.

    python -m bench.auto [--photos DIR] [--pixels 400000] [--formats jpeg webp avif] [--targets 70 80]

Every photograph with more pixels is scaled down to `--pixels`; smaller ones are left out. The true score is SSIMULACRA2
of the whole result; above a megapixel it is SSIMULACRA2 of sixteen windows. The script needs `ssimulacra2` besides the
packages of the project: `pip install --no-deps ssimulacra2==0.3.0`.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from statistics import mean, pstdev

from PIL import Image

from bench.common import head, need_ssimulacra2, photographs, scaled, table, windows
from bench.common import score as ssimulacra2
from imagestack.formats import FORMATS, PNG
from imagestack.geometry import Size
from imagestack.plan.cost import TRIAL_SIDE
from imagestack.plan.work import Facts, Work
from imagestack.transform.auto import choose, part_of
from imagestack.transform.encode import encode
from imagestack.transform.lines import interpolated
from imagestack.transform.picture import Picture
from imagestack.transform.score import score

FIXED = (40, 60, 80, 90)
HIGHEST = 95
_MISALIGNED = 3


@dataclass(frozen=True)
class Fixed:
    """A photograph at one quality: its size, its true score, and our score of the whole and of parts."""

    quality: int
    size: int
    truth: float
    whole: float
    windows: float
    smaller: float


@dataclass(frozen=True)
class Chosen:
    """A photograph at the quality that was chosen for it."""

    quality: int
    size: int
    truth: float


def encoded(image: Image.Image, work: Work) -> tuple[int, Image.Image]:
    """Return the size of the encoded image in bytes, and the decoded image."""
    body = encode(Picture(image.copy()), work)
    with Image.open(BytesIO(body)) as result:
        return len(body), result.convert("RGB")


def truth(image: Image.Image, result: Image.Image) -> float:
    """Return the true score of a result."""
    return ssimulacra2(windows(image), windows(result))


def at(image: Image.Image, work: Work) -> Fixed:
    """Encode at the quality of `work`."""
    size, result = encoded(image, work)

    def of_part(part: Callable[[Image.Image], Image.Image]) -> float:
        return score(part(image), encoded(part(image), work)[1])

    return Fixed(
        work.quality,
        size,
        truth(image, result),
        score(image, result),
        of_part(part_of),
        of_part(lambda whole: scaled(whole, min(TRIAL_SIDE**2, whole.width * whole.height))),
    )


def chosen(image: Image.Image, work: Work) -> Chosen:
    """Encode at the quality that is chosen for the target of `work`."""
    choice = choose(Picture(image.copy()), work)
    size, result = encoded(image, replace(work, quality=choice.quality))
    return Chosen(choice.quality, size, truth(image, result))


def measure(path: Path, pixels: int, work: Work, targets: Sequence[int]) -> tuple[list[Fixed], list[Chosen]] | None:
    """Measure one photograph at the fixed qualities and for every target; None if it is too small."""
    with Image.open(path) as original:
        image = original.convert("RGB")
    # The crop keeps the 8x8 blocks of a JPEG original apart from the blocks of the encoder.
    image = image.crop((_MISALIGNED, _MISALIGNED, image.width, image.height))
    if image.width * image.height < pixels:
        return None
    image = scaled(image, pixels)
    work = replace(work, facts=Facts(PNG, Size(*image.size)))
    fixed = [at(image, replace(work, quality=quality)) for quality in FIXED]
    return fixed, [chosen(image, replace(work, target=target)) for target in targets]


def print_parts(fixed: Sequence[Sequence[Fixed]]) -> None:
    """Print by how much our score of the whole and of parts exceeds the true score."""
    rows = []
    for number, quality in enumerate(FIXED):
        of = [row[number] for row in fixed]
        above = {
            name: [getattr(sample, name) - sample.truth for sample in of] for name in ("whole", "windows", "smaller")
        }
        cells = (f"{mean(values):+.1f} ± {pstdev(values):.1f}" for values in above.values())
        truths, windows = mean(sample.truth for sample in of), mean(sample.windows for sample in of)
        rows.append((quality, f"{truths:.1f}", f"{windows:.1f}", *cells))
    table(("quality", "SSIMULACRA2", "score of windows", "whole: above", "windows: above", "smaller: above"), rows)


def print_targets(targets: Sequence[int], fixed: Sequence[Sequence[Fixed]], found: Sequence[Sequence[Chosen]]) -> None:
    """Print how far the true score is from the targets.

    The last columns compare it with one fixed quality for all photographs that reaches the same mean score.
    """
    by_quality = [[row[number] for row in fixed] for number in range(len(FIXED))]
    curve = [(mean(sample.truth for sample in of), float(sum(sample.size for sample in of))) for of in by_quality]
    spread = [(mean(sample.truth for sample in of), pstdev(sample.truth for sample in of)) for of in by_quality]
    rows = []
    for number, target in enumerate(targets):
        of = [row[number] for row in found]
        deviations = [sample.truth - target for sample in of]
        reached = mean(sample.truth for sample in of)
        rows.append(
            (
                target,
                f"{min(sample.quality for sample in of)} to {max(sample.quality for sample in of)}",
                f"{mean(deviations):+.1f}",
                f"{min(deviations):+.1f} to {max(deviations):+.1f}",
                f"{pstdev(deviations):.1f}",
                f"{interpolated(reached, spread):.1f}",
                f"{sum(sample.size for sample in of) / interpolated(reached, curve):.2f}",
            )
        )
    columns = ("target", "qualities", "mean deviation", "from … to", "spread", "spread of one quality", "bytes to its")
    table(columns, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--pixels", type=int, default=400_000)
    parser.add_argument("--formats", nargs="+", default=["jpeg", "webp", "avif"], choices=["jpeg", "webp", "avif"])
    parser.add_argument("--targets", type=int, nargs="+", default=[70, 80])
    arguments = parser.parse_args()
    need_ssimulacra2()
    head(f"Automatic quality, photographs of {arguments.pixels / 1e6:.1f} megapixels")
    for name in arguments.formats:
        work = Work(Facts(PNG, Size(1, 1)), (), FORMATS[name], HIGHEST)
        results = [measure(path, arguments.pixels, work, arguments.targets) for path in photographs(arguments.photos)]
        measured = [result for result in results if result]
        print(f"### {name}, {len(measured)} photographs\n")
        print_parts([fixed for fixed, _ in measured])
        print_targets(arguments.targets, [fixed for fixed, _ in measured], [found for _, found in measured])


if __name__ == "__main__":
    main()
