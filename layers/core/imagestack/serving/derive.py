"""From an original and a plan to the bytes of a derived object, or to the reason why there are none."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from imagestack import skips
from imagestack.errors import BusyError, DamagedImageError, EncodeError
from imagestack.formats import ORIGINALS, detect, media_type
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import decide, nothing_to_do, without_conversion
from imagestack.plan.plan import Plan
from imagestack.plan.work import Skip, Work
from imagestack.ports import Original, Stored
from imagestack.skips import SkipReason
from imagestack.transform import Encoded, read_facts

# Content-Encoding values of S3 objects that are not encoded (spec section 6).
_NO_ENCODING = {"", "identity", "aws-chunked"}
_TOKEN = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_ETAG_DIGITS = 32

Transform = Callable[[bytes, Work], Encoded]
"""Does work with the body of an original; see `imagestack.transform.transform`."""


@dataclass(frozen=True)
class Executed:
    """What a plan came to, and the work that made it."""

    work: Work
    encoded: Encoded


def plan_work(original: Original, plan: Plan, limits: Limits, budget: Budget) -> Work | Skip:
    """Find out what of `plan` can be done with an original, in the order of checks of spec section 6; cheap.

    Args:
        original: whole, or at least the beginning of one that is over the limit in bytes.
        plan: of the request.
        limits: on the original.
        budget: of this invocation.
    """
    refusal = refused(original)
    if refusal:
        return Skip((refusal,))
    if plan.is_empty:
        return nothing_to_do(plan)
    try:
        facts = read_facts(original.body, ORIGINALS[detect(original.body) or ""])
    except DamagedImageError:
        return Skip((skips.DAMAGED if original.is_whole else skips.TOO_LARGE,))
    decision = decide(plan, facts, limits, budget)
    if isinstance(decision, Skip):
        return decision
    if original.stored.size > limits.original_bytes:
        return Skip((*decision.reasons, skips.TOO_LARGE))
    return decision


def refused(original: Original) -> SkipReason | None:
    """The reason why an original is not touched at all: its type, or an encoding that it is stored in."""
    encoding = _encoding(original.stored)
    detected = detect(original.body)
    if detected is None:
        detected = media_type(original.stored.content_type)
        # Encoded bytes do not show their type, so that the stored one must be believed.
        if not (encoding and detected in ORIGINALS):
            return skips.unsupported_type(detected)
    if detected not in ORIGINALS:
        return skips.unsupported_type(detected)
    return skips.unsupported_encoding(encoding) if encoding else None


def _encoding(stored: Stored) -> str:
    """The encodings that an original is stored in, empty if there are none."""
    codings = [coding.strip().lower() for coding in stored.content_encoding.split(",")]
    told = [coding if _TOKEN.fullmatch(coding) else "unknown" for coding in codings if coding not in _NO_ENCODING]
    return ",".join(told)


def execute(original: Original, plan: Plan, work: Work, transform: Transform) -> Executed | Skip:
    """Do the work that was settled, or say why it could not be done after all.

    Args:
        original: whole.
        plan: of the request.
        work: that it comes to.
        transform: where codecs run.
    """
    try:
        encoded = transform(original.body, work)
    except DamagedImageError:
        return Skip((*work.reasons, skips.DAMAGED), remember=True)
    except (BusyError, MemoryError):
        return Skip((*work.reasons, skips.RATE_LIMIT), transient=True)
    except EncodeError:
        if not work.converted:
            # The decoder gave pixels that nothing can be done with.
            return Skip((*work.reasons, skips.DAMAGED), remember=True)
        rest = without_conversion(work, skips.conversion_failed(work.format.content_type), plan)
        return replace(rest, remember=True) if isinstance(rest, Skip) else execute(original, plan, rest, transform)
    if work.convert_only and len(encoded.body) >= original.stored.size:
        return Skip((*work.reasons, skips.BIGGER_THAN_ORIGIN), remember=True)
    return Executed(work, encoded)


def entity_tag(body: bytes) -> str:
    """The strong ETag of a result, with its quotes: equal for equal bytes, whoever has made them."""
    return f'"{sha256(body).hexdigest()[:_ETAG_DIGITS]}"'
