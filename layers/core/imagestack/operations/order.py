"""All operations, in the order in which they are done."""

from imagestack.operations.crop import Crop
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize

OPERATIONS: tuple[type[Operation], ...] = (Resize, Crop)
