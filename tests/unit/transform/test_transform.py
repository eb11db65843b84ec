"""From bytes to bytes: exact sizes, and errors that name their cause (docs/specification.md#section-8)."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagestack import transform as module
from imagestack.errors import DamagedImageError, EncodeError
from imagestack.formats import FORMATS, JPEG, PNG, Format, detect
from imagestack.geometry import Size
from imagestack.limits import Budget, Limits
from imagestack.operations.crop import Crop
from imagestack.operations.region import Ratio, Region
from imagestack.operations.resize import Fit, Resize
from imagestack.plan.decide import decide
from imagestack.plan.plan import Plan
from imagestack.plan.work import Facts, Work
from imagestack.transform import read_facts, transform
from imagestack.transform.picture import Picture
from tests.support.images import encoded, jpeg
from tests.support.strategies import offsets, percents

ORIENTATION = 0x0112
PLENTY = Budget(memory=2**40, seconds=1e6)
SMALL = st.integers(1, 90)


def plan(resize: Resize | None, crop: Crop | None, formats: tuple[str, ...]) -> Plan:
    return Plan(
        operations=tuple(operation for operation in (resize, crop) if operation),
        formats=formats,
        formats_from_query=True,
        quality=50,
        quality_from_query=False,
    )


def stored(width: int, height: int, orientation: int, fmt: Format, mode: str) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(Image.new(mode, (width, height)), fmt.codec, exif=exif)


small_resizes = st.one_of(
    st.builds(Resize, SMALL, st.none()),
    st.builds(Resize, st.none(), SMALL),
    st.builds(Resize, SMALL, SMALL, st.sampled_from(Fit)),
)
extents = st.builds(Size, SMALL, SMALL)
ratios = st.builds(Ratio, SMALL, SMALL)
small_regions = st.builds(Region, extents | ratios, st.tuples(offsets, offsets)) | st.builds(
    Region, extents, st.tuples(percents, percents)
)
small_crops = st.builds(Crop, small_regions)


@given(
    st.builds(
        stored,
        SMALL,
        SMALL,
        st.integers(1, 8),
        st.sampled_from([JPEG, PNG]),
        st.sampled_from(["RGB", "L"]),
    ),
    st.none() | small_resizes,
    st.none() | small_crops,
    st.sampled_from([(), ("webp",), ("avif",)]),
)
def test_sizes(body: bytes, resize: Resize | None, crop: Crop | None, formats: tuple[str, ...]) -> None:
    """With any operations and any orientation, the result has exactly the size of the work."""
    fmt = JPEG if detect(body) == JPEG.content_type else PNG
    facts = read_facts(body, fmt)
    work = decide(plan(resize, crop, formats), facts, Limits(), PLENTY)
    if not isinstance(work, Work):
        return
    made = transform(body, work).body
    assert detect(made) == work.format.content_type
    with Image.open(BytesIO(made)) as image:
        assert Size(*image.size) == work.size


def whole(fmt: Format, size: tuple[int, int] = (400, 300)) -> Work:
    return Work(Facts(JPEG, Size(*size), quality=90), (), fmt, 80)


def test_damaged_original() -> None:
    """Bytes that cannot be decoded are a damaged original."""
    with pytest.raises(DamagedImageError):
        transform(jpeg()[:10_000], whole(FORMATS["webp"]))


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), RuntimeError("x"), KeyError("x")])
def test_failure_behind_the_decoder(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """A failure after the decoder is a failed encode."""

    def fail(_picture: Picture, _work: Work) -> bytes:
        raise error

    monkeypatch.setattr(module, "encode", fail)
    with pytest.raises(EncodeError) as raised:
        transform(jpeg(), whole(FORMATS["webp"]))
    assert raised.value.__cause__ is error


def test_failing_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of a step is a failed encode."""

    def fail(_picture: Picture, _work: Work) -> Picture:
        raise ValueError("x")

    monkeypatch.setattr(module, "STEPS", (fail,))
    with pytest.raises(EncodeError):
        transform(jpeg(), whole(FORMATS["webp"]))


def test_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lack of memory is an error of its own, which says nothing about the image."""

    def fail(_picture: Picture, _work: Work) -> bytes:
        raise MemoryError

    monkeypatch.setattr(module, "encode", fail)
    with pytest.raises(MemoryError):
        transform(jpeg(), whole(FORMATS["webp"]))
