"""Refinement: derived objects are encoded again while nobody waits, and replaced if that makes them smaller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

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

# Seconds of an invocation that encoding leaves for two decodes, two scores and storing the result.
_RESERVE = 30.0
# A refinement takes at most this many times as long as the estimate for a first encode: it encodes up to four times.
_TIMES_SLOWER = 16
_NOT_FOUND = 404


@dataclass(frozen=True)
class Refined:
    """The outcome of a refinement.

    Attributes:
        name: the derived key.
        outcome: `smaller`; `same` if the object cannot be made smaller; `nothing` if there is nothing left to do.
        saved: how many bytes smaller the derived object is now.
    """

    name: str
    outcome: str
    saved: int = 0


Report = Callable[[Refined], None]
ReportFailure = Callable[[str, Exception], None]
Encode = Callable[[bytes, bytes, Work, float], Encoded | None]


@dataclass(frozen=True)
class _CurrentState:
    """What the stores and rules have for a refinement that is still wanted.

    Attributes:
        original: whole, or its beginning if it is over the limit in bytes.
        derived: the derived object to be made smaller.
        body: the body of `derived`.
        plan: of the request under the current rules.
    """

    original: Original
    derived: Derived
    body: bytes
    plan: Plan


@dataclass(frozen=True)
class Refiner:
    """Everything that outlives an invocation.

    Attributes:
        originals: the store of originals.
        derived: the store of derived objects.
        rules: the rules table, with its cache.
        limits: on originals.
        memory: bytes for pixels and codecs.
        report: gets the outcome of each refinement.
        report_failure: gets the id of a message that failed, and the error.
        encode: does `imagestack.transform.refine.refine` within a number of seconds.
    """

    originals: OriginalStore
    derived: DerivedStore
    rules: CachedRules
    limits: Limits
    memory: int
    report: Report
    report_failure: ReportFailure
    encode: Encode

    def handle(self, event: Mapping[str, Any], remaining: Callable[[], float]) -> dict[str, Any]:
        """Do the refinements of a batch of messages.

        Args:
            event: of an SQS queue.
            remaining: gives the seconds until Lambda ends the invocation.

        Returns:
            The messages that SQS must deliver again, in the form that Lambda reads.
        """
        failed = []
        for record in event["Records"]:
            try:
                self.report(self.refine(read_message(record["body"]), remaining() - _RESERVE))
            except Exception as error:  # noqa: BLE001 - no error may make SQS deliver the other messages again
                self.report_failure(record["messageId"], error)
                failed.append(record["messageId"])
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def refine(self, refinement: Refinement, seconds: float) -> Refined:
        """Make a derived object smaller, if it is still the one that was requested.

        Doing this twice, or in two invocations at once, is safe. The second one finds a refined object or loses the
        conditional write.

        Raises:
            StoreError, OriginStatusError, OriginTimeoutError, OriginThrottledError: a store failed.
        """
        nothing = Refined(refinement.name, "nothing")
        state = self._current_state(refinement)
        if state is None:
            return nothing
        better = self._better(state, seconds)
        # An object that cannot be made smaller is marked, so that it is not tried again and the edge keeps it for long.
        derived = better or replace(state.derived, refined=True)
        if not self.derived.put(refinement.name, derived, state.original.stored.headers, state.derived.store_etag):
            return nothing
        saved = state.derived.transformed.length - derived.transformed.length
        return Refined(refinement.name, "smaller" if better else "same", saved)

    def _current_state(self, refinement: Refinement) -> _CurrentState | None:
        """The current state; None if rules, original or derived object have changed."""
        target = self._target(refinement)
        derived = self.derived.get(refinement.name, self.limits.original_bytes) if target else None
        if target is None or derived is None or derived.body is None or not derived.transformed.operations:
            return None
        if derived.refined or derived.original_version.etag != refinement.etag:
            return None
        try:
            original = self.originals.fetch(target.original_key, self.limits.original_bytes)
        except OriginStatusError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        if original.stored.version != derived.original_version:
            return None
        return _CurrentState(original, derived, derived.body, target.plan)

    def _target(self, refinement: Refinement) -> DerivedTarget | None:
        """The target of the request under the current rules; None if it is another one now."""
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
        return target if target.derived_key == refinement.name else None

    def _better(self, state: _CurrentState, seconds: float) -> Derived | None:
        """A smaller derived object; None if there is none."""
        work = plan_work(state.original, state.plan, self.limits, Budget(self.memory, seconds / _TIMES_SLOWER))
        if isinstance(work, Skip) or work.transient or score_bytes(work.size) > self.memory:
            return None
        # The quality stays as the first encode chose it, since the new encode is compared with the first.
        chosen = state.derived.transformed.quality
        work = work.refined(chosen)
        log = RequestLog()
        with log.phase("refine"):
            encoded = self._encoded(state, work, seconds)
        if encoded is None:
            return None
        transformed = replace(
            state.derived.transformed,
            operations=work.operations,
            reasons=work.reasons,
            content_type=work.format.content_type,
            etag=entity_tag(encoded.body),
            length=len(encoded.body),
            processing_time=log.milliseconds("refine"),
            score=None if encoded.score is None else round(encoded.score),
        )
        return replace(state.derived, transformed=transformed, body=encoded.body, refined=True)

    def _encoded(self, state: _CurrentState, work: Work, seconds: float) -> Encoded | None:
        try:
            return self.encode(state.original.body, state.body, work, seconds)
        except (DamagedImageError, EncodeError, MemoryError):
            # Another try would fail too, and viewers have the first encode.
            return None
