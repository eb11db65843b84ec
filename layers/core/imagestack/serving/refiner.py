"""Derived objects encoded once more, when nobody waits, and replaced where that makes them smaller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from imagestack.effort import Effort
from imagestack.errors import DamagedImageError, EncodeError, OriginStatusError
from imagestack.limits import Budget, Limits
from imagestack.plan.plan import Plan
from imagestack.plan.work import Skip, Work
from imagestack.ports import Derived, DerivedStore, Original, OriginalStore
from imagestack.refinement import Refinement, read_message
from imagestack.request.image_request import Conditions, ImageRequest
from imagestack.request.query import pairs, parse
from imagestack.rules.cache import CachedRules
from imagestack.rules.model import ANY_HOST, Resource
from imagestack.rules.options import ImageStack, Refine
from imagestack.serving.derive import entity_tag, plan_work
from imagestack.serving.request_log import RequestLog
from imagestack.serving.target import DerivedTarget, derived_target
from imagestack.transform import Encoded
from imagestack.transform.refine import score_bytes

# Seconds that are kept back from the time of an invocation, for two decodes, two scores and storing what was made.
_RESERVE = 30.0
# How much longer than a first encode, whose time is estimated, a refinement takes at most: it tries four times.
_TIMES_SLOWER = 16
_GONE = 404


@dataclass(frozen=True)
class Refined:
    """What has become of a refinement.

    Attributes:
        name: the derived key.
        outcome: `smaller`; `same`, where it cannot be made smaller; `nothing`, where there was nothing to do any more.
        saved: bytes that the derived object is smaller now.
    """

    name: str
    outcome: str
    saved: int = 0


Report = Callable[[Refined], None]
Complain = Callable[[str, Exception], None]
Encode = Callable[[bytes, bytes, Work, float], Encoded | None]


@dataclass(frozen=True)
class _CurrentState:
    """What a refinement is about, as long as nothing of it has changed; `body` is that of the derived object."""

    original: Original
    derived: Derived
    body: bytes
    plan: Plan


@dataclass(frozen=True)
class Refiner:
    """Everything that outlives an invocation.

    Attributes:
        originals: where originals are fetched.
        derived: where derived objects are kept.
        rules: which options hold.
        limits: on originals.
        memory: bytes for pixels and codecs.
        report: is told what has become of each refinement.
        complain: is told of failures, with a message's id.
        encode: `imagestack.transform.refine.refine` where codecs run, and within how many seconds.
    """

    originals: OriginalStore
    derived: DerivedStore
    rules: CachedRules
    limits: Limits
    memory: int
    report: Report
    complain: Complain
    encode: Encode

    def handle(self, event: Mapping[str, Any], left: Callable[[], float]) -> dict[str, Any]:
        """Do what a batch of messages asks for.

        Args:
            event: of a queue of SQS.
            left: seconds that remain.

        Returns:
            Which messages are to be delivered again, as Lambda wants it told.
        """
        failed = []
        for record in event["Records"]:
            try:
                self.report(self.refine(read_message(record["body"]), left() - _RESERVE))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is no reason to do the others again
                self.complain(record["messageId"], error)
                failed.append(record["messageId"])
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    def refine(self, refinement: Refinement, seconds: float) -> Refined:
        """Make a derived object smaller, if it is still the one that is meant.

        Nothing is lost where this is done twice or by two at once: who comes second finds it done, or loses the
        conditional write.

        Raises:
            StoreError, OriginStatusError, OriginTimeoutError, OriginThrottledError: a store failed.
        """
        nothing = Refined(refinement.name, "nothing")
        meant = self._meant(refinement)
        if meant is None:
            return nothing
        better = self._better(meant, seconds)
        # What cannot be made smaller is marked, so that nobody tries again and the edge keeps it for long.
        kept = better or replace(meant.derived, refined=True)
        if not self.derived.put(refinement.name, kept, meant.original.stored.headers, meant.derived.store_etag):
            return nothing
        saved = meant.derived.transformed.length - kept.transformed.length
        return Refined(refinement.name, "smaller" if better else "same", saved)

    def _meant(self, refinement: Refinement) -> _CurrentState | None:
        target = self._target(refinement)
        found = self.derived.get(refinement.name, self.limits.original_bytes) if target else None
        if target is None or found is None or found.body is None or not found.transformed.operations:
            return None
        if found.refined or found.original_version.etag != refinement.etag:
            return None
        try:
            original = self.originals.fetch(target.key, self.limits.original_bytes)
        except OriginStatusError as error:
            if error.status == _GONE:
                return None
            raise
        return (
            _CurrentState(original, found, found.body, target.plan)
            if original.stored.version == found.original_version
            else None
        )

    def _target(self, refinement: Refinement) -> DerivedTarget | None:
        """What the request means by the rules of today; None if that is not what was asked for."""
        request = ImageRequest(
            host=refinement.host,
            key=refinement.key,
            parameters=parse(pairs(refinement.query)),
            accepted=refinement.accepted,
            conditions=Conditions(),
        )
        resource = self.rules.resource(request.host) or Resource(ANY_HOST)
        option = resource.options_for(request.path).image_stack or ImageStack()
        if not resource.active or option.refine is Refine.OFF:
            return None
        target = derived_target(request, resource, option)
        return target if target.name == refinement.name else None

    def _better(self, meant: _CurrentState, seconds: float) -> Derived | None:
        """The derived object anew; None if that would be no better."""
        work = plan_work(meant.original, meant.plan, self.limits, Budget(self.memory, seconds / _TIMES_SLOWER))
        if isinstance(work, Skip) or work.transient or score_bytes(work.size) > self.memory:
            return None
        # Chosen once is chosen: the first encode is what the second is measured against.
        chosen = meant.derived.transformed.quality
        work = replace(work, effort=Effort.REFINED, quality=work.quality if chosen is None else chosen, target=None)
        log = RequestLog()
        with log.phase("refine"):
            encoded = self._encoded(meant, work, seconds)
        if encoded is None:
            return None
        made = replace(
            meant.derived.transformed,
            operations=work.operations,
            reasons=work.reasons,
            content_type=work.format.content_type,
            etag=entity_tag(encoded.body),
            length=len(encoded.body),
            processing_time=log.milliseconds("refine"),
            score=None if encoded.score is None else round(encoded.score),
        )
        return replace(meant.derived, transformed=made, body=encoded.body, refined=True)

    def _encoded(self, meant: _CurrentState, work: Work, seconds: float) -> Encoded | None:
        try:
            return self.encode(meant.original.body, meant.body, work, seconds)
        except (DamagedImageError, EncodeError, MemoryError):
            # It would fail again and again; the viewers have an image.
            return None
