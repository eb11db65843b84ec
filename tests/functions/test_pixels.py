"""The look of images, through the handler (docs/specification.md#section-8)."""

import struct
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from tests.conftest import BOTH, Site
from tests.support.images import BLUE, GREEN, RED, WHITE, corners, encoded, jpeg, near, photograph

ORIENTED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is stored, so that the EXIF orientation makes it upright again."""


def stored_with(orientation: int, upright: Image.Image, form: str = "JPEG") -> bytes:
    """An upright picture, stored as a camera held that way stores it."""
    method = ORIENTED[orientation]
    image = upright.transpose(method) if method is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A camera that must not be told"
    settings = {"quality": 95, "subsampling": 0} if form == "JPEG" else {}
    return encoded(image, form, exif=exif, **settings)


def assert_corners(image: Image.Image) -> None:
    """Red, green above blue, white."""
    width, height = image.size
    rgb = image.convert("RGB")
    for (x, y), colour in {(1, 1): RED, (3, 1): GREEN, (1, 3): BLUE, (3, 3): WHITE}.items():
        pixel = rgb.getpixel((x * width // 4, y * height // 4))
        assert near(pixel, colour, 20), (x, y, pixel)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("query", ["fmt=webp", "fmt=avif", "width=100", "width=60&height=60", "crop=160,100"])
@pytest.mark.parametrize("orientation", list(ORIENTED))
def test_orientation(site: Site, orientation: int, query: str, form: str) -> None:
    """All eight orientations give the same upright picture, whatever is done with it."""
    site.put("a", stored_with(orientation, corners(200, 120), form), f"image/{form.lower()}")
    site.rule(quality=90)
    reply = site.get("a", query, BOTH)
    expected = {"width=100": (100, 60), "width=60&height=60": (60, 60), "crop=160,100": (160, 100)}
    assert reply.image.size == expected.get(query, (200, 120))
    assert_corners(reply.image)


@pytest.mark.parametrize("orientation", [6, 8])
def test_sizes_speak_of_the_upright_picture(site: Site, orientation: int) -> None:
    """A file of 120x200 that is displayed as 200x120 can be resized to width 200, but not to height 121."""
    site.put("a.jpg", stored_with(orientation, corners(200, 120)))
    site.rule()
    assert site.get("a.jpg", "width=199").image.size == (199, 119)
    assert "more than the original" in (site.get("a.jpg", "height=121").reason or "")
    assert "bigger than the original" in (site.get("a.jpg", "crop=100,121").reason or "")
    cut = site.get("a.jpg", "crop=20,20,x0,y0").image.convert("RGB")
    assert near(cut.getpixel((10, 10)), RED, 20)


def test_original_passes_with_its_orientation(site: Site) -> None:
    """An original that is returned unchanged keeps its EXIF orientation."""
    body = stored_with(6, corners(200, 120))
    site.put("a.jpg", body)
    site.rule()
    assert site.get("a.jpg", "", BOTH).body == body


@pytest.mark.parametrize("query", ["fmt=webp", "fmt=avif", "width=100", "crop=1:1"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_no_metadata(site: Site, form: str, query: str) -> None:
    """The output contains no EXIF, no XMP, no comment and no bytes after the end of the image."""
    xmp = b"<x:xmpmeta>told by XMP</x:xmpmeta>"
    exif = Image.Exif()
    exif[0x010F] = "told by EXIF"
    settings = {"xmp": xmp, "comment": b"told by a comment"} if form == "JPEG" else {}
    body = encoded(corners(200, 120), form, exif=exif, **settings) + b"told behind the end" * 9
    assert body.count(b"told by") == (3 if form == "JPEG" else 1)
    site.put("a", body, f"image/{form.lower()}")
    site.rule()
    reply = site.get("a", query, BOTH)
    assert reply.operations
    assert b"told" not in reply.body
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(reply.image.info)
    ends = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
    assert reply.body.endswith(ends.get(reply.image.format or "", b""))


def test_cmyk_white_is_white(site: Site) -> None:
    """Adobe's inverted CMYK JPEG has the right colours after every operation."""
    body = encoded(corners(64, 64).convert("CMYK"), quality=95)
    assert b"Adobe" in body
    site.put("a.jpg", body)
    site.rule(quality=95)
    for query in ("fmt=webp", "fmt=avif", "width=32", "crop=1:1&width=32"):
        image = site.get("a.jpg", query, BOTH).image
        assert image.mode == "RGB"
        assert_corners(image)


def profiled(image: Image.Image, profile: bytes, form: str = "JPEG") -> bytes:
    """An image that says what its numbers mean."""
    settings = {"quality": 98, "subsampling": 0} if form == "JPEG" else {}
    return encoded(image, form, icc_profile=profile, **settings)


def fixed(value: float) -> bytes:
    """A number as ICC profiles hold it (ICC.1:2022, 4.6)."""
    return struct.pack(">i", round(value * 65536))


def matrix_profile(colorants: Sequence[Sequence[float]], gamma: float) -> bytes:
    """A display profile of three primaries (XYZ, adapted to D50) and one gamma; made here, so that none is needed."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    name = b"desc" + bytes(4) + struct.pack(">I", 11) + b"test gamut\0" + bytes(79)
    tags = {b"desc": name, b"wtpt": white, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    for tag, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True):
        tags[tag] = b"XYZ " + bytes(4) + b"".join(map(fixed, xyz))
    return assembled(b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    """A grey profile of one gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    name = b"desc" + bytes(4) + struct.pack(">I", 10) + b"test grey\0" + bytes(79)
    return assembled(b"GRAY", {b"desc": name, b"wtpt": white, b"kTRC": curve})


def assembled(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of these tags (ICC.1:2022, 7)."""
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(data), b"test", 0x02400000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249) + bytes(48)
    return header + table + data


DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


@pytest.mark.parametrize("query", ["fmt=webp", "fmt=avif", "width=32"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_wide_gamut(site: Site, form: str, query: str) -> None:
    """A wide-gamut profile is not dropped alone: the colours mean the same as before."""
    profile = matrix_profile(DISPLAY_P3, 2.2)
    original = Image.new("RGB", (64, 64), (200, 100, 60))
    site.put("a", profiled(original, profile, form), f"image/{form.lower()}")
    site.rule(quality=95)
    image = site.get("a", query, BOTH).image.convert("RGB")
    assert "icc_profile" not in image.info
    meant = ImageCms.profileToProfile(
        original, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert meant is not None
    expected = meant.getpixel((9, 9))
    assert isinstance(expected, tuple)
    # The profile matters: the numbers as they are would be wrong.
    assert not near((200, 100, 60), expected, 8)
    assert near(image.getpixel((9, 9)), expected, 5)


@pytest.mark.parametrize("query", ["fmt=webp", "fmt=avif", "width=32"])
def test_grey_profile(site: Site, query: str) -> None:
    """A grey image is converted by its profile, and a grey JPEG stays grey as JPEG."""
    site.put("a.jpg", profiled(Image.new("L", (64, 64), 128), grey_profile(1.0)))
    site.rule(quality=95)
    image = site.get("a.jpg", query, BOTH).image
    # Half of the light is 188 in sRGB (IEC 61966-2-1).
    assert near(image.convert("RGB").getpixel((9, 9)), (188, 188, 188), 3)
    if query == "width=32":
        assert image.mode == "L"


@pytest.mark.parametrize("profile", [b"", b"no profile", grey_profile(1.0)])
def test_profile_that_does_not_apply(site: Site, profile: bytes) -> None:
    """A profile that is unreadable or made for other pixels is ignored."""
    site.put("a.jpg", profiled(corners(64, 64), profile))
    site.rule(quality=95)
    assert_corners(site.get("a.jpg", "fmt=webp", BOTH).image)


@pytest.mark.parametrize("query", ["width=50", "width=50&fmt=webp", "width=50&fmt=avif"])
def test_no_dark_fringe(site: Site, query: str) -> None:
    """Colours are weighted by their alpha, so white next to transparent black stays white."""
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 51, 100))
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule(quality=95)
    result = site.get("a.png", query, BOTH).image.convert("RGBA")
    pixels = [result.getpixel((x, 25)) for x in range(50)]
    edge = [pixel for pixel in pixels if isinstance(pixel, tuple) and 40 < pixel[3] < 250]
    assert edge, "the edge lies between two pixels"
    assert all(min(pixel[:3]) > 235 for pixel in edge), edge


def test_opaque_alpha_costs_nothing(site: Site) -> None:
    """An alpha channel that is opaque everywhere is not kept."""
    site.put("a.png", encoded(corners(64, 64).convert("RGBA"), "PNG"), "image/png")
    site.rule()
    assert site.get("a.png", "width=32").image.mode == "RGB"


def test_resampling_is_close_to_lanczos(site: Site) -> None:
    """Decoder-side reduction before Lanczos stays close to Lanczos alone: 36 dB or better."""
    original = photograph("rocket.jpg")
    body = encoded(original, quality=95)
    site.put("a.jpg", body)
    site.rule(quality=95)
    width, height = original.width // 5, original.height // 5
    query = f"width={width}&height={height}&fit=force"
    result = site.get("a.jpg", query).image.convert("RGB")
    exact = Image.open(BytesIO(body)).resize((width, height), Image.Resampling.LANCZOS)
    reference = Image.open(BytesIO(encoded(exact, quality=95)))
    pairs = zip(result.tobytes(), reference.tobytes(), strict=True)
    error = sum((a - b) ** 2 for a, b in pairs) / (width * height * 3)
    assert error < 255**2 / 10**3.6


def test_noise_in_full_colour(site: Site) -> None:
    """The worst picture for a JPEG encoder, at the highest quality, is encoded all the same."""
    noise = Image.merge("RGB", [Image.effect_noise((300, 300), 200) for _ in range(3)])
    site.put("a.jpg", encoded(noise, quality=100, subsampling=0))
    site.rule(quality=100)
    for query in ("crop=299,299", "width=290", "crop=299,299&quality=92"):
        reply = site.get("a.jpg", query)
        assert (reply.reason, reply.type) == (None, "image/jpeg")
        assert reply.image.size[0] in {290, 299}


def test_quality_moves_the_size(site: Site) -> None:
    """More quality is more bytes, in every format."""
    site.put("a.jpg", encoded(photograph(), quality=96))
    site.rule()
    for fmt in ("fmt=webp&", "fmt=avif&", "width=400&"):
        sizes = [len(site.get("a.jpg", f"{fmt}quality={quality}", BOTH).body) for quality in (0, 40, 70, 90)]
        assert sizes == sorted(set(sizes)), fmt


def test_avif_is_smaller_than_webp_is_smaller_than_jpeg(site: Site) -> None:
    """At one quality number the newer formats are smaller, which is why they are offered."""
    site.put("a.jpg", jpeg(800, 600, 92))
    site.rule(quality=80)
    jpeg_size, webp_size, avif_size = (
        len(site.get("a.jpg", query, BOTH).body) for query in ("width=400", "width=400&fmt=webp", "width=400&fmt=avif")
    )
    assert avif_size < webp_size < jpeg_size
