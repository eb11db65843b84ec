"""The originals of a stack that is given no folder: a few photographs."""

from importlib.util import find_spec
from pathlib import Path

from imagestack_local.errors import StartError

PHOTOGRAPHS = frozenset(
    {
        "astronaut.png",
        "chelsea.png",
        "coffee.png",
        "hubble_deep_field.jpg",
        "logo.png",  # partly transparent
        "motorcycle_left.png",
        "retina.jpg",
        "rocket.jpg",
    },
)
"""Images that the package scikit-image contains. It would download its other ones."""


def folder() -> Path:
    """The folder that holds the photographs.

    Raises:
        StartError: scikit-image is not installed or has none of them.
    """
    # The package is not imported: that takes long, and loads the part that downloads.
    spec = find_spec("skimage")
    for location in (spec.submodule_search_locations if spec else None) or ():
        path = Path(location, "data")
        if any((path / name).is_file() for name in PHOTOGRAPHS):
            return path
    raise StartError("the sample photographs are missing; install scikit-image or name a folder with --originals")
