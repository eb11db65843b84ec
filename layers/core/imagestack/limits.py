from collections.abc import Callable
from dataclasses import dataclass

from imagestack.geometry import Size

_MEBIBYTE = 2**20
# Seconds of an invocation that work on pixels may not use, since the result must be stored and returned after it. Waits
# for stores may not use the last second, in which the answer is returned.
RESERVE = 3.0
_RETURNING = 1.0


@dataclass(frozen=True)
class Limits:
    """The limits on originals and bodies.

    Attributes:
        original_bytes: the largest size of an original that is transformed.
        original_pixels: its largest area.
        original_side: its longest side in pixels.
        body_bytes: the largest body that Lambda can return: it is base64 in 6 MB of JSON.
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
    """What the work of one invocation may use.

    Attributes:
        memory: bytes for pixels and codecs.
        seconds: until the result must be finished.
        processor: share of a processor.
    """

    memory: int
    seconds: float
    processor: float = 1

    @property
    def cpu_seconds(self) -> float:
        """The CPU time of the budget."""
        return self.seconds * self.processor


@dataclass(frozen=True)
class InvocationBudget:
    """The memory and the time of an invocation.

    Attributes:
        memory: bytes for pixels and codecs.
        left: seconds until the invocation is ended.
        processor: share of a processor, at most 1.
    """

    memory: int
    left: Callable[[], float]
    processor: float = 1.0

    def budget(self) -> Budget:
        """The budget for pixels from now on."""
        return Budget(self.memory, self.left() - RESERVE, self.processor)

    def timeout(self, share: float = 1.0) -> float:
        """The longest wait for a store from now on, in seconds.

        Args:
            share: of the time that is left, if further waits follow.
        """
        return max(self.left() - _RETURNING, 0.0) * share
