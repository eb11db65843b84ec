"""Measure peak memory and CPU time per pixel of decoders and encoders, beside the estimates that limit work.

    python -m bench.encoders [--megapixels 0.1 0.5 1 4 12 24 48]

Each case runs in a fresh process through `imagestack.transform`, at the settings of the library and the default
quality. Memory is the rise of the process's resident memory (Linux only); time is the CPU time of all threads. There
are two pictures. `grain` is a photograph of scikit-image with added grain; `noise` is the worst case.

The estimates for encoders are `encode_bytes` and `speeds` of `imagestack.formats`. Those for decoders are constants of
this script; `imagestack.plan.cost` counts at least as much memory for the pixels. A case is marked if it fails, or
exceeds its estimate by more than 20 % (for memory also by more than 8 MB).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from PIL import Image, ImageChops

from bench.common import head, photographs, table
from imagestack.formats import FORMATS, JPEG, PNG
from imagestack.geometry import Size
from imagestack.plan.work import Facts, Work
from imagestack.rules.options import ImageStack
from imagestack.transform.decode import decode
from imagestack.transform.encode import encode
from imagestack.transform.picture import Picture

QUALITY = 95
_PICTURES = ("grain", "noise")
_TILE = 512
_GRAIN = 12
# Per pixel: nanoseconds of any decode, bytes of the pixels, extra bytes of a progressive JPEG.
_DECODE_NANOSECONDS, _PIXEL_BYTES, _PROGRESSIVE_BYTES = 60, 4, 6
_TOO_MUCH, _MEGABYTES_TOO_MUCH = 1.2, 8


@dataclass(frozen=True)
class Case:
    """The task of one process: decode a file, or encode a picture of a mode."""

    name: str
    bytes: int
    nanoseconds: int
    mode: str
    format: str
    lossless: bool = False
    progressive: bool = False
    decodes: bool = False


def _decode_case(name: str, mode: str, fmt: str, *, progressive: bool = False) -> Case:
    extra = _PROGRESSIVE_BYTES if progressive else 0
    return Case(name, _PIXEL_BYTES + extra, _DECODE_NANOSECONDS, mode, fmt, progressive=progressive, decodes=True)


def _encode_case(name: str, mode: str, fmt: str, *, lossless: bool = False) -> Case:
    known = FORMATS[fmt]
    return Case(name, known.encode_bytes, known.speeds[-1].nanoseconds, mode, fmt, lossless=lossless)


CASES = {
    case.name: case
    for case in (
        _decode_case("decode JPEG", "RGB", "jpeg"),
        _decode_case("decode progressive JPEG", "RGB", "jpeg", progressive=True),
        _decode_case("decode PNG", "RGB", "png"),
        _decode_case("decode PNG, alpha", "RGBA", "png"),
        _encode_case("encode JPEG", "RGB", "jpeg"),
        _encode_case("encode PNG", "RGB", "png"),
        _encode_case("encode PNG, alpha", "RGBA", "png"),
        _encode_case("encode WebP", "RGB", "webp"),
        _encode_case("encode WebP, alpha", "RGBA", "webp"),
        _encode_case("encode WebP, lossless", "RGB", "webp", lossless=True),
        _encode_case("encode WebP, lossless, alpha", "RGBA", "webp", lossless=True),
        _encode_case("encode AVIF", "RGB", "avif"),
        _encode_case("encode AVIF, alpha", "RGBA", "avif"),
    )
}


def draw(picture: str, mode: str, megapixels: float) -> Image.Image:
    """A picture of 3:2, drawn tile by tile so that nothing larger than the picture itself is ever in memory."""
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    image = Image.new(mode, (round(height * 1.5), height))
    with Image.open(photographs(None)[0]) as photograph:
        tile = photograph.convert("RGB").crop((0, 0, _TILE, _TILE))
    for left in range(0, image.width, _TILE):
        for top in range(0, image.height, _TILE):
            image.paste(_tile(tile, picture, mode), (left, top))
    return image


def _tile(photograph: Image.Image, picture: str, mode: str) -> Image.Image:
    size = photograph.size
    if picture == "noise":
        return Image.frombytes(mode, size, os.urandom(size[0] * size[1] * len(mode)))
    grain = Image.effect_noise(size, _GRAIN)
    tile = ImageChops.add(photograph, Image.merge("RGB", (grain, grain, grain)), offset=-128)
    if mode == "RGBA":
        tile.putalpha(Image.linear_gradient("L").resize(size))
    return tile


def work(case: Case, image: Image.Image) -> Work:
    """Decode or encode, nothing else."""
    size = Size(image.width, image.height)
    if case.decodes:
        facts = Facts(FORMATS[case.format], size, progressive=case.progressive)
        return Work(facts, (), facts.format, QUALITY)
    # A PNG original becomes lossless WebP if the rule says so.
    facts = Facts(PNG if case.lossless else JPEG, size)
    return Work(facts, (), FORMATS[case.format], QUALITY, options=ImageStack(png_lossless=case.lossless))


def run(case: Case, path: Path) -> None:
    """Run the case once in this process, and print the rise of memory and the CPU seconds."""
    with Image.open(path) as image:
        todo = work(case, image)
        picture = None if case.decodes else Picture(image.copy())
    body = path.read_bytes()
    before = _forget_peak()
    start = process_time()
    _kept = decode(body, todo) if picture is None else encode(picture, todo)
    print(json.dumps((_status("VmHWM") - before, process_time() - start)))


def _forget_peak() -> int:
    """Reset the kernel's peak of resident memory; return the resident bytes now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


@dataclass(frozen=True)
class Cost:
    """Cost of a case per pixel; empty if it failed."""

    case: Case
    megapixels: float
    picture: str
    pixels: int
    risen: float | None
    seconds: float

    @property
    def memory(self) -> float:
        """Bytes a pixel."""
        return (self.risen or 0) / self.pixels

    @property
    def nanoseconds(self) -> float:
        """CPU time a pixel."""
        return self.seconds / self.pixels * 1e9

    @property
    def verdict(self) -> str:
        """A description of the problem; empty if there is none."""
        if self.risen is None:
            return "fails"
        estimate = self.pixels * self.case.bytes
        words = []
        if self.risen > max(estimate * _TOO_MUCH, estimate + _MEGABYTES_TOO_MUCH * 2**20):
            words.append("memory")
        if self.nanoseconds > self.case.nanoseconds * _TOO_MUCH:
            words.append("time")
        return ", ".join(words)


def measure(case: Case, picture: str, megapixels: float, folder: Path) -> Cost:
    """Run a case in a fresh process."""
    image = draw(picture, case.mode, megapixels)
    path = folder / "original"
    if not case.decodes:
        image.save(path, "TIFF")
    elif case.format == "jpeg":
        # At this quality and size Pillow can write even noise as a progressive JPEG.
        image.save(path, "JPEG", quality=QUALITY, subsampling=2, progressive=case.progressive)
    else:
        image.save(path, "PNG", compress_level=1)
    command = (sys.executable, __file__, "--case", case.name, str(path))
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - this script itself
    risen, seconds = json.loads(done.stdout) if done.returncode == 0 else (None, 0.0)
    return Cost(case, megapixels, picture, image.width * image.height, risen, seconds)


def worst(case: Case, costs: Sequence[Cost]) -> tuple[object, ...]:
    """The highest memory and time of a case. Below a megapixel, memory is mostly the fixed overhead of a codec."""
    memory = max((cost.memory for cost in costs if cost.megapixels >= 1), default=0.0)
    nanoseconds = max(cost.nanoseconds for cost in costs)
    verdicts = sorted({cost.verdict for cost in costs if cost.verdict})
    return (case.name, f"{memory:.1f}", case.bytes, f"{nanoseconds:.0f}", case.nanoseconds, "; ".join(verdicts))


def main() -> None:
    """Measure, then print the worst of each case, and a row for each case, size and picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megapixels", type=float, nargs="+", default=[0.1, 0.5, 1, 4, 12, 24, 48])
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        run(CASES[arguments.case[0]], Path(arguments.case[1]))
        return
    costs = []
    for case in CASES.values():
        for megapixels in arguments.megapixels:
            for picture in _PICTURES:
                with TemporaryDirectory() as folder:
                    costs.append(measure(case, picture, megapixels, Path(folder)))
    head("Memory and time of decoders and encoders")
    table(
        ("case", "bytes per pixel", "estimate", "CPU ns per pixel", "estimate", "failed or exceeded"),
        [worst(case, [cost for cost in costs if cost.case == case]) for case in CASES.values()],
    )
    table(
        ("case", "picture", "megapixels", "megabytes", "bytes per pixel", "CPU ns per pixel", "failed or exceeded"),
        [
            (
                cost.case.name,
                cost.picture,
                f"{cost.megapixels:g}",
                f"{(cost.risen or 0) / 1e6:.0f}",
                f"{cost.memory:.1f}",
                f"{cost.nanoseconds:.0f}",
                cost.verdict,
            )
            for cost in costs
        ],
    )


if __name__ == "__main__":
    main()
