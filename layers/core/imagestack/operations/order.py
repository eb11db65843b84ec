"""All operations, in the order in which they are settled and spelled.

The pixels follow the same order: turns with the EXIF orientation, then resize and crop. Their code is in
`transform.steps` and, for streamed originals, in `transform.stream`.
"""

from imagestack.operations.crop import Crop
from imagestack.operations.flip import Flip
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize
from imagestack.operations.rotate import Rotate

OPERATIONS: tuple[type[Operation], ...] = (Rotate, Flip, Resize, Crop)
