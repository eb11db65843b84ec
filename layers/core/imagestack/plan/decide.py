"""Settles what of a plan is done with one original. Needs its header only."""

from dataclasses import replace
from itertools import takewhile

from imagestack import skips
from imagestack.formats import FORMATS, Format
from imagestack.limits import Budget, Limits
from imagestack.operations.framing import Framing
from imagestack.operations.operation import Step
from imagestack.plan.cost import Feasibility, judge
from imagestack.plan.plan import Plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.quality import ScoreTarget
from imagestack.skips import SkipReason

# An automatic quality stays below this: higher ones look hardly better and take many more bytes.
_HIGHEST_CHOSEN = 95


def decide(plan: Plan, facts: Facts, limits: Limits, budget: Budget) -> Work | Skip:
    """Settle what of `plan` is done with an original. Checks run in the order of docs/specification.md#section-6.

    Args:
        plan: the plan of the request.
        facts: facts from the header of the original.
        limits: the limits on originals.
        budget: time and memory of the invocation.
    """
    steps, reasons = _settle(plan, facts)
    candidates = [FORMATS[name] for name in plan.formats]
    if plan.options.png_lossless and facts.format.lossless and candidates:
        lossless = [fmt for fmt in candidates if fmt.can_be_lossless]
        if not lossless and plan.formats_from_query:
            reasons.append(skips.not_lossless(candidates[0].name))
        candidates = lossless

    if not steps:
        # A conversion to the format of the original is no operation, so that nothing behind it in the list is tried.
        candidates = list(takewhile(lambda fmt: fmt is not facts.format, candidates))
        if not candidates:
            return _nothing(plan, reasons)
    if not limits.allow(facts.size):
        return Skip((*reasons, skips.TOO_LARGE))

    target, wanted = None, plan.quality
    if isinstance(wanted, ScoreTarget):
        target, wanted = wanted.score, _HIGHEST_CHOSEN
    capped = wanted if facts.quality is None else min(wanted, facts.quality)
    if capped < wanted and target is None and plan.quality_from_query and not (steps or plan.obeys(candidates[0])):
        return Skip((*reasons, skips.quality_above_origin(capped, wanted)))
    work = Work(facts, tuple(steps), facts.format, capped, plan.options, target=target, background=plan.background)
    return _choose(work, candidates, tuple(reasons), budget)


def _settle(plan: Plan, facts: Facts) -> tuple[list[Step], list[SkipReason]]:
    """The steps of the operations, and the reasons of those that are skipped."""
    steps: list[Step] = []
    reasons: list[SkipReason] = []
    framing = Framing.of(facts.size, facts.focus)
    for operation in plan.operations:
        settled = operation.settle(framing)
        framing = settled.framing
        if settled.reason:
            reasons.append(settled.reason)
        elif settled.step:
            steps.append(settled.step)
    return steps, reasons


def without_conversion(work: Work, reason: SkipReason, plan: Plan) -> Work | Skip:
    """The work without its conversion, which failed for `reason`."""
    reasons = (*work.reasons, reason)
    if work.steps:
        return replace(work, format=work.facts.format, reasons=reasons)
    return _nothing(plan, reasons)


def cheaper(work: Work, plan: Plan) -> Work | Skip:
    """The work of an invocation that does not wait for another one: no conversion, no chosen quality, not stored."""
    rest = without_conversion(work, skips.RATE_LIMIT, plan) if work.converted else work
    return replace(rest.unchosen() if isinstance(rest, Work) else rest, transient=True)


def _nothing(plan: Plan, reasons: "list[SkipReason] | tuple[SkipReason, ...]") -> Skip:
    """Nothing is left to do. A quality from the query without an operation is a reason."""
    if plan.quality_from_query and not reasons and not plan.reasons:
        return Skip((skips.QUALITY_ALONE,))
    return Skip(tuple(reasons))


def nothing_to_do(plan: Plan) -> Skip:
    """The skip for an empty plan."""
    return _nothing(plan, ())


def _choose(work: Work, candidates: list[Format], reasons: tuple[SkipReason, ...], budget: Budget) -> Work | Skip:
    """Take the first format that can hold the result within the budget, with less effort if necessary."""
    refused: list[Feasibility] = []
    for candidate in candidates:
        for effort in candidate.efforts:
            transient = Feasibility.TIME in refused
            converted = replace(work, format=candidate, effort=effort, reasons=reasons, transient=transient)
            found = _affordable(converted, budget)
            if isinstance(found, Work):
                return found
            refused.append(found)
    if refused:
        expensive = [verdict for verdict in refused if verdict is not Feasibility.SIDE]
        reasons = (
            *reasons,
            skips.RATE_LIMIT if expensive else skips.conversion_failed(candidates[0].content_type),
        )
    if not work.steps:
        return Skip(reasons, transient=skips.RATE_LIMIT in reasons)
    native = replace(work, reasons=reasons, transient=skips.RATE_LIMIT in reasons)
    found = _affordable(native, budget)
    return found if isinstance(found, Work) else Skip((*reasons, skips.RATE_LIMIT), transient=True)


def _affordable(work: Work, budget: Budget) -> Work | Feasibility:
    """The work, with a fixed quality if there is no time to choose one; or why it cannot be done."""
    verdict = judge(work, budget)
    if verdict is Feasibility.TIME and work.chooses:
        work = replace(work.unchosen(), transient=True)
        verdict = judge(work, budget)
    return work if verdict is Feasibility.POSSIBLE else verdict
