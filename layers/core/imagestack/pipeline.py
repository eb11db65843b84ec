"""The journey of a request: rules, plan, derived object or original and transform, answer."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from hashlib import sha256

from imagestack import skips
from imagestack.derive import Made, derive, refused
from imagestack.errors import NotServedError, OriginStatusError, StoreError
from imagestack.journal import Journal
from imagestack.keys import derived_key
from imagestack.limits import Budget, Limits
from imagestack.plan import Plan, make_plan
from imagestack.ports import Derived, DerivedStore, Original, OriginalStore, Stored, Transformed
from imagestack.remembered import RememberedRules
from imagestack.request import ANY_HOST, ImageRequest
from imagestack.response import Answer
from imagestack.rules import ImageStack, Resource
from imagestack.skips import SkipReason
from imagestack.work import Skip, nothing_to_do

_ETAG_DIGITS = 32


@dataclass(frozen=True)
class Pipeline:
    """Everything that outlives a request.

    Attributes:
        originals: where originals are fetched.
        derived: where derived objects are kept.
        rules: which options hold.
        limits: on originals and bodies.
        executor: for looking into two stores at a time.
    """

    originals: OriginalStore
    derived: DerivedStore
    rules: RememberedRules
    limits: Limits
    executor: Executor

    def answer(self, request: ImageRequest, budget: Budget, journal: Journal) -> Answer:
        """Answer a request.

        Raises:
            ImageStackError: there is no image to answer with.
        """
        return _Journey(self, request, budget, journal).answer()


@dataclass(frozen=True)
class _Journey:
    """One request on its way."""

    pipeline: Pipeline
    request: ImageRequest
    budget: Budget
    journal: Journal

    def answer(self) -> Answer:
        if not self.request.key:
            raise OriginStatusError(404)
        resource = self._resource()
        if resource is None:
            # Without rules nothing may be done to the image; in seconds they may be there again.
            return self._pass(self._fetch(self.request.key), passing=True)
        if not resource.active:
            raise NotServedError("the resource is not active")
        options = resource.image_stack(self.request.path)
        answer = self._answer(resource, options)
        return replace(answer, varies=self.request.format_asked or bool(options.formats))

    def _resource(self) -> Resource | None:
        """What the host serves; None if the rules cannot be had."""
        with self.journal.phase("rules"):
            try:
                return self.pipeline.rules.resource(self.request.host) or Resource(ANY_HOST)
            except StoreError:
                self.journal.failures.append("rules")
                return None

    def _answer(self, resource: Resource, options: ImageStack) -> Answer:
        key = resource.origin.prefix + self.request.key
        if not options.enabled:
            return self._pass(self._fetch(key))
        plan = make_plan(self.request.parameters, options, self.request.accepted)
        if plan.is_empty:
            original = self._fetch(key)
            refusal = refused(original)
            reasons = (refusal,) if refusal else nothing_to_do(plan).reasons
            return self._pass(original, (*plan.reasons, *reasons))
        return self._transformed(key, derived_key(resource.host, self.request.key, plan), plan)

    def _transformed(self, key: str, name: str, plan: Plan) -> Answer:
        """Serve the derived object `name`, or make it."""
        with self.journal.phase("lookup"):
            looking = self.pipeline.executor.submit(self._get_derived, name)
            stored = self.pipeline.originals.head(key)
            found = looking.result()
        if found and found.of == stored.version:
            if found.transformed.operations:
                self.journal.cache = "hit"
                return self._serve(stored, name, found, plan)
            original = self._fetch(key)
            if original.stored.version == found.of:
                self.journal.cache = "skip"
                return self._pass(original, (*plan.reasons, *found.transformed.reasons))
        self.journal.cache = "stale" if found else "miss"
        return self._make(key, name, plan, found)

    def _make(self, key: str, name: str, plan: Plan, stale: Derived | None) -> Answer:
        limits = self.pipeline.limits
        original = self._fetch(key, limits.original_bytes)
        with self.journal.phase("transform"):
            made = derive(original, plan, limits, self.budget)
        replaces = stale.store_etag if stale else None
        if isinstance(made, Skip):
            if made.remember:
                self._put(name, self._derived(original.stored, made), original.stored, replaces)
            return self._pass(original, (*plan.reasons, *made.reasons), passing=made.passing)
        derived = self._derived(original.stored, made)
        passing = made.work.passing
        # What is too large to be returned must be in the bucket, even if another invocation would do better.
        too_large = len(made.body) > limits.body_bytes
        kept = (too_large or not passing) and self._put(name, derived, original.stored, replaces)
        if too_large and not kept:
            return self._pass(original, (*plan.reasons, *made.work.reasons, skips.RATE_LIMIT), passing=True)
        return replace(self._serve(original.stored, name, derived, plan), passing=passing)

    def _derived(self, stored: Stored, made: Made | Skip) -> Derived:
        """What is kept of a transform or of a skip."""
        body = made.body if isinstance(made, Made) else b""
        transformed = Transformed(
            operations=made.work.operations if isinstance(made, Made) else (),
            reasons=made.work.reasons if isinstance(made, Made) else made.reasons,
            content_type=made.work.format.content_type if isinstance(made, Made) else "application/octet-stream",
            etag=f'"{sha256(body).hexdigest()[:_ETAG_DIGITS]}"',
            length=len(body),
            origin_size=stored.size,
            download_time=self.journal.milliseconds("fetch"),
            processing_time=self.journal.milliseconds("transform"),
        )
        return Derived(stored.version, transformed, body)

    def _get_derived(self, name: str) -> Derived | None:
        try:
            return self.pipeline.derived.get(name, self.pipeline.limits.body_bytes)
        except StoreError:
            self.journal.failures.append("derived get")
            return None

    def _put(self, name: str, derived: Derived, stored: Stored, replaces: str | None) -> bool:
        with self.journal.phase("put"):
            try:
                self.pipeline.derived.put(name, derived, stored.headers, replaces)
            except StoreError:
                self.journal.failures.append("derived put")
                return False
        return True

    def _fetch(self, key: str, at_most: int | None = None) -> Original:
        with self.journal.phase("fetch"):
            return self.pipeline.originals.fetch(key, at_most or self.pipeline.limits.body_bytes)

    def _serve(self, stored: Stored, name: str, derived: Derived, plan: Plan) -> Answer:
        """A derived object, just made or found."""
        made = derived.transformed
        return Answer(
            stored=stored,
            body=derived.body if made.length <= self.pipeline.limits.body_bytes else None,
            path=f"/_derived/{name}",
            reasons=(*plan.reasons, *made.reasons),
            transformed=made,
        )

    def _pass(self, original: Original, reasons: tuple[SkipReason, ...] = (), *, passing: bool = False) -> Answer:
        """The original, byte for byte."""
        whole = original.is_whole and original.stored.size <= self.pipeline.limits.body_bytes
        return Answer(
            stored=original.stored,
            body=original.body if whole else None,
            path=f"/_original/{original.stored.key}",
            reasons=reasons,
            download_time=self.journal.milliseconds("fetch"),
            passing=passing,
        )
