"""What is asked of everybody: a photograph at a width, in a format, at a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from PIL import ExifTags, Image

AVIF, WEBP, JPEG = "avif", "webp", "jpeg"
TITLES = {AVIF: "AVIF", WEBP: "WebP", JPEG: "JPEG"}
# Not compared: it shows what a resize alone has made.
PNG = "png"
_LYING = 5


class PeerError(Exception):
    """Somebody did not answer with what was asked."""


@dataclass(frozen=True)
class Case:
    """One photograph at one width; None leaves it whole."""

    photograph: Path
    width: int | None

    @property
    def size(self) -> str:
        """In words."""
        return size_name(self.width)

    def makes(self, fmt: str) -> bool:
        """Whether a format is asked for: we make JPEG of nothing but JPEG, and of no whole ones."""
        is_jpeg = self.photograph.suffix.lower() in {".jpg", ".jpeg"}
        return fmt != JPEG or (is_jpeg and self.width is not None)


@dataclass(frozen=True)
class Encoder:
    """One way of somebody to make a format.

    Attributes:
        peer: who.
        format: what.
        number: the quality that stands for it: what a user gets who does not choose.
        numbers: of a few results, among them `number`, whose scores lie around what is compared.
        variant: how it differs from the same peer's usual way.
        settings: handed on to the adapter.
    """

    peer: str
    format: str
    number: int
    numbers: tuple[int, ...]
    variant: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """Of rows and lines."""
        return f"{self.peer}, {self.variant}" if self.variant else self.peer


@dataclass(frozen=True)
class Job:
    """One encode; without a number what is lossless."""

    case: Case
    encoder: Encoder
    number: int | None

    def message(self, output: Path) -> dict[str, Any]:
        """For a worker."""
        return {
            "path": str(self.case.photograph),
            "width": self.case.width,
            "format": self.encoder.format,
            "number": self.number,
            "output": str(output),
            **self.encoder.settings,
        }


@dataclass(frozen=True)
class Result:
    """What one encode took: bytes, and CPU and wall seconds."""

    bytes: int
    cpu: float
    wall: float


class Running(Protocol):
    """Somebody who has been started, and waits for jobs."""

    version: str

    def encode(self, job: Job, output: Path) -> Result:
        """Do one job, and write what it comes to.

        Raises:
            PeerError: it could not be done.
        """

    def idle_bytes(self) -> int:
        """Resident memory now; the peak is forgotten."""

    def peak_bytes(self) -> int:
        """The most resident memory since then."""

    def close(self) -> None:
        """End the process."""


def size_name(width: int | None) -> str:
    """A width in words."""
    return f"{width} wide" if width else "whole"


def cases(photographs: list[Path], widths: list[int]) -> list[Case]:
    """Every photograph at all widths below its own, and whole if 0 is among them."""
    found = []
    for path in photographs:
        with Image.open(path) as image:
            lies = image.getexif().get(ExifTags.Base.Orientation, 1) >= _LYING
            own = image.height if lies else image.width
        found += [Case(path, width or None) for width in widths if width < own]
    return found
