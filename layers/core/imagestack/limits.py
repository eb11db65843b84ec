"""Limits on originals and bodies, and what one invocation may spend."""

from collections.abc import Callable
from dataclasses import dataclass

from imagestack.geometry import Size

_MEBIBYTE = 2**20
# Seconds after which Lambda ends an invocation, unless the deployment sets another timeout.
DEFAULT_TIMEOUT = 29
# Seconds after which an invocation is certainly over: API Gateway waits no longer.
MAX_INVOCATION_SECONDS = 30.0
# Seconds of an invocation that work on pixels leaves for storing and returning the result.
RESERVE = 3.0
# Seconds of an invocation that waiting for stores leaves for returning an answer.
_RETURNING = 1.0


@dataclass(frozen=True)
class Limits:
    """The limits on an original that are checked before its pixels are decoded.

    Attributes:
        original_bytes: the largest original that is transformed.
        original_pixels: the largest area of an original.
        original_side: the longest side of an original in pixels.
        body_bytes: the largest body of a response; Lambda returns 6 MB of JSON with the body in base64.
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
    """The memory, time and processor share that one transform may use.

    Attributes:
        memory: bytes for pixels and codecs.
        seconds: until the result must be ready.
        processor: the share of a processor, at most 1.
    """

    memory: int
    seconds: float
    processor: float = 1

    @property
    def cpu_seconds(self) -> float:
        """Seconds of a whole processor."""
        return self.seconds * self.processor


@dataclass(frozen=True)
class InvocationBudget:
    """Time and memory of one invocation.

    Attributes:
        memory: bytes for pixels and codecs.
        remaining: gives the seconds until Lambda ends the invocation.
        processor: the share of a processor, at most 1.
    """

    memory: int
    remaining: Callable[[], float]
    processor: float = 1.0

    def transform_budget(self) -> Budget:
        """The budget of a transform that starts now."""
        return Budget(self.memory, self.remaining() - RESERVE, self.processor)

    def timeout(self, share: float = 1.0) -> float:
        """Seconds to wait for a store from now on.

        Args:
            share: the part of the remaining time; less than 1 if the request continues without the store.
        """
        return max(self.remaining() - _RETURNING, 0.0) * share
