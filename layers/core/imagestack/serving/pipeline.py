"""The journey of a request: rules, plan, derived object or original and transform, answer."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TypeVar

from imagestack import skips
from imagestack.errors import (
    NoRulesError,
    NotServedError,
    OriginStatusError,
    OriginTimeoutError,
    StoreError,
)
from imagestack.limits import InvocationBudget, Limits
from imagestack.plan.decide import cheaper, decide, nothing_to_do
from imagestack.plan.plan import Plan
from imagestack.plan.work import Skip, Work
from imagestack.ports import Derived, DerivedStore, Leases, Original, OriginalStore, Stored, Transformed
from imagestack.refinement import Refinement
from imagestack.request.image_request import ImageRequest
from imagestack.request.query import canonical
from imagestack.response.answer import Answer
from imagestack.rules.cache import CachedRules
from imagestack.rules.model import ANY_HOST, Resource, Rule
from imagestack.rules.options import ImageStack, Options, Refine
from imagestack.serving.circuit_breaker import CircuitBreaker, DeadlineError, wait
from imagestack.serving.derive import Executed, entity_tag, execute, plan_work, refused
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.serving.request_log import RequestLog
from imagestack.serving.single_flight import SingleFlight, Verdict
from imagestack.serving.target import DerivedTarget, derived_target
from imagestack.skips import SkipReason
from imagestack.transform import Encoded, in_this_process

T = TypeVar("T")

# What is left for the rest, where something is waited for that a request can do without.
_SHARE = 1 / 4


@dataclass(frozen=True)
class EffectiveRules:
    """What holds for a request.

    Attributes:
        resource: that answers; None if no rules can be had.
        options: that are effective for the path.
        rule: that answers for the path; None if those of the resource hold.
    """

    resource: Resource | None = None
    options: Options = field(default_factory=Options)
    rule: Rule | None = None


@dataclass(frozen=True)
class Pipeline:
    """Everything that outlives a request.

    Attributes:
        originals: where originals are fetched.
        derived: where derived objects are kept.
        rules: which options hold.
        limits: on originals and bodies.
        executor: calls the stores, so that nothing need be waited for longer than there is time.
        leases: who is making what; None if functions do not mind each other.
        refinements: who makes derived objects smaller afterwards; None if nobody does.
        passes_without_rules: originals pass through while no rules can be had.
        transform: where codecs run, and within how many seconds.
        reads, writes: of derived objects, which a request can do without.
        turns: at making derived objects, likewise.
    """

    originals: OriginalStore
    derived: DerivedStore
    rules: CachedRules
    limits: Limits
    executor: Executor
    leases: Leases | None = None
    refinements: RefinementThrottle | None = None
    passes_without_rules: bool = True
    transform: Callable[[bytes, Work, float], Encoded] = in_this_process
    reads: CircuitBreaker = field(init=False)
    writes: CircuitBreaker = field(init=False)
    turns: CircuitBreaker = field(init=False)

    def __post_init__(self) -> None:
        for name in ("reads", "writes", "turns"):
            object.__setattr__(self, name, CircuitBreaker(self.executor, monotonic))

    def terms(self, request: ImageRequest, means: InvocationBudget, log: RequestLog) -> EffectiveRules:
        """Find out what holds for a request.

        Raises:
            NoRulesError: no rules can be had, and originals do not pass without.
            NotServedError: the resource is switched off.
        """
        with log.phase("rules"):
            try:
                asking = self.executor.submit(self.rules.resource, request.host)
                resource = wait(asking, means.timeout(_SHARE)) or Resource(ANY_HOST)
            except StoreError as error:
                log.failures.append("rules")
                if not self.passes_without_rules:
                    raise NoRulesError from error
                return EffectiveRules()
        if not resource.active:
            raise NotServedError("the resource is not active")
        rule = resource.rule_for(request.path)
        return EffectiveRules(resource, resource.options_with(rule), rule)

    def answer(self, request: ImageRequest, terms: EffectiveRules, means: InvocationBudget, log: RequestLog) -> Answer:
        """Answer a request.

        Raises:
            ImageStackError: there is no image to answer with.
        """
        return _Journey(self, request, terms, means, log).answer()


@dataclass(frozen=True)
class _Journey:
    """One request on its way."""

    pipeline: Pipeline
    request: ImageRequest
    terms: EffectiveRules
    means: InvocationBudget
    log: RequestLog

    def answer(self) -> Answer:
        if not self.request.key:
            raise OriginStatusError(404)
        resource = self.terms.resource
        if resource is None:
            # Without rules nothing may be done to the image; in seconds they may be there again.
            return self._pass_through(self._fetch(self.request.key), transient=True)
        option = self.terms.options.image_stack or ImageStack()
        answer = self._answer(resource, option)
        return replace(answer, varies=self.request.format_asked or bool(option.formats))

    def _answer(self, resource: Resource, option: ImageStack) -> Answer:
        if not option.enabled:
            return self._pass_through(self._fetch(resource.original_key(self.request.key)))
        target = derived_target(self.request, resource, option)
        plan = target.plan
        if plan.is_empty:
            original = self._fetch(target.key)
            refusal = refused(original)
            reasons = (refusal,) if refusal else nothing_to_do(plan).reasons
            return self._pass_through(original, (*plan.reasons, *reasons))
        return self._transformed(target)

    def _transformed(self, target: DerivedTarget) -> Answer:
        """Serve the derived object, or make it."""
        key, name, plan = target.key, target.name, target.plan
        with self.log.phase("lookup"):
            looking = self._begin_derived(name)
            stored = self._origin(lambda: self.pipeline.originals.head(key))
            found = self._found(looking)
        if found and found.original_version == stored.version:
            if found.transformed.operations:
                self.log.cache = "hit"
                answer = self._serve(stored, name, found, plan)
                if answer.refining:
                    self._asked(self._begin_to_refine(name, stored))
                return answer
            original = self._fetch(key)
            if original.stored.version == found.original_version:
                self.log.cache = "skip"
                return self._serve_or_pass(original, name, found, plan)
        self.log.cache = "stale" if found else "miss"
        flight = SingleFlight(self.pipeline.leases, self.pipeline.turns, f"{name}@{stored.version.etag}", self.log)
        asking = None
        try:
            answer = self._make(key, name, plan, found, flight)
            if answer.refining and self._refine is Refine.ALL and flight.stored:
                asking = self._begin_to_refine(name, answer.stored, made_now=True)
        finally:
            flight.end(self.means.timeout(_SHARE))
        if asking:
            self._asked(asking)
        return answer

    def _make(self, key: str, name: str, plan: Plan, stale: Derived | None, flight: SingleFlight) -> Answer:
        limits = self.pipeline.limits
        original = self._fetch(key, limits.original_bytes)
        with self.log.phase("transform"):
            work = plan_work(original, plan, limits, self.means.budget())
        if isinstance(work, Work) and not work.transient:
            with self.log.phase("wait"):
                found = flight.wait(
                    lambda: self._made_meanwhile(name, original.stored), self.means.budget().seconds / 2
                )
            if isinstance(found, Derived):
                self.log.cache = "shared"
                return self._serve_or_pass(original, name, found, plan)
            if found is Verdict.BUSY:
                self.log.cache = "busy"
                work = cheaper(work, plan)
            else:
                # The wait has taken its time.
                work = decide(plan, work.facts, limits, self.means.budget())
        with self.log.phase("transform"):
            made = execute(original, plan, work, self._transform) if isinstance(work, Work) else work
        replaces = stale.store_etag if stale else None
        if isinstance(made, Skip):
            if made.remember:
                flight.stored = self._put(name, self._derived(original.stored, made), original.stored, replaces)
            return self._pass_through(original, (*plan.reasons, *made.reasons), transient=made.transient)
        derived = self._derived(original.stored, made)
        transient = made.work.transient
        # What is too large to be returned must be in the bucket, even if another invocation would do better; but not
        # in the place of what another one is making just now.
        too_large = len(made.encoded.body) > limits.body_bytes
        wanted = not transient or (too_large and self.log.cache != "busy")
        kept = wanted and self._put(name, derived, original.stored, replaces)
        if too_large and not kept:
            return self._pass_through(original, (*plan.reasons, *made.work.reasons, skips.RATE_LIMIT), transient=True)
        flight.stored = kept
        answer = self._serve(original.stored, name, derived, plan)
        return replace(answer, transient=transient, refining=kept and answer.refining)

    def _transform(self, body: bytes, work: Work) -> Encoded:
        return self.pipeline.transform(body, work, self.means.budget().seconds)

    def _made_meanwhile(self, name: str, stored: Stored) -> Derived | None:
        found = self._found(self._begin_derived(name))
        return found if found and found.original_version == stored.version else None

    def _serve_or_pass(self, original: Original, name: str, found: Derived, plan: Plan) -> Answer:
        """What another function has just made, or found out to be impossible."""
        if found.transformed.operations:
            return self._serve(original.stored, name, found, plan)
        return self._pass_through(original, (*plan.reasons, *found.transformed.reasons))

    def _derived(self, stored: Stored, made: Executed | Skip) -> Derived:
        """What is kept of a transform or of a skip."""
        encoded = made.encoded if isinstance(made, Executed) else Encoded(b"")
        transformed = Transformed(
            operations=made.work.operations if isinstance(made, Executed) else (),
            reasons=made.work.reasons if isinstance(made, Executed) else made.reasons,
            content_type=made.work.format.content_type if isinstance(made, Executed) else "application/octet-stream",
            etag=entity_tag(encoded.body),
            length=len(encoded.body),
            origin_size=stored.size,
            download_time=self.log.milliseconds("fetch"),
            processing_time=self.log.milliseconds("transform"),
            score=None if encoded.score is None else round(encoded.score),
            quality=encoded.quality,
        )
        return Derived(stored.version, transformed, encoded.body)

    def _begin_derived(self, name: str) -> Future[Derived | None]:
        pipeline = self.pipeline
        return pipeline.reads.begin(lambda: pipeline.derived.get(name, pipeline.limits.body_bytes))

    def _found(self, looking: Future[Derived | None]) -> Derived | None:
        try:
            return self.pipeline.reads.result(looking, self.means.timeout(_SHARE))
        except StoreError:
            self.log.failures.append("derived get")
            return None

    def _put(self, name: str, derived: Derived, stored: Stored, replaces: str | None) -> bool:
        pipeline = self.pipeline
        with self.log.phase("put"):
            try:
                pipeline.writes.call(
                    lambda: pipeline.derived.put(name, derived, stored.headers, replaces), self.means.timeout()
                )
            except StoreError:
                self.log.failures.append("derived put")
                return False
        return True

    def _fetch(self, key: str, at_most: int | None = None) -> Original:
        with self.log.phase("fetch"):
            most = at_most or self.pipeline.limits.body_bytes
            return self._origin(lambda: self.pipeline.originals.fetch(key, most))

    def _origin(self, call: Callable[[], T]) -> T:
        """What the origin answers, while there is time."""
        try:
            return wait(self.pipeline.executor.submit(call), self.means.timeout())
        except DeadlineError as error:
            raise OriginTimeoutError("deadline") from error

    def _serve(self, stored: Stored, name: str, derived: Derived, plan: Plan) -> Answer:
        """A derived object, just made or found."""
        made = derived.transformed
        return Answer(
            stored=stored,
            body=derived.body if made.length <= self.pipeline.limits.body_bytes else None,
            path=f"/_derived/{name}",
            reasons=(*plan.reasons, *made.reasons),
            transformed=made,
            refining=self._refine is not Refine.OFF and not derived.refined,
        )

    @property
    def _refine(self) -> Refine:
        """Which derived objects are to be made smaller: none if nobody does."""
        option = self.terms.options.image_stack or ImageStack()
        return option.refine if self.pipeline.refinements else Refine.OFF

    def _begin_to_refine(self, name: str, stored: Stored, *, made_now: bool = False) -> Future[None]:
        request = self.request
        refinement = Refinement(
            host=request.host,
            key=request.key,
            query=canonical(request.parameters),
            accepted=request.accepted,
            name=name,
            etag=stored.version.etag,
        )
        return self.pipeline.executor.submit(self._ask_to_refine, refinement, made_now=made_now)

    def _ask_to_refine(self, refinement: Refinement, *, made_now: bool) -> None:
        if self.pipeline.refinements:
            self.pipeline.refinements.ask(refinement, made_now=made_now)

    def _asked(self, asking: Future[None]) -> None:
        try:
            wait(asking, self.means.timeout(_SHARE))
        except StoreError:
            self.log.failures.append("refinement")

    def _pass_through(
        self, original: Original, reasons: tuple[SkipReason, ...] = (), *, transient: bool = False
    ) -> Answer:
        """The original, byte for byte."""
        whole = original.is_whole and original.stored.size <= self.pipeline.limits.body_bytes
        return Answer(
            stored=original.stored,
            body=original.body if whole else None,
            path=f"/_original/{original.stored.key}",
            reasons=reasons,
            download_time=self.log.milliseconds("fetch"),
            transient=transient,
        )
