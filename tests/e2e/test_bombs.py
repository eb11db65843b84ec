"""Originals that decode to something large, slow or endless: their answers, and the time and memory that these take."""

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.emulated import Built, Function
from tests.conftest import Reply
from tests.e2e.pool import Pool, pool
from tests.e2e.site import Site, put
from tests.support import bombs
from tests.support.images import jpeg, png
from tests.support.raw_png import chunk, header

TOO_LARGE, DAMAGED = "original image is too large", "original image is damaged"
UNSUPPORTED = "detected content type {} is not supported"
LARGEST = 8_000
# Far more than any machine needs: a header takes a few milliseconds, a small picture about ten.
HEADER_MILLISECONDS, SMALL_MILLISECONDS, LARGE_MILLISECONDS = 1_000, 3_000, 25_000
EXTRA_MEGABYTES = 20


@dataclass(frozen=True)
class Bomb:
    """An original.

    Attributes:
        make: makes its bytes.
        expected: the skip reason of the answer, or the size of its picture.
        query: the query of the request.
        decoded: whether only a decoder finds the fault, which takes a little longer.
        large: whether the picture really has many pixels; it takes memory, but no more than the estimate.
    """

    make: Callable[[], bytes]
    expected: str | tuple[int, int]
    query: str = "width=100"
    decoded: bool = True
    large: bool = False


def header_only(make: Callable[[], bytes], expected: str) -> Bomb:
    """An original that is not decoded."""
    return Bomb(make, expected, decoded=False)


TEXT = zlib.compress(bytes(2**20 - 1_000), 9)
FILL = b"\xff" * 30_000_000
BOMBS = {
    "JPEG of 9643 by 10328": header_only(partial(bombs.grey_jpeg, 9_643, 10_328), TOO_LARGE),
    "PNG of 16384 by 16384": header_only(partial(bombs.black_png, 16_384, 16_384), TOO_LARGE),
    "PNG of 65536 by 65536": header_only(
        lambda: header(65_536, 65_536) + chunk(b"IDAT", zlib.compress(b"")), TOO_LARGE
    ),
    "PNG with pixels behind its pixels": Bomb(bombs.endless_pixels, (100, 75)),
    "PNG with a million empty chunks": Bomb(lambda: bombs.pixels_in_pieces(1_000_000), DAMAGED),
    "PNG with a profile of 256 MB": Bomb(
        lambda: bombs.with_chunks(chunk(b"iCCP", b"p\x00\x00" + bombs.zeros(256))), DAMAGED
    ),
    "PNG with a text of 256 MB": Bomb(
        lambda: bombs.with_chunks(chunk(b"zTXt", b"t\x00\x00" + bombs.zeros(256))), (100, 75)
    ),
    "PNG with an international text of 256 MB": Bomb(
        lambda: bombs.with_chunks(chunk(b"iTXt", b"t\x00\x01\x00\x00\x00" + bombs.zeros(256))), (100, 75)
    ),
    "PNG with 900 texts of 1 MB": Bomb(
        lambda: bombs.with_chunks(*[chunk(b"zTXt", b"t\x00\x00" + TEXT)] * 900), (100, 75)
    ),
    "PNG with 100,000 texts": header_only(lambda: bombs.with_chunks(*[chunk(b"tEXt", b"t\x00t")] * 100_000), DAMAGED),
    "PNG of 60,000 frames": header_only(
        lambda: bombs.with_chunks(chunk(b"acTL", (60_000).to_bytes(4) + bytes(4))),
        UNSUPPORTED.format("image/apng"),
    ),
    "PNG of one column, interlaced": Bomb(
        lambda: (
            header(1, 60_000, colour=0, interlace=1)
            + chunk(b"IDAT", zlib.compress(bytes(2 * 60_000), 9))
            + chunk(b"IEND")
        ),
        (1, 600),
        "height=600",
    ),
    "PNG of 64 megapixels": Bomb(partial(bombs.black_png, LARGEST, LARGEST), (100, 100), large=True),
    "JPEG with a profile of 16 MB": header_only(lambda: bombs.with_segments(*bombs.profile(255, 65_519)), DAMAGED),
    "JPEG with a profile in 255 pieces": Bomb(lambda: bombs.with_segments(*bombs.profile(255, 100)), (100, 75)),
    "JPEG with 4 million comments": header_only(lambda: bombs.with_segments(bombs.segment(0xFE) * 4_000_000), DAMAGED),
    "JPEG with 30 MB of fill bytes": header_only(lambda: bombs.with_segments(FILL), DAMAGED),
    "JPEG with EXIF in 400 pieces": Bomb(
        lambda: bombs.with_segments(*[bombs.segment(0xE1, b"Exif\x00\x00" + bytes(60_000))] * 400), (100, 75)
    ),
    "JPEG with EXIF that goes in circles": Bomb(lambda: bombs.with_segments(bombs.turned_exif()), (100, 133)),
    "JPEG of 20 scans": Bomb(partial(bombs.grey_jpeg, 400, 300, 20), (100, 75)),
    "JPEG of 800 scans": header_only(partial(bombs.grey_jpeg, LARGEST, LARGEST, 800), DAMAGED),
    "JPEG of 64 megapixels": Bomb(partial(bombs.grey_jpeg, LARGEST, LARGEST), (100, 100), large=True),
    "JPEG of 64 megapixels, 100 scans": Bomb(partial(bombs.grey_jpeg, LARGEST, LARGEST, 100), (100, 100), large=True),
    "WebP under the name of a JPEG": header_only(bombs.webp, UNSUPPORTED.format("image/webp")),
    "GIF of 60,000 frames": header_only(lambda: bombs.gif(60_000), UNSUPPORTED.format("image/gif")),
}


@dataclass(frozen=True)
class Seen:
    """The result of a request.

    Attributes:
        reply: the answer.
        milliseconds: the time between the bytes of the original and those of the answer.
        megabytes: the peak of the function and of each of its workers.
    """

    reply: Reply
    milliseconds: float
    megabytes: dict[int, float]


@pytest.fixture(scope="module")
def single(built: Built, s3: Any, memory: int) -> Iterator[Pool]:
    assert s3
    with pool(built, 1, memory) as found:
        yield found


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(single: Pool, clean: Any, figures: list[str], name: str) -> None:
    """The answer is that of the specification, comes soon, and takes hardly more memory than any original this long."""
    bomb, site = BOMBS[name], Site(single, clean)
    body = bomb.make()
    put(clean, "plain.gif", b"GIF89a" + bytes(len(body) - 6))
    put(clean, "small.jpg", jpeg())
    put(clean, "small.png", png())
    put(clean, "bomb.jpg", body)
    # Both codecs are loaded, with the memory that a small picture needs.
    for key in ("small.jpg", "small.png"):
        assert site.get(key, bomb.query).status == 200
    before = see(single, site, "plain.gif", bomb.query)
    seen = see(single, site, "bomb.jpg", bomb.query)
    check(bomb, body, seen.reply)
    extra = {pid: most - before.megabytes.get(pid, 0) for pid, most in seen.megabytes.items()}
    told = ", ".join(f"{megabytes:+.1f}" for megabytes in extra.values())
    figures.append(f"{name}, {len(body) / 2**20:.1f} MB: {seen.milliseconds:.0f} ms, {told} MB")
    assert seen.milliseconds < most_milliseconds(bomb)
    if not bomb.large:
        # A decoder gets its own copy of the body.
        allowed = EXTRA_MEGABYTES + (len(body) / 2**20 if bomb.decoded else 0)
        assert sum(extra.values()) < allowed
    assert single.all[0].limit.kills == 0


def check(bomb: Bomb, body: bytes, reply: Reply) -> None:
    """Whether the answer is the picture, the original with its reason, or a redirect to a large original."""
    if isinstance(bomb.expected, tuple):
        assert (reply.status, reply.reason, reply.image.size) == (200, None, bomb.expected)
    elif len(body) > 4_500_000:
        assert (reply.status, reply.reason, reply.body) == (302, bomb.expected, b"")
    else:
        assert (reply.status, reply.reason, reply.body) == (200, bomb.expected, body)
        assert reply.operations is None


def most_milliseconds(bomb: Bomb) -> int:
    """The longest time that it may take."""
    if bomb.large:
        return LARGE_MILLISECONDS
    return SMALL_MILLISECONDS if bomb.decoded else HEADER_MILLISECONDS


def see(single: Pool, site: Site, key: str, query: str) -> Seen:
    """Send a request, and measure the processes meanwhile."""
    function = single.all[0].function
    processes = [function.pid, *function.workers]
    for pid in processes:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    reply = site.get(key, query)
    return Seen(reply, transform_milliseconds(function), {pid: most_megabytes(pid) for pid in processes})


def most_megabytes(pid: int) -> float:
    """The peak of resident memory since the last reset."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def transform_milliseconds(function: Function) -> float:
    """The time that the last request spent on pixels and headers, from the function's own log."""
    lines = function.log.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{") and '"message":"request"' in line]
    return float(told[-1]["phases_ms"].get("transform", 0))
