"""The peers of the comparison: how each is started, and which qualities each encodes at."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.deployment import QUALITY
from bench.peers.jobs import AVIF, JPEG, WEBP, Encoder, PeerError, Running
from bench.peers.process import Worker
from bench.peers.thumbor import Thumbor

OURS = "Image Stack"
_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_THUMBOR = _ROOT / ".venv" / "thumbor"
# Quality numbers of JPEG and WebP mean about the same to every peer. For AVIF there are two lists: libheif's (sharp,
# ipx, libvips) and libavif's (thumbor, Pillow). Each lies around the number that looks like JPEG 80.
_JPEG, _WEBP = (70, 80, 90), (70, 80, 90)
_LIBHEIF, _LIBAVIF = (50, 62, 74), (55, 67, 80)


@dataclass(frozen=True)
class Peer:
    """One peer of the comparison.

    Attributes:
        name: its name in rows and lines.
        start: starts its process for a folder of photographs.
        encoders: the encoders and qualities to measure.
    """

    name: str
    start: Callable[[Path], Running]
    encoders: tuple[Encoder, ...]


def peers() -> tuple[Peer, ...]:
    """All peers, ours first."""
    return (
        Peer(OURS, _python("ours"), tuple(_our_encoders())),
        Peer(
            "sharp",
            _node("sharp"),
            (*_encoders("sharp", (80, 80, 50), _LIBHEIF), _quick_sharp()),
        ),
        Peer("ipx", _node("ipx"), _encoders("ipx", (80, 80, 50), _LIBHEIF)),
        Peer("thumbor", _thumbor, _encoders("thumbor", (80, 80, 80), _LIBAVIF)),
        Peer("Pillow", _python("plain_pillow"), _encoders("Pillow", (80, 80, 80), _LIBAVIF)),
        Peer("pyvips", _python("plain_vips"), _encoders("pyvips", (75, 75, 50), _LIBHEIF)),
    )


def _our_encoders() -> Iterator[Encoder]:
    numbers = (65, QUALITY, 90)
    yield Encoder(OURS, AVIF, QUALITY, numbers)
    yield Encoder(OURS, AVIF, QUALITY, numbers, "refined", {"refined": True})
    yield Encoder(OURS, WEBP, QUALITY, numbers)
    yield Encoder(OURS, JPEG, QUALITY, numbers)


def _encoders(peer: str, usual: tuple[int, int, int], avif: tuple[int, ...]) -> tuple[Encoder, ...]:
    """The encoders of a peer: its default number for JPEG, WebP and AVIF, each beside a few others."""
    rows = zip((JPEG, WEBP, AVIF), usual, (_JPEG, _WEBP, avif), strict=True)
    return tuple(Encoder(peer, fmt, number, tuple(sorted({number, *others}))) for fmt, number, others in rows)


def _quick_sharp() -> Encoder:
    """Effort 2, whose time is nearer to that of our first answer; sharp's default is 4."""
    return Encoder("sharp", AVIF, 50, _LIBHEIF, "effort 2", {"effort": 2})


def _python(module: str) -> Callable[[Path], Running]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "layers" / "core")))}
    command = [sys.executable, "-m", f"bench.peers.{module}"]
    return lambda _photographs: Worker(command, environment)


def _node(script: str) -> Callable[[Path], Running]:
    def start(_photographs: Path) -> Running:
        node = shutil.which("node")
        if node is None or not (_HERE / "node_modules" / script).exists():
            raise PeerError("not installed: it needs Node.js, and `npm ci` in bench/peers")
        return Worker([node, str(_HERE / f"{script}.mjs")], dict(os.environ))

    return start


def _thumbor(photographs: Path) -> Running:
    if not (_THUMBOR / "bin" / "thumbor").exists():
        raise PeerError(f"not installed: there is no environment {_THUMBOR.relative_to(_ROOT)}")
    return Thumbor(_THUMBOR, photographs)
