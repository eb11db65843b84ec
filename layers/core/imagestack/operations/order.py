"""All operations, in the order in which they are done."""

from imagestack.operations.crop import Crop
from imagestack.operations.flip import Flip
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize
from imagestack.operations.rotate import Rotate

OPERATIONS: tuple[type[Operation], ...] = (Rotate, Flip, Resize, Crop)
