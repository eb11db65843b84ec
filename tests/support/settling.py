"""What an operation comes to for a picture of some size."""

from imagestack.geometry import Size
from imagestack.operations.framing import Framing
from imagestack.operations.operation import Operation, Step


def settled(operation: Operation, size: Size) -> Step | str | None:
    """The step of an operation, the reason why it is skipped, or None if it changes nothing."""
    found = operation.settle(Framing.of(size))
    return found.reason or found.step
