"""The plots: bytes over score, and CPU over bytes at equal score."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from bench.peers.catalog import OURS
from bench.peers.compare import mean_ratio
from bench.peers.jobs import TITLES, Encoder, size_name
from bench.peers.report import Record, encoders, ratios, sizes

_PANEL = (4.2, 3.9)
_LEGEND_COLUMNS = 2  # in a panel
# Minimum range of the cost axes around ours, so that noise does not look large.
_LEAST_BYTES, _LEAST_CPU = (0.9, 1.1), (0.5, 2.0)
_COLOURS = {
    OURS: "#c8102e",
    "sharp": "#1f77b4",
    "ipx": "#17becf",
    "thumbor": "#2ca02c",
    "Pillow": "#8c564b",
    "pyvips": "#9467bd",
}


def draw(records: Sequence[Record], folder: Path) -> list[str]:
    """Draw all plots into a folder; returns their file names."""
    names = []
    for fmt in TITLES:
        shown = [record for record in records if record.encoder.format == fmt]
        if shown:
            for name, fill in (("scores", _scores), ("costs", _costs)):
                names.append(f"{fmt}-{name}.png")
                _figure(shown, fmt, fill, folder / names[-1])
    return names


def _figure(records: Sequence[Record], fmt: str, fill: Any, path: Path) -> None:  # noqa: ANN401 - one of the functions below
    """Draw a panel for each width, and one legend."""
    widths = sizes(records)
    figure = Figure(figsize=(_PANEL[0] * len(widths), _PANEL[1]), layout="constrained")
    panels = figure.subplots(1, len(widths), squeeze=False)[0]
    for panel, width in zip(panels, widths, strict=True):
        of = [record for record in records if record.case.width == width]
        fill(panel, of, fmt)
        panel.set_title(f"{TITLES[fmt]}, {size_name(width)}, {len({record.case for record in of})} photographs")
        panel.grid(alpha=0.3)
    named = {
        handle[1]: handle[0] for panel in panels for handle in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=_LEGEND_COLUMNS * len(widths))
    figure.savefig(path, dpi=90)


def _style(encoder: Encoder) -> dict[str, Any]:
    return {
        "label": encoder.name,
        "color": _COLOURS.get(encoder.peer, "#7f7f7f"),
        "linestyle": "--" if encoder.variant else "-",
        "linewidth": 2.2 if encoder.peer == OURS else 1.2,
        "markerfacecolor": "none" if encoder.variant else None,
    }


def _scores(panel: Any, records: Sequence[Record], fmt: str) -> None:  # noqa: ANN401 - a type of matplotlib
    """Mean bytes over mean score, a line for each encoder; the default number is marked."""
    for encoder in encoders(records, fmt):
        of = [record for record in records if record.encoder == encoder]
        photographs = len({record.case for record in of})
        points = []
        for number in encoder.numbers:
            at = [record for record in of if record.sample.job.number == number]
            # A mean over fewer photographs would lie off the line.
            if len(at) == photographs:
                score = fmean(record.scores.ssimulacra2 for record in at)
                points.append((fmean(record.sample.bytes for record in at) / 1000, score, number == encoder.number))
        if points:
            kilobytes, scores, usual = zip(*points, strict=True)
            panel.plot(kilobytes, scores, marker="o", markevery=list(usual), **_style(encoder))
    panel.set_xscale("log")
    _plain(panel.xaxis)
    panel.set_xlabel("kB, mean")
    panel.set_ylabel("SSIMULACRA2, mean")


def _costs(panel: Any, records: Sequence[Record], fmt: str) -> None:  # noqa: ANN401 - a type of matplotlib
    """Bytes and CPU at the score of our first answer, relative to it."""
    everybody = encoders(records, fmt)
    ours = next((encoder for encoder in everybody if encoder.peer == OURS and not encoder.variant), None)
    for encoder in everybody:
        of = ratios(records, ours, encoder, records[0].case.width) if ours else []
        if of:
            mean = mean_ratio(of)
            panel.plot([1 / mean.bytes], [1 / mean.cpu], marker="o", **_style(encoder) | {"linestyle": "none"})
    panel.axhline(1, color="#999999", linewidth=0.6)
    panel.axvline(1, color="#999999", linewidth=0.6)
    panel.set_yscale("log")
    _plain(panel.yaxis)
    panel.set_xlim(*_wide(panel.get_xlim(), _LEAST_BYTES))
    panel.set_ylim(*_wide(panel.get_ylim(), _LEAST_CPU))
    panel.set_xlabel("bytes at equal score, ours = 1")
    panel.set_ylabel("CPU, ours = 1")


def _plain(axis: Any) -> None:  # noqa: ANN401 - a type of matplotlib
    """Show plain numbers on a logarithmic axis, without exponents."""
    axis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def _wide(shown: tuple[float, float], least: tuple[float, float]) -> tuple[float, float]:
    return min(shown[0], least[0]), max(shown[1], least[1])
