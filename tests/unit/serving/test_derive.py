"""From an original and a plan to a derived object, or to reasons (docs/specification.md#section-4, #section-6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from imagestack.errors import DamagedImageError, EncodeError
from imagestack.formats import WEBP, detect
from imagestack.limits import Budget, Limits
from imagestack.plan.plan import Plan, make_plan
from imagestack.plan.work import Skip, Work
from imagestack.ports import Original, Stored, Version
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import Executed, Transform, execute, plan_work, refused
from imagestack.skips import SkipReason
from imagestack.transform import Encoded, transform
from tests.support.images import jpeg, png
from tests.support.strategies import asked

VERSION = Version('"etag"', datetime(2024, 5, 6, tzinfo=UTC))
PLENTY = Budget(memory=2**40, seconds=1e6)
GIF = b"GIF89a\x01\x00\x01\x00"

TOO_LARGE = SkipReason("original image is too large")
DAMAGED = SkipReason("original image is damaged")
RATE_LIMIT = SkipReason("compression: rate limit is exceeded")
WEBP_FAILED = SkipReason("compression: image/webp conversion internal error")
AVIF_FAILED = SkipReason("compression: image/avif conversion internal error")
BIGGER = SkipReason("convert: converted image bigger than origin")
QUALITY_ALONE = SkipReason("quality: cannot be performed without another operation")


def original(
    body: bytes, content_type: str | None = "image/jpeg", encoding: str = "", size: int | None = None
) -> Original:
    """An original; `size` if it is more than the beginning that is at hand."""
    stored = Stored("a", VERSION, size or len(body), content_type=content_type, content_encoding=encoding)
    return Original(stored, body)


def plan(query: str, **option: Any) -> Plan:
    return make_plan(asked(query), ImageStack(enabled=True, **option), ("avif", "webp"))


def derived(query: str, of: Original, limits: Limits | None = None, codecs: Transform = transform) -> Executed | Skip:
    settled = plan_work(of, plan(query), limits or Limits(), PLENTY)
    return execute(of, plan(query), settled, codecs) if isinstance(settled, Work) else settled


def type_of(content_type: str) -> str:
    return f"detected content type {content_type} is not supported"


def encoding_of(encoding: str) -> str:
    return f"detected content encoding {encoding} is not supported"


REFUSALS = {
    "jpeg": (original(jpeg(40, 30)), None),
    "png": (original(png(40, 30)), None),
    "jpeg with a wrong type": (original(jpeg(40, 30), "text/plain"), None),
    "gif": (original(GIF, "image/gif"), type_of("image/gif")),
    "gif said to be a jpeg": (original(GIF, "image/jpeg"), type_of("image/gif")),
    "unknown": (original(b"<svg/>", "image/svg+xml; charset=utf-8"), type_of("image/svg+xml")),
    "unknown without a type": (original(b"?", None), type_of("application/octet-stream")),
    "unknown with a type that is none": (original(b"?", "a\r\nb"), type_of("application/octet-stream")),
    "unknown said to be a jpeg": (original(b"?", "image/jpeg"), type_of("image/jpeg")),
    "empty": (original(b"", "image/png"), type_of("image/png")),
    "gzip": (original(b"\x1f\x8b\x08", "image/jpeg", "gzip"), encoding_of("gzip")),
    "gzip in capitals": (original(b"\x1f\x8b\x08", "image/jpeg", "GZIP"), encoding_of("gzip")),
    "gzip of something else": (original(b"\x1f\x8b\x08", "text/css", "gzip"), type_of("text/css")),
    "gzip, but bytes of a jpeg": (original(jpeg(40, 30), "image/jpeg", "gzip"), encoding_of("gzip")),
    "brotli": (original(b"\x0b", "image/png", "br"), encoding_of("br")),
    "identity": (original(jpeg(40, 30), encoding="identity"), None),
    "aws-chunked": (original(jpeg(40, 30), encoding="aws-chunked"), None),
    "aws-chunked in capitals": (original(jpeg(40, 30), encoding="AWS-Chunked"), None),
    "gzip, aws-chunked": (original(b"\x1f", "image/jpeg", "gzip,aws-chunked"), encoding_of("gzip")),
}


@pytest.mark.parametrize(("of", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_refused(of: Original, reason: str | None) -> None:
    """Magic bytes decide, not names; an encoding other than identity and aws-chunked is passed on."""
    assert refused(of) == reason


@pytest.mark.parametrize("encoding", ["a b", "a;b", "ü", "a\r\nb", "<script>", "gzip;gzip"])
def test_refusal_is_printable(encoding: str) -> None:
    """What no encoding is called is not repeated in a reason."""
    reason = refused(original(jpeg(40, 30), encoding=encoding))
    assert reason is not None
    assert reason.isascii()
    assert reason.isprintable()
    assert ";" not in reason


@pytest.mark.parametrize(
    ("query", "of", "operations", "kind"),
    [
        ("fmt=webp", original(jpeg()), ("convert",), "image/webp"),
        ("fmt=avif", original(png()), ("convert",), "image/avif"),
        ("width=100", original(jpeg()), ("resize",), "image/jpeg"),
        ("crop=1:1", original(png()), ("crop",), "image/png"),
        ("width=100&crop=1:1&fmt=webp", original(jpeg()), ("resize", "crop", "convert"), "image/webp"),
    ],
)
def test_made(query: str, of: Original, operations: tuple[str, ...], kind: str) -> None:
    """A plan comes to bytes of its format."""
    made = derived(query, of)
    assert isinstance(made, Executed)
    assert made.work.operations == operations
    assert detect(made.encoded.body) == kind


SMALL = Limits(original_pixels=100)


@pytest.mark.parametrize(
    ("query", "of", "limits", "reasons"),
    [
        # Content type, then nothing to do, then damage of the header, then too large.
        ("quality=80", original(GIF), Limits(), (type_of("image/gif"),)),
        ("quality=80", original(jpeg()[:100]), Limits(), (QUALITY_ALONE,)),
        ("", original(b"\xff\xd8\xff"), Limits(), ()),
        ("width=5", original(b"\xff\xd8\xff"), Limits(), (DAMAGED,)),
        ("width=5", original(jpeg()), SMALL, (TOO_LARGE,)),
        ("width=400", original(jpeg()), SMALL, ()),
        # Too large before the pixels are looked at.
        ("width=5", original(jpeg()[:2000]), SMALL, (TOO_LARGE,)),
        ("width=5", original(jpeg()[:2000]), Limits(), (DAMAGED,)),
    ],
)
def test_order_of_checks(query: str, of: Original, limits: Limits, reasons: tuple[SkipReason, ...]) -> None:
    """Checks come in the order of docs/specification.md#section-6; the first that applies decides."""
    skip = derived(query, of, limits)
    assert isinstance(skip, Skip)
    assert skip.reasons == reasons


BEGINNING = original(jpeg()[:2000], size=len(jpeg()))
FEW = Limits(original_bytes=3000)


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("width=5", (TOO_LARGE,)),
        ("fmt=webp", (TOO_LARGE,)),
        # The header alone is enough for these reasons.
        ("width=400", ()),
        ("quality=80", (QUALITY_ALONE,)),
        ("fmt=webp&quality=100", ("convert: converted image bigger than origin: OriginQ: 90, DesiredQ: 100",)),
    ],
)
def test_beginnings(query: str, reasons: tuple[SkipReason, ...]) -> None:
    """An original over the limit in bytes is too large; of its beginning only the header is read."""
    skip = derived(query, BEGINNING, FEW)
    assert isinstance(skip, Skip)
    assert skip.reasons == reasons


def test_beginning_without_a_header() -> None:
    """A large original whose beginning does not tell its size is too large, not damaged."""
    assert derived("width=5", original(jpeg()[:100], size=5000), FEW) == Skip((TOO_LARGE,))


def test_damage_is_remembered() -> None:
    """A damaged original is decoded once."""
    assert derived("width=5", original(jpeg()[:10_000])) == Skip((DAMAGED,), remember=True)


@pytest.mark.parametrize(("length", "made"), [(999, True), (1000, False), (1001, False)])
def test_as_large_is_too_large(length: int, made: object) -> None:
    """A conversion as large as the original is as useless as a larger one."""
    source = Original(Stored("a", VERSION, 1000), jpeg(40, 30))
    found = derived("fmt=webp", source, codecs=lambda _body, _work: Encoded(bytes(length)))
    assert isinstance(found, Executed) is made
    if not made:
        assert found == Skip((BIGGER,), remember=True)


def test_growing_with_another_operation() -> None:
    """With resize or crop the result may be larger than the original."""
    for query in ("width=100", "crop=1:1", "crop=1:1&fmt=webp"):
        made = derived(query, original(jpeg()), codecs=lambda _body, _work: Encoded(bytes(10**6)))
        assert isinstance(made, Executed)


class Failing:
    """A transform that fails, whatever it does or only where it converts.

    Attributes:
        tried: what it was to do.
    """

    def __init__(self, error: Exception, *, convert_only: bool = True) -> None:
        self.tried: list[Work] = []
        self._error = error
        self._convert_only = convert_only

    def __call__(self, _body: bytes, work: Work) -> Encoded:
        self.tried.append(work)
        if work.converted or not self._convert_only:
            raise self._error
        return Encoded(b"done")


def test_encoder_failure() -> None:
    """An encoder that fails costs the conversion only."""
    failing = Failing(EncodeError("x"))
    made = derived("width=100&fmt=webp", original(jpeg()), codecs=failing)
    assert isinstance(made, Executed)
    assert (made.work.operations, made.work.reasons, made.encoded.body) == (("resize",), (WEBP_FAILED,), b"done")
    assert [work.format.name for work in failing.tried] == ["webp", "jpeg"]


@pytest.mark.parametrize(("query", "reason"), [("fmt=webp", WEBP_FAILED), ("fmt=avif", AVIF_FAILED)])
def test_encoder_failure_alone(query: str, reason: SkipReason) -> None:
    """If the conversion was all, the original is returned, and that is remembered."""
    assert derived(query, original(jpeg()), codecs=Failing(EncodeError("x"))) == Skip((reason,), remember=True)


def test_pixels_that_nothing_can_be_done_with() -> None:
    """If the original's own format cannot be written either, the image is damaged."""
    failing = Failing(EncodeError("x"), convert_only=False)
    assert derived("width=100", original(jpeg()), codecs=failing) == Skip((DAMAGED,), remember=True)
    skip = derived("width=100&fmt=webp", original(jpeg()), codecs=failing)
    assert skip == Skip((WEBP_FAILED, DAMAGED), remember=True)


def test_strict_decode() -> None:
    """A decode that fails ends it all."""
    failing = Failing(DamagedImageError("x"))
    assert derived("width=100&fmt=webp", original(jpeg()), codecs=failing) == Skip((DAMAGED,), remember=True)
    assert len(failing.tried) == 1


def test_out_of_memory() -> None:
    """Memory that runs out says nothing of the image: kept for seconds, never remembered."""
    assert derived("fmt=webp", original(jpeg()), codecs=Failing(MemoryError())) == Skip((RATE_LIMIT,), transient=True)


def test_no_time() -> None:
    """Without time left the original is returned, for seconds."""
    skip = plan_work(original(jpeg()), plan("fmt=webp"), Limits(), Budget(memory=2**40, seconds=0))
    assert skip == Skip((RATE_LIMIT,), transient=True)


def test_second_choice() -> None:
    """A picture that WebP cannot hold becomes AVIF, if that is accepted too."""
    made = derived("fmt=webp,avif", original(png(16_384, 2)))
    assert isinstance(made, Executed)
    assert made.work.format is not WEBP
    assert detect(made.encoded.body) == "image/avif"
