"""The steps of a request: rules, plan, derived object or original and transform, answer."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from time import monotonic

from imagestack import skips
from imagestack.errors import NoRulesError, OriginStatusError, StoreError
from imagestack.limits import InvocationBudget, Limits
from imagestack.plan.decide import cheaper, decide, nothing_to_do
from imagestack.plan.work import Skip, Work
from imagestack.ports import Derived, DerivedStore, Leases, Original, OriginalStore, Stored
from imagestack.refinement import Refinement
from imagestack.request.image_request import ImageRequest
from imagestack.request.query import canonical
from imagestack.response.answer import Answer
from imagestack.rules.cache import CachedRules
from imagestack.rules.model import ANY_HOST, Resource
from imagestack.rules.options import Refine
from imagestack.serving.cache_status import CacheStatus
from imagestack.serving.circuit_breaker import CircuitBreaker, wait
from imagestack.serving.derive import Executed, derived_object, execute, plan_work, refused
from imagestack.serving.effective_rules import EffectiveRules
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.serving.request_log import RequestLog
from imagestack.serving.single_flight import SingleFlight, WaitResult
from imagestack.serving.store_access import OPTIONAL_SHARE, StoreAccess
from imagestack.serving.target import DerivedTarget, derived_target
from imagestack.skips import SkipReason
from imagestack.transform import Encoded, in_this_process


@dataclass(frozen=True)
class Pipeline:
    """Everything that outlives a request.

    Attributes:
        originals: the store of originals.
        derived: the store of derived objects.
        rules: the rules table, with its cache.
        limits: on originals and bodies.
        executor: calls the stores in threads, so that a request can stop waiting.
        leases: which invocation makes which derived object; None if invocations do not wait for each other.
        refinements: the queue of derived objects to be made smaller; None if there is none.
        passes_without_rules: whether originals pass through while no rules can be read.
        transform: does work with the body of an original, within a number of seconds.
        reads: circuit breaker for reading derived objects.
        writes: circuit breaker for writing derived objects.
        turns: circuit breaker for leases.
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

    def effective_rules(self, request: ImageRequest, budget: InvocationBudget, log: RequestLog) -> EffectiveRules:
        """Look up what applies to a request.

        Raises:
            NoRulesError: no rules can be read, and originals do not pass through without rules.
            NotServedError: the resource is switched off.
        """
        with log.phase("rules"):
            try:
                lookup = self.executor.submit(self.rules.resource, request.host)
                resource = wait(lookup, budget.timeout(OPTIONAL_SHARE)) or Resource(ANY_HOST)
            except StoreError as error:
                log.failures.append("rules")
                if not self.passes_without_rules:
                    raise NoRulesError from error
                return EffectiveRules()
        return EffectiveRules.of(resource, request.path)

    def answer(self, request: ImageRequest, rules: EffectiveRules, budget: InvocationBudget, log: RequestLog) -> Answer:
        """Answer a request with a derived object or the original.

        Raises:
            ImageStackError: the pipeline has no image for the response.
        """
        stores = StoreAccess(
            self.originals,
            self.derived,
            self.limits.body_bytes,
            self.executor,
            self.reads,
            self.writes,
            budget,
            log,
        )
        journey = _Journey(self, request, rules, stores, budget, log)
        try:
            return journey.answer()
        finally:
            log.cache = journey.cache


@dataclass
class _Journey:
    """One request on its way.

    Attributes:
        pipeline: what outlives the request.
        request: of the viewer.
        rules: what applies to it.
        stores: the stores, within the time of the request.
        budget: time and memory of the invocation.
        log: gets phases and failures.
        cache: what has happened to the derived object so far.
    """

    pipeline: Pipeline
    request: ImageRequest
    rules: EffectiveRules
    stores: StoreAccess
    budget: InvocationBudget
    log: RequestLog
    cache: CacheStatus = CacheStatus.PASS

    def answer(self) -> Answer:
        if not self.request.key:
            raise OriginStatusError(404)
        resource = self.rules.resource
        if resource is None:
            # Without rules the image must not be changed. The rules may be readable again in seconds.
            return self._pass_through(self.stores.fetch(self.request.key), transient=True)
        answer = self._with_resource(resource)
        return replace(answer, varies=self.request.has_format or bool(self.rules.image_stack.formats))

    def _with_resource(self, resource: Resource) -> Answer:
        option = self.rules.image_stack
        if not option.enabled:
            return self._pass_through(self.stores.fetch(resource.original_key(self.request.key)))
        target = derived_target(self.request, resource, option)
        if target.plan.is_empty:
            original = self.stores.fetch(target.original_key)
            refusal = refused(original)
            reasons = (refusal,) if refusal else nothing_to_do(target.plan).reasons
            return self._pass_through(original, (*target.plan.reasons, *reasons))
        return self._transformed(target)

    def _transformed(self, target: DerivedTarget) -> Answer:
        """Serve the derived object; make it first if the store has none of this version of the original."""
        with self.log.phase("lookup"):
            lookup = self.stores.begin_get(target.derived_key)
            stored = self.stores.head(target.original_key)
            derived = self.stores.end_get(lookup)
        if derived and derived.original_version == stored.version:
            if derived.transformed.operations:
                self.cache = CacheStatus.HIT
                answer = self._serve(stored, target, derived)
                if answer.refining:
                    self._end_refinement_request(self._begin_refinement_request(target, stored))
                return answer
            original = self.stores.fetch(target.original_key)
            if original.stored.version == derived.original_version:
                self.cache = CacheStatus.SKIP
                return self._serve_or_pass(original, target, derived)
        self.cache = CacheStatus.STALE if derived else CacheStatus.MISS
        lease_name = f"{target.derived_key}@{stored.version.etag}"
        flight = SingleFlight(self.pipeline.leases, self.pipeline.turns, lease_name, self.log)
        refinement_request = None
        try:
            answer = self._make(target, derived, flight)
            if answer.refining and self._refine is Refine.ALL and flight.stored:
                refinement_request = self._begin_refinement_request(target, answer.stored, is_new=True)
        finally:
            flight.end(self.budget.timeout(OPTIONAL_SHARE))
        if refinement_request:
            self._end_refinement_request(refinement_request)
        return answer

    def _make(self, target: DerivedTarget, stale: Derived | None, flight: SingleFlight) -> Answer:
        """Make the derived object, unless another invocation makes it meanwhile."""
        limits, plan = self.pipeline.limits, target.plan
        original = self.stores.fetch(target.original_key, limits.original_bytes)
        with self.log.phase("transform"):
            work = plan_work(original, plan, limits, self.budget.transform_budget())
        if isinstance(work, Work) and not work.transient:
            with self.log.phase("wait"):
                waited = flight.wait(
                    lambda: self.stores.get(target.derived_key, original.stored),
                    self.budget.transform_budget().seconds / 2,
                )
            if isinstance(waited, Derived):
                self.cache = CacheStatus.SHARED
                return self._serve_or_pass(original, target, waited)
            if waited is WaitResult.BUSY:
                self.cache = CacheStatus.BUSY
                work = cheaper(work, plan)
            else:
                # The wait took time, so that less may be affordable now.
                work = decide(plan, work.facts, limits, self.budget.transform_budget())
        with self.log.phase("transform"):
            result = execute(original, plan, work, self._transform) if isinstance(work, Work) else work
        replaces = stale.store_etag if stale else None
        if isinstance(result, Executed):
            return self._store_and_serve(original, target, result, replaces, flight)
        if result.remember:
            flight.stored = self._put(target, self._derived_object(original.stored, result), original.stored, replaces)
        return self._pass_through(original, (*plan.reasons, *result.reasons), transient=result.transient)

    def _store_and_serve(
        self, original: Original, target: DerivedTarget, result: Executed, replaces: str | None, flight: SingleFlight
    ) -> Answer:
        """Answer with a new derived object, and store it if it is worth keeping."""
        derived = self._derived_object(original.stored, result)
        transient = result.work.transient
        too_large = len(result.encoded.body) > self.pipeline.limits.body_bytes
        # A body too large for a response must be in the bucket, even if another invocation could do better. But it
        # must not take the place of what another invocation is making now.
        must_store = not transient or (too_large and self.cache is not CacheStatus.BUSY)
        is_stored = must_store and self._put(target, derived, original.stored, replaces)
        if too_large and not is_stored:
            reasons = (*target.plan.reasons, *result.work.reasons, skips.RATE_LIMIT)
            return self._pass_through(original, reasons, transient=True)
        flight.stored = is_stored
        answer = self._serve(original.stored, target, derived)
        return replace(answer, transient=transient, refining=is_stored and answer.refining)

    def _put(self, target: DerivedTarget, derived: Derived, stored: Stored, replaces: str | None) -> bool:
        return self.stores.put(target.derived_key, derived, stored, replaces)

    def _transform(self, body: bytes, work: Work) -> Encoded:
        return self.pipeline.transform(body, work, self.budget.transform_budget().seconds)

    def _derived_object(self, stored: Stored, result: Executed | Skip) -> Derived:
        return derived_object(stored, result, self.log.milliseconds("fetch"), self.log.milliseconds("transform"))

    def _serve_or_pass(self, original: Original, target: DerivedTarget, derived: Derived) -> Answer:
        """Serve what the store has: a derived object, or the memory of a skip."""
        if derived.transformed.operations:
            return self._serve(original.stored, target, derived)
        return self._pass_through(original, (*target.plan.reasons, *derived.transformed.reasons))

    def _serve(self, stored: Stored, target: DerivedTarget, derived: Derived) -> Answer:
        """Answer with a derived object."""
        transformed = derived.transformed
        return Answer(
            stored=stored,
            body=derived.body if transformed.length <= self.pipeline.limits.body_bytes else None,
            path=f"/_derived/{target.derived_key}",
            reasons=(*target.plan.reasons, *transformed.reasons),
            transformed=transformed,
            refining=self._refine is not Refine.OFF and not derived.refined,
        )

    def _pass_through(
        self, original: Original, reasons: tuple[SkipReason, ...] = (), *, transient: bool = False
    ) -> Answer:
        """Answer with the original, byte for byte."""
        fits = original.is_whole and original.stored.size <= self.pipeline.limits.body_bytes
        return Answer(
            stored=original.stored,
            body=original.body if fits else None,
            path=f"/_original/{original.stored.key}",
            reasons=reasons,
            download_time=self.log.milliseconds("fetch"),
            transient=transient,
        )

    @property
    def _refine(self) -> Refine:
        """Which derived objects are to be made smaller; none without a queue."""
        return self.rules.image_stack.refine if self.pipeline.refinements else Refine.OFF

    def _begin_refinement_request(self, target: DerivedTarget, stored: Stored, *, is_new: bool = False) -> Future[None]:
        request = self.request
        refinement = Refinement(
            host=request.host,
            key=request.key,
            query=canonical(request.parameters),
            accepted=request.accepted,
            name=target.derived_key,
            etag=stored.version.etag,
        )
        return self.pipeline.executor.submit(self._request_refinement, refinement, is_new=is_new)

    def _request_refinement(self, refinement: Refinement, *, is_new: bool) -> None:
        if self.pipeline.refinements:
            self.pipeline.refinements.request(refinement, is_new=is_new)

    def _end_refinement_request(self, refinement_request: Future[None]) -> None:
        try:
            wait(refinement_request, self.budget.timeout(OPTIONAL_SHARE))
        except StoreError:
            self.log.failures.append("refinement")
