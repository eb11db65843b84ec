"""Where boxes lie."""

from imagestack.geometry import Box, Size


def assert_inside(box: Box, image: Size) -> None:
    assert 0 <= box.left < box.right <= image.width
    assert 0 <= box.top < box.bottom <= image.height
