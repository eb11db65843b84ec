"""Turn samples into scales: the number of an encoder at which photographs score as JPEG does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log
from statistics import mean

from bench.common import table
from bench.quality.samples import Sample
from imagestack.transform.lines import interpolated

JPEG = "jpeg"
_BESIDE = "webp-4"


@dataclass(frozen=True)
class Row:
    """An encoder compared with one quality of JPEG, for results of one area.

    Attributes:
        pixels: the area.
        encoder: name of the encoder.
        quality: quality of the JPEG.
        score: mean SSIMULACRA2 of JPEG.
        number: number of the encoder that reaches the same mean.
        to_jpeg: mean over the photographs of its bits over JPEG's bits, at JPEG's score.
        to_webp: the same over the bits of WebP at its default method.
        off: mean of how far photographs score above JPEG at `number`.
        worst: the lowest of these differences; negative.
        best: the highest of these differences.
    """

    pixels: int
    encoder: str
    quality: int
    score: float
    number: int
    to_jpeg: float
    to_webp: float
    off: float
    worst: float
    best: float


Curves = dict[str, dict[str, list[Sample]]]


def rows(samples: Iterable[Sample]) -> list[Row]:
    """The rows for each size, encoder and quality."""
    by_size: dict[int, Curves] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for sample in samples:
        by_size[sample.pixels][sample.encoder][sample.photograph].append(sample)
    return [
        row
        for pixels, curves in sorted(by_size.items())
        for encoder in curves
        if encoder != JPEG
        for row in _rows(pixels, encoder, curves)
    ]


def _rows(pixels: int, encoder: str, curves: Curves) -> Iterable[Row]:
    names = curves[encoder].keys() & curves[JPEG].keys()
    numbers = [sample.number for sample in curves[encoder][min(names)]]
    means = [
        (mean(curves[encoder][name][at].score for name in names), float(number)) for at, number in enumerate(numbers)
    ]
    for at, quality in enumerate(sample.number for sample in curves[JPEG][min(names)]):
        jpeg = {name: curves[JPEG][name][at] for name in names}
        wanted = mean(sample.score for sample in jpeg.values())
        number = interpolated(wanted, means)
        rounded = round(min(max(number, 0), 100))
        off = [_score(curves[encoder][name], rounded) - jpeg[name].score for name in names]
        own = {name: _bits(curves[encoder][name], jpeg[name].score) for name in names}
        yield Row(
            pixels=pixels,
            encoder=encoder,
            quality=quality,
            score=wanted,
            number=rounded,
            to_jpeg=mean(own[name] / jpeg[name].bits for name in names),
            to_webp=mean(own[name] / _bits(curves[_BESIDE][name], jpeg[name].score) for name in names),
            off=mean(off),
            worst=min(off),
            best=max(off),
        )


def _score(curve: list[Sample], number: float) -> float:
    return interpolated(number, [(float(sample.number), sample.score) for sample in curve])


def _bits(curve: list[Sample], score: float) -> float:
    return exp(interpolated(score, sorted((sample.score, log(sample.bits)) for sample in curve)))


def scales(of: Iterable[Row]) -> dict[str, dict[int, tuple[int, ...]]]:
    """The scales in the form of `imagestack.transform.scales`."""
    found: dict[str, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for row in of:
        found[row.encoder][row.pixels] = (*found[row.encoder].get(row.pixels, ()), row.number)
    return dict(found)


def print_scales(samples: list[Sample]) -> None:
    """Print a table for each size and encoder, then the scales."""
    measured = rows(samples)
    for pixels, encoder in dict.fromkeys((row.pixels, row.encoder) for row in measured):
        of = [row for row in measured if (row.pixels, row.encoder) == (pixels, encoder)]
        cpu = mean(one.nanoseconds for one in samples if (one.pixels, one.encoder) == (pixels, encoder))
        print(f"### {encoder}, {pixels / 1e6:g} megapixels: {cpu:.0f} CPU nanoseconds a pixel\n")
        table(
            ("JPEG", "score", "its number", "bytes to JPEG's", "to WebP's", "off by", "photographs"),
            [
                (
                    row.quality,
                    f"{row.score:.1f}",
                    row.number,
                    f"{row.to_jpeg:.2f}",
                    f"{row.to_webp:.2f}",
                    f"{row.off:+.1f}",
                    f"{row.worst:+.1f} to {row.best:+.1f}",
                )
                for row in of
            ],
        )
    for encoder, by_pixels in scales(measured).items():
        print(f"{encoder}: {by_pixels}")
