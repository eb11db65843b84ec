"""Measure what decoding a JPEG at a reduced size before a resize costs in quality, and what it saves in time.

    python -m bench.decode [--photos DIR] [--widths 100 200 400 800 1600] [--linear]

The decoder can halve a JPEG up to three times. A strategy allows a reduction if it leaves at least 1, 1.5 or 2 times
the wanted size. Two strategies do not use the last halving, to an eighth.

`imagestack.transform.stream` makes each result. The reference is a full decode that Pillow resizes by Lanczos; with
`--linear` both work in linear light. They are compared by SSIMULACRA2; above 90 nobody sees a difference.

A width is left out if a photograph is less than twice as wide. Photographs in other formats are converted to JPEG
first. The script needs `ssimulacra2` besides the packages of the project: `pip install --no-deps ssimulacra2==0.3.0`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import mean, median
from time import process_time

from PIL import Image

from bench.common import head, need_ssimulacra2, photographs, score, table
from imagestack.formats import JPEG
from imagestack.geometry import Box
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.transform import read_facts
from imagestack.transform.linear import in_linear_light
from imagestack.transform.stream import stream

# Minimum ratio of the reduced size to the wanted size, and the allowed reductions.
STRATEGIES: dict[str, tuple[float, tuple[int, ...]]] = {
    "1": (1.0, (8, 4, 2)),
    "1.5": (1.5, (8, 4, 2)),
    "2": (2.0, (8, 4, 2)),
    "1.5, no eighth": (1.5, (4, 2)),
    "2, no eighth": (2.0, (4, 2)),
    "4, halves only": (4.0, (2,)),
    "full": (1.0, ()),
}
_SMALLEST_REDUCTION = 2
_TIMES = 3


@dataclass(frozen=True)
class Result:
    """One photograph at one width, decoded at the `reduction` that a strategy allows."""

    photograph: str
    width: int
    ratio: float
    strategy: str
    reduction: int
    score: float
    milliseconds: float


def jpeg(path: Path) -> bytes:
    """Return a photograph as JPEG."""
    body = path.read_bytes()
    with Image.open(BytesIO(body)) as image:
        if image.format == "JPEG":
            return body
        output = BytesIO()
        image.convert("RGB").save(output, "JPEG", quality=92)
    return output.getvalue()


@dataclass(frozen=True)
class Reduced(Work):
    """Work with a fixed reduction instead of the computed one."""

    by: int = 1

    @property
    def reduction(self) -> int:
        """Return the fixed reduction."""
        return self.by


def work(body: bytes, size: tuple[int, int], reduction: int) -> Reduced:
    """Return the work that resizes a whole photograph."""
    box = Box(0, 0, *size)
    return Reduced(read_facts(body, JPEG), (Resized(box.size, box),), JPEG, 80, by=reduction)


def by_pillow(body: bytes, size: tuple[int, int], reduction: int, *, linear: bool) -> Image.Image:
    """Decode in full and resize by Pillow, without a shortcut."""
    image = Image.open(BytesIO(body))
    width, height = image.size
    if reduction > 1:
        image.draft(image.mode, (width // reduction, height // reduction))
    box = (0.0, 0.0, width / reduction, height / reduction)

    def scale(image: Image.Image) -> Image.Image:
        return image.resize(size, Image.Resampling.LANCZOS, box)

    return (in_linear_light(image, scale) if linear else scale(image)).convert("RGB")


def resized(body: bytes, size: tuple[int, int], reduction: int, *, linear: bool) -> Image.Image:
    """Decode and resize as `imagestack.transform` does."""
    if linear:
        return by_pillow(body, size, reduction, linear=True)
    # An eighth may be rounded up to one pixel more than the wanted size.
    return stream(body, work(body, size, reduction)).crop((0, 0, *size)).convert("RGB")


def timed(body: bytes, size: tuple[int, int], reduction: int, *, linear: bool) -> tuple[Image.Image, float]:
    """Return the result, and the CPU milliseconds that it took."""
    times = []
    for _ in range(_TIMES):
        start = process_time()
        image = resized(body, size, reduction, linear=linear)
        times.append((process_time() - start) * 1000)
    return image, median(times)


def measure(path: Path, width: int, *, linear: bool) -> list[Result]:
    """Measure one photograph at one width, a result for each strategy; none if it is too small."""
    body = jpeg(path)
    with Image.open(BytesIO(body)) as original:
        ratio = original.width / width
        size = (width, round(original.height / ratio))
    if ratio < _SMALLEST_REDUCTION:
        return []
    exact = by_pillow(body, size, 1, linear=linear)
    done: dict[int, tuple[float, float]] = {}
    results = []
    for strategy, (factor, reductions) in STRATEGIES.items():
        reduction = next((n for n in reductions if ratio >= n * factor), 1)
        if reduction not in done:
            image, milliseconds = timed(body, size, reduction, linear=linear)
            done[reduction] = (score(exact, image), milliseconds)
        results.append(Result(path.stem, width, ratio, strategy, reduction, *done[reduction]))
    return results


def summary(results: Sequence[Result]) -> list[tuple[object, ...]]:
    """A row for each width and strategy."""
    rows: list[tuple[object, ...]] = []
    for width in sorted({result.width for result in results}):
        for strategy in STRATEGIES:
            of = [result for result in results if (result.width, result.strategy) == (width, strategy)]
            scores = [result.score for result in of]
            rows.append(
                (
                    f"{width}",
                    strategy,
                    len(of),
                    f"{min(scores):.1f}",
                    f"{mean(scores):.1f}",
                    sum(found < 90 for found in scores),  # noqa: PLR2004 - see the docstring of the module
                    f"{mean(result.milliseconds for result in of):.1f}",
                )
            )
    return rows


def main() -> None:
    """Measure, then print a row for each photograph, width and strategy, and a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument("--widths", type=int, nargs="+", default=[100, 200, 400, 800, 1600])
    parser.add_argument("--linear", action="store_true", help="resize in linear light")
    arguments = parser.parse_args()
    need_ssimulacra2()
    head("Decoding at a reduced size" + (", resized in linear light" if arguments.linear else ""))
    photos = photographs(arguments.photos)
    results = [
        result
        for path in photos
        for width in arguments.widths
        for result in measure(path, width, linear=arguments.linear)
    ]
    table(("width", "must leave", "photographs", "lowest score", "mean score", "below 90", "CPU ms"), summary(results))
    rows = [
        (
            r.photograph,
            r.width,
            f"{r.ratio:.2f}",
            r.strategy,
            r.reduction,
            f"{r.score:.1f}",
            f"{r.milliseconds:.1f}",
        )
        for r in results
    ]
    table(("photograph", "width", "times smaller", "must leave", "reduction", "score", "CPU ms"), rows)


if __name__ == "__main__":
    main()
