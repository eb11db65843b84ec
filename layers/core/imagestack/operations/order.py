"""All operations, in the order in which they are settled and spelled.

The pixels follow the same order: turns with the EXIF orientation, then area, resize, crop and pad. Their code is in
`transform.steps` and, for streamed originals, in `transform.stream`.
"""

from imagestack.operations.area import Area
from imagestack.operations.crop import Crop
from imagestack.operations.flip import Flip
from imagestack.operations.operation import Operation
from imagestack.operations.pad import Pad
from imagestack.operations.resize import Resize
from imagestack.operations.rotate import Rotate

OPERATIONS: tuple[type[Operation], ...] = (Rotate, Flip, Area, Resize, Crop, Pad)
