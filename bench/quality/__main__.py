"""The command `python -m bench.quality`."""

import argparse
from pathlib import Path

import bench.quality
from bench.quality.samples import read
from bench.quality.scales import print_scales

_SIZES = (107_000, 380_000, 3_000_000)
_ENCODERS = ("webp-4", "webp-6", "aom-9", "aom-8", "aom-7", "aom-6", "aom-4")


def main() -> None:
    """Measure, or make scales or plots from the measurements."""
    parser = argparse.ArgumentParser(
        description=bench.quality.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["measure", "scales", "plot"])
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument("--pixels", type=int, nargs="+", default=_SIZES, help="areas of results (default: %(default)s)")
    parser.add_argument("--encoders", nargs="+", default=_ENCODERS, help="default: %(default)s")
    arguments = parser.parse_args()
    match arguments.what:
        case "measure":
            from bench.quality.measure import measure  # noqa: PLC0415 - needs packages that the others do not

            measure(arguments.photos, arguments.pixels, arguments.encoders)
        case "scales":
            print_scales(read())
        case "plot":
            from bench.quality.plot import plot  # noqa: PLC0415 - needs packages that the others do not

            plot(read())


if __name__ == "__main__":
    main()
