"""The place of each pixel of JPEG files of all kinds, and colour profiles beside a canvas."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagestack.rules.options import ImageStack
from tests.functions.test_pixels import DISPLAY_P3, matrix_profile, stored_with
from tests.support.depth import examples
from tests.support.images import encoded
from tests.support.reference.geometry import Pair, settle
from tests.support.reference.pixels import Pixels, Values, difference, draw, from_light
from tests.support.reference.places import errors, waves
from tests.support.reference.queries import Query, parsed, queries, spelled
from tests.support.results import result, stored

SIZE: Pair = (1280, 820)
"""More than a megapixel, so that the decoder may reduce it."""
KINDS: dict[str, dict[str, Any]] = {
    "4:4:4": {"subsampling": 0},
    "4:2:2": {"subsampling": 1},
    "4:2:0": {"subsampling": 2},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_rows": 1},
    "grey": {},
    "CMYK": {},
}
"""How Pillow encodes each kind."""
ORIENTATIONS = tuple(f"orientation {number}" for number in range(2, 9))
# In pixels of the result.
NEAR = 0.05
# With a stronger reduction or a smaller result, too few pixels show a wave.
_COARSEST, _FEWEST = 12, 40


@cache
def jpeg(kind: str) -> bytes:
    """A JPEG of waves."""
    image = Image.fromarray(waves(SIZE).astype(np.uint8)).convert("RGB")
    if kind.startswith("orientation"):
        return stored_with(int(kind.split()[1]), image)
    mode = {"grey": "L", "CMYK": "CMYK"}.get(kind, "RGB")
    # Of grey, the waves of red alone: those of luma would be a mixture.
    picture = image.getchannel("R") if mode == "L" else image.convert(mode)
    return encoded(picture, "JPEG", quality=97, **KINDS[kind])


def place_errors(kind: str, query: Query, option: ImageStack, fmt: str) -> float:
    """How far the result is from its place, in pixels of the result."""
    settled = settle(query, SIZE, (70, 20))
    found = result(jpeg(kind), f"{spelled(query)}&fmt={fmt}&quality=97", option, (70, 20))
    assert found.pixels.shape[1::-1] == settled.canvas
    across, down = errors(found.pixels, settled)
    return across if kind == "grey" else max(across, down)


@pytest.mark.parametrize("kind", [*KINDS, *ORIENTATIONS])
@pytest.mark.parametrize(
    "raw",
    [
        "crop=301,203,x333,y77",
        "area=701,603,x101,y77&width=300&height=200&gravity=focus",
        "rotate=90&width=290&dpr=1.33&crop=200,151&gravity=northwest",
        "width=110",
        "width=110&height=300&fit=pad&gravity=south",
    ],
)
def test_places(raw: str, kind: str) -> None:
    """Sampling, scans, restarts, components and orientation do not move a pixel; nor do reductions by the decoder."""
    assert place_errors(kind, parsed(raw), ImageStack(enabled=True), "png") <= NEAR


@examples(200)
@given(
    queries(SIZE[0]),
    st.sampled_from([*KINDS, *ORIENTATIONS]),
    st.booleans().map(lambda linear: ImageStack(enabled=True, linear=linear)),
    st.sampled_from(["png", "jpeg"]),
)
def test_random_places(query: Query, kind: str, option: ImageStack, fmt: str) -> None:
    """So it is with any combination of parameters that does not enlarge, in linear light too."""
    query = {name: value for name, value in query.items() if name not in {"enlarge", "background"}}
    settled = settle(query, SIZE, (70, 20))
    reduction = max(settled.area.size[at] / settled.scaled[at] for at in (0, 1))
    if settled.operations and reduction <= _COARSEST and min(settled.crop.size) >= _FEWEST:
        assert place_errors(kind, query, option, fmt) <= NEAR


GAMMA = 563 / 256
"""As a profile stores 2.2, in parts of 256."""
SRGB = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""Primaries of sRGB as XYZ, adapted to D50 (IEC 61966-2-1)."""


def as_srgb(colours: Values) -> Values:
    """Colours of a picture with the profile of `DISPLAY_P3` as sRGB."""
    xyz = (colours / 255) ** GAMMA @ np.array(DISPLAY_P3)
    return from_light(xyz @ np.linalg.inv(SRGB.T))


def pastels(alpha: float) -> Pixels:
    """Columns of colours that both gamuts have, the left half with this opacity."""
    picture = np.full((40, 60, 4), 255.0)
    picture[..., 0] = np.linspace(90, 200, 60).round()
    picture[..., 1] = np.linspace(180, 100, 40).round()[:, None]
    picture[..., 2] = 140
    picture[:, :30, 3] = alpha
    return picture


@pytest.mark.parametrize("background", ["", "ff0000", "00ff0080"])
@pytest.mark.parametrize("alpha", [255.0, 100.0], ids=["opaque", "translucent"])
@pytest.mark.parametrize("query", ["width=100&height=90&fit=pad&gravity=east", "crop=41,30"])
def test_profile(query: str, alpha: float, background: str) -> None:
    """A picture with a profile becomes sRGB before it lies on a background, which is sRGB already."""
    picture = pastels(alpha)
    body = stored(picture, icc_profile=matrix_profile(DISPLAY_P3, 2.2))
    found = result(body, f"{query}&background={background}" if background else query)
    seen = np.concatenate([as_srgb(picture[..., :3]), picture[..., 3:]], axis=2)
    expected = draw(seen, settle(parsed(query), (60, 40)), background)
    assert difference(found.pixels, expected) <= 2
    if "pad" in query:
        assert difference(found.pixels[:1, :1], expected[:1, :1].round()) == 0
