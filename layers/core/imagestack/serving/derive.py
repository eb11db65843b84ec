"""From an original and a plan to a derived object, or to the reasons why there is none."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from imagestack import skips
from imagestack.errors import BusyError, DamagedImageError, EncodeError
from imagestack.formats import DEFAULT_TYPE, ORIGINALS, detect, media_type
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import decide, nothing_to_do, without_conversion
from imagestack.plan.focus import focus_point
from imagestack.plan.plan import Plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.ports import Derived, Original, Stored, Transformed
from imagestack.skips import SkipReason
from imagestack.transform import Encoded, read_facts

# Content-Encoding values of S3 objects that are not encoded (docs/specification.md#section-6).
_NO_ENCODING = {"", "identity", "aws-chunked"}
_TOKEN = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_ETAG_DIGITS = 32

Transform = Callable[[bytes, Work], Encoded]
"""Does work with the body of an original, as `imagestack.transform.transform`."""


@dataclass(frozen=True)
class Executed:
    """The result of a plan.

    Attributes:
        work: the work that was done.
        encoded: the encoded image.
    """

    work: Work
    encoded: Encoded


def plan_work(original: Original, plan: Plan, limits: Limits, budget: Budget) -> Work | Skip:
    """Settle what of `plan` can be done with an original; cheap.

    The checks come in the order of docs/specification.md#section-6.

    Args:
        original: whole, or the beginning of an original over the limit in bytes.
        plan: of the request.
        limits: on the original.
        budget: what this invocation may spend.
    """
    refusal = refused(original)
    if refusal:
        return Skip((refusal,))
    if plan.is_empty:
        return nothing_to_do(plan)
    facts = facts_of(original)
    if not isinstance(facts, Facts):
        return Skip((facts,))
    decision = decide(plan, facts, limits, budget)
    if isinstance(decision, Skip):
        return decision
    if original.stored.size > limits.original_bytes:
        return Skip((*decision.reasons, skips.TOO_LARGE))
    return decision


def facts_of(original: Original) -> Facts | SkipReason:
    """Facts about an original that is not refused; the reason if its header cannot be read."""
    try:
        facts = read_facts(original.body, ORIGINALS[detect(original.body) or ""])
    except DamagedImageError:
        return skips.DAMAGED if original.is_whole else skips.TOO_LARGE
    return replace(facts, focus=focus_point(original.stored.headers))


def refused(original: Original) -> SkipReason | None:
    """The reason why an original is never transformed: its type, or its Content-Encoding; None if it may be."""
    encoding = _encoding(original.stored)
    detected = detect(original.body)
    if detected is None:
        detected = media_type(original.stored.content_type)
        # Encoded bytes do not show their type, so the stored type decides.
        if not (encoding and detected in ORIGINALS):
            return skips.unsupported_type(detected)
    if detected not in ORIGINALS:
        return skips.unsupported_type(detected)
    return skips.unsupported_encoding(encoding) if encoding else None


def _encoding(stored: Stored) -> str:
    """The Content-Encoding of an original without values that mean no encoding; empty if none is left."""
    codings = [coding.strip().lower() for coding in stored.content_encoding.split(",")]
    return ",".join(
        coding if _TOKEN.fullmatch(coding) else "unknown" for coding in codings if coding not in _NO_ENCODING
    )


def execute(original: Original, plan: Plan, work: Work, transform: Transform) -> Executed | Skip:
    """Do the work of a plan.

    Args:
        original: whole.
        plan: of the request.
        work: of `plan_work`.
        transform: runs the codecs.

    Returns:
        The result, or the reasons why the work failed.
    """
    try:
        encoded = transform(original.body, work)
    except DamagedImageError:
        return Skip((*work.reasons, skips.DAMAGED), remember=True)
    except (BusyError, MemoryError):
        return Skip((*work.reasons, skips.RATE_LIMIT), transient=True)
    except EncodeError:
        if not work.converted:
            # The decoder gave pixels that cannot even be encoded in the format of the original.
            return Skip((*work.reasons, skips.DAMAGED), remember=True)
        rest = without_conversion(work, skips.conversion_failed(work.format.content_type), plan)
        return replace(rest, remember=True) if isinstance(rest, Skip) else execute(original, plan, rest, transform)
    if work.convert_only and not plan.obeys(work.format) and len(encoded.body) >= original.stored.size:
        return Skip((*work.reasons, skips.BIGGER_THAN_ORIGIN), remember=True)
    return Executed(work, encoded)


def derived_object(stored: Stored, result: Executed | Skip, download_time: int, processing_time: int) -> Derived:
    """The object to be stored for a result, or for the memory of a skip.

    Args:
        stored: the original.
        result: of `execute` or `plan_work`.
        download_time: milliseconds for the original.
        processing_time: milliseconds for the work.
    """
    if isinstance(result, Executed):
        encoded, reasons = result.encoded, result.work.reasons
        operations, content_type = result.work.operations, result.work.format.content_type
    else:
        encoded, reasons = Encoded(b""), result.reasons
        operations, content_type = (), DEFAULT_TYPE
    transformed = Transformed(
        operations=operations,
        reasons=reasons,
        content_type=content_type,
        etag=entity_tag(encoded.body),
        length=len(encoded.body),
        origin_size=stored.size,
        download_time=download_time,
        processing_time=processing_time,
        score=None if encoded.score is None else round(encoded.score),
        quality=encoded.quality,
    )
    return Derived(stored.version, transformed, encoded.body)


def entity_tag(body: bytes) -> str:
    """The strong ETag of a body, with its quotes; equal for equal bytes."""
    return f'"{sha256(body).hexdigest()[:_ETAG_DIGITS]}"'
