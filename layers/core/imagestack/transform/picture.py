from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Picture:
    """Pixels between two steps.

    Attributes:
        image: Pillow's image.
        icc_profile: the profile that its numbers are meant in; None for sRGB.
        subsampling: of a JPEG original's colour in Pillow's numbers: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0, else -1.
    """

    image: Image.Image
    icc_profile: bytes | None = None
    subsampling: int = -1
