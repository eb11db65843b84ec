"""Settles what of a plan is done with one original. Needs its header only."""

from dataclasses import replace
from typing import TYPE_CHECKING

from imagestack import skips
from imagestack.formats import FORMATS, Format
from imagestack.limits import Budget, Limits
from imagestack.plan.cost import Feasibility, judge
from imagestack.plan.plan import Plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.quality import ScoreTarget
from imagestack.skips import SkipReason

if TYPE_CHECKING:
    from imagestack.operations.operation import Step

# Where the quality is chosen, results above this are hardly better and much larger.
_HIGHEST_CHOSEN = 95


def decide(plan: Plan, facts: Facts, limits: Limits, budget: Budget) -> Work | Skip:
    """Settle what of `plan` is done with an original, in the order of checks of spec section 6."""
    reasons: list[SkipReason] = []

    steps: list[Step] = []
    size = facts.size
    for operation in plan.operations:
        step = operation.settle(size)
        if isinstance(step, str):
            reasons.append(step)
        elif step:
            steps.append(step)
            size = step.size

    candidates = [FORMATS[name] for name in plan.formats]
    if plan.options.png_lossless and facts.format.lossless and candidates:
        candidates = [fmt for fmt in candidates if fmt.can_be_lossless]
        if not candidates and plan.formats_from_query:
            reasons.append(skips.LOSSLESS_AVIF)

    if not (steps or candidates):
        return _nothing(plan, reasons)
    if not limits.allow(facts.size):
        return Skip((*reasons, skips.TOO_LARGE))

    target, wanted = None, plan.quality
    if isinstance(wanted, ScoreTarget):
        target, wanted = wanted.score, _HIGHEST_CHOSEN
    capped = wanted if facts.quality is None else min(wanted, facts.quality)
    if capped < wanted and target is None and plan.quality_from_query and not steps:
        return Skip((*reasons, skips.quality_above_origin(capped, wanted)))
    work = Work(facts, tuple(steps), facts.format, capped, plan.options, target=target)
    return _choose(work, candidates, tuple(reasons), budget)


def without_conversion(work: Work, reason: SkipReason, plan: Plan) -> Work | Skip:
    """What remains to be done after the conversion has failed for `reason`."""
    reasons = (*work.reasons, reason)
    if work.steps:
        return replace(work, format=work.facts.format, reasons=reasons)
    return _nothing(plan, reasons)


def cheaper(work: Work, plan: Plan) -> Work | Skip:
    """What is done in place of `work` while another function is at it: no conversion, no choice, and not to be kept."""
    rest = without_conversion(work, skips.RATE_LIMIT, plan) if work.converted else work
    return replace(rest.unchosen() if isinstance(rest, Work) else rest, transient=True)


def _nothing(plan: Plan, reasons: "list[SkipReason] | tuple[SkipReason, ...]") -> Skip:
    """Nothing is left to do; a quality from the query that had nothing to ride on is told."""
    if plan.quality_from_query and not reasons and not plan.reasons:
        return Skip((skips.QUALITY_ALONE,))
    return Skip(tuple(reasons))


def nothing_to_do(plan: Plan) -> Skip:
    """The answer to an empty plan."""
    return _nothing(plan, ())


def _choose(work: Work, candidates: list[Format], reasons: tuple[SkipReason, ...], budget: Budget) -> Work | Skip:
    """Take the first format that can hold the result and that this invocation can pay for, in haste if need be."""
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
        dear = [verdict for verdict in refused if verdict is not Feasibility.SIDE]
        reasons = (
            *reasons,
            skips.RATE_LIMIT if dear else skips.conversion_failed(candidates[0].content_type),
        )
    if not work.steps:
        return Skip(reasons, transient=skips.RATE_LIMIT in reasons)
    native = replace(work, reasons=reasons, transient=skips.RATE_LIMIT in reasons)
    found = _affordable(native, budget)
    return found if isinstance(found, Work) else Skip((*reasons, skips.RATE_LIMIT), transient=True)


def _affordable(work: Work, budget: Budget) -> Work | Feasibility:
    """The work, without the choice of its quality if there is no time for that; or why it cannot be done."""
    verdict = judge(work, budget)
    if verdict is Feasibility.TIME and work.chooses:
        work = replace(work.unchosen(), transient=True)
        verdict = judge(work, budget)
    return work if verdict is Feasibility.POSSIBLE else verdict
