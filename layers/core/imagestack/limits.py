from collections.abc import Callable
from dataclasses import dataclass

from imagestack.geometry import Size

_MEBIBYTE = 2**20
# Seconds that are kept back from the time of an invocation: from work on pixels, for storing and returning what was
# made; and from waiting for stores, for returning what there is.
RESERVE = 3.0
_RETURNING = 1.0


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


@dataclass(frozen=True)
class InvocationBudget:
    """What an invocation has, from which it spends.

    Attributes:
        memory: bytes for pixels and codecs.
        left: seconds until the invocation is ended.
        processor: share of a processor, at most 1.
    """

    memory: int
    left: Callable[[], float]
    processor: float = 1.0

    def budget(self) -> Budget:
        """What may be spent on pixels from now on."""
        return Budget(self.memory, self.left() - RESERVE, self.processor)

    def timeout(self, share: float = 1.0) -> float:
        """Seconds that a store may be waited for from now on.

        Args:
            share: of what is left, where others are to be waited for after it.
        """
        return max(self.left() - _RETURNING, 0.0) * share
