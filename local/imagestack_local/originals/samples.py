"""What the stack starts with when nothing is given: a few photographs and the first rule."""

from importlib.util import find_spec
from pathlib import Path

from imagestack_local.errors import StartError
from imagestack_local.rules_file import Item

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
"""Those images of scikit-image that its package brings along; it would download the others."""


def rule(quality: int) -> Item:
    """The rule "Image optimization" for every host."""
    return {
        "pk": "RESOURCE#*",
        "sk": "RULE#1",
        "id": 1,
        "name": "Image optimization",
        "rule": r"/.*\.(?i:jpg|jpeg|png)$",
        "ruleType": 0,
        "weight": 0,
        "active": True,
        "options": {
            "image_stack": {
                "enabled": True,
                "quality": quality,
                "webp_enabled": True,
                "avif_enabled": True,
                "png_lossless": False,
            },
        },
    }


RULES: tuple[Item, ...] = (
    {"pk": "RESOURCE#*", "sk": "SETTINGS", "active": True, "origin": {}, "options": {}},
    rule(quality=95),
)


def folder() -> Path:
    """The folder that holds the photographs.

    Raises:
        StartError: scikit-image is not installed or has none of them.
    """
    # Found without importing the package, which takes long and brings the part that downloads.
    spec = find_spec("skimage")
    for location in (spec.submodule_search_locations if spec else None) or ():
        path = Path(location, "data")
        if any((path / name).is_file() for name in PHOTOGRAPHS):
            return path
    raise StartError("the sample photographs are missing; install scikit-image or name a folder with --originals")
