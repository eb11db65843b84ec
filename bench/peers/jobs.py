"""The jobs of the comparison: encode a photograph at a width, in a format, at a quality number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from PIL import ExifTags, Image

AVIF, WEBP, JPEG = "avif", "webp", "jpeg"
TITLES = {AVIF: "AVIF", WEBP: "WebP", JPEG: "JPEG"}
# Not compared: a lossless format that shows a peer's resize without an encoder's loss.
PNG = "png"
_FIRST_SWAPPED = 5  # EXIF orientations from here on swap the axes


class PeerError(Exception):
    """A peer did not deliver the requested result."""


@dataclass(frozen=True)
class Case:
    """One photograph at one width; without a width it keeps its size."""

    photograph: Path
    width: int | None

    @property
    def size(self) -> str:
        """The width in words."""
        return size_name(self.width)

    def makes(self, fmt: str) -> bool:
        """Whether a format is compared: we make JPEG only of JPEG, and only with a resize."""
        is_jpeg = self.photograph.suffix.lower() in {".jpg", ".jpeg"}
        return fmt != JPEG or (is_jpeg and self.width is not None)


@dataclass(frozen=True)
class Encoder:
    """One way in which a peer encodes a format.

    Attributes:
        peer: name of the peer.
        format: format of the results.
        number: the default quality number, for a user who does not choose.
        numbers: quality numbers of a few results, among them `number`; their scores lie around the compared score.
        variant: difference from the peer's default way; empty for the default.
        settings: settings for the adapter.
    """

    peer: str
    format: str
    number: int
    numbers: tuple[int, ...]
    variant: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The name in rows and lines."""
        return f"{self.peer}, {self.variant}" if self.variant else self.peer


@dataclass(frozen=True)
class Job:
    """One encode; without a number it is lossless."""

    case: Case
    encoder: Encoder
    number: int | None

    def message(self, output: Path) -> dict[str, Any]:
        """The message to a worker."""
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
    """The result of one encode: bytes, CPU seconds and wall seconds."""

    bytes: int
    cpu: float
    wall: float


class Running(Protocol):
    """A started peer that waits for jobs."""

    version: str

    def encode(self, job: Job, output: Path) -> Result:
        """Do one job, and write the result to `output`.

        Raises:
            PeerError: the peer could not do the job.
        """

    def idle_bytes(self) -> int:
        """Resident memory now; resets the peak."""

    def peak_bytes(self) -> int:
        """Peak of the resident memory since `idle_bytes`."""

    def close(self) -> None:
        """End the process."""


def size_name(width: int | None) -> str:
    """A width in words."""
    return f"{width} wide" if width else "whole"


def cases(photographs: list[Path], widths: list[int]) -> list[Case]:
    """Every photograph at all widths below its own, and unresized if 0 is among the widths."""
    found = []
    for path in photographs:
        with Image.open(path) as image:
            swaps_axes = image.getexif().get(ExifTags.Base.Orientation, 1) >= _FIRST_SWAPPED
            own = image.height if swaps_axes else image.width
        found += [Case(path, width or None) for width in widths if width < own]
    return found
