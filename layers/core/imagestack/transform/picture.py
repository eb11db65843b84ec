"""The pixels between two steps."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from imagestack.formats import Format


@dataclass(frozen=True)
class Picture:
    """The pixels of a picture between two steps.

    Attributes:
        image: Pillow's image.
        icc_profile: the profile of its colours; None for sRGB.
        depth: bits of a sample of the original.
        subsampling: of the original's colour in Pillow's numbers: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0, else -1.
    """

    image: Image.Image
    icc_profile: bytes | None = None
    subsampling: int = -1
    depth: int = 8

    def save(self, fmt: Format, **settings: Any) -> bytes:  # noqa: ANN401 - Pillow's writers have settings of all types
        """The picture as a file of this format, by Pillow's writer with these settings."""
        output = BytesIO()
        self.image.save(output, fmt.codec, **settings)
        return output.getvalue()
