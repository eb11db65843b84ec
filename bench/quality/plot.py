"""Draw the samples: scores over bits per pixel, by both metrics."""

from collections.abc import Iterable
from math import log10
from pathlib import Path
from statistics import mean

from matplotlib.figure import Figure

from bench.quality.samples import Sample
from bench.quality.scales import JPEG
from imagestack.transform.scales import SCALES

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "measurements"


def plot(samples: list[Sample]) -> None:
    """Draw one picture for each size, of the encoders in use: SSIMULACRA2 on the left, MS-SSIM on the right."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for pixels in sorted({sample.pixels for sample in samples}):
        of = [sample for sample in samples if sample.pixels == pixels and sample.encoder in (JPEG, *SCALES)]
        figure = Figure(figsize=(13, 5.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        for encoder in dict.fromkeys(sample.encoder for sample in of):
            curve = list(_curve([sample for sample in of if sample.encoder == encoder]))
            bits = [point[0] for point in curve]
            left.plot(bits, [point[1] for point in curve], marker=".", label=encoder)
            right.plot(bits, [point[2] for point in curve], marker=".", label=encoder)
        photographs = len({sample.photograph for sample in of})
        figure.suptitle(f"{pixels / 1e6:g} megapixels, means of {photographs} photographs")
        for axes, name in ((left, "SSIMULACRA2"), (right, "MS-SSIM, dB")):
            axes.set(xlabel="bits a pixel", ylabel=name, xscale="log")
            axes.grid(visible=True, which="both", alpha=0.3)
            axes.legend()
        figure.savefig(FOLDER / f"quality-{pixels}.png", dpi=80)


def _curve(samples: list[Sample]) -> Iterable[tuple[float, float, float]]:
    """Bits per pixel, score and decibels of MS-SSIM for each number; means over the photographs."""
    for number in sorted({sample.number for sample in samples}):
        at = [sample for sample in samples if sample.number == number]
        yield (
            mean(sample.bits for sample in at),
            mean(sample.score for sample in at),
            mean(-10 * log10(1 - sample.ms_ssim) for sample in at),
        )
