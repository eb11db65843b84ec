from dataclasses import dataclass

from imagestack.geometry import Size

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """What is refused before a pixel is decoded.

    Attributes:
        original_bytes: size of an original that is transformed.
        original_pixels: its area.
        original_side: its longer side in pixels.
        body_bytes: size of a body that Lambda can return; 6 MB of JSON with the body in base64.
    """

    original_bytes: int = 32 * _MEBIBYTE
    original_pixels: int = 64_000_000
    original_side: int = 65_535
    body_bytes: int = 4_500_000

    def allow(self, size: Size) -> bool:
        """Whether an original of this size may be decoded."""
        return size.pixels <= self.original_pixels and max(size.width, size.height) <= self.original_side


@dataclass(frozen=True)
class Budget:
    """What one invocation may spend.

    Attributes:
        memory: bytes for pixels and codecs.
        seconds: until the answer must be under way.
        processor: the share of a processor that it has.
    """

    memory: int
    seconds: float
    processor: float = 1

    @property
    def cpu_seconds(self) -> float:
        """What it can compute meanwhile."""
        return self.seconds * self.processor
