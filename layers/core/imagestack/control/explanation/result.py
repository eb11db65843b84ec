"""The part of an explanation that needs the original: what becomes of it, for each browser.

Nothing is decoded or encoded. It imports the codecs, so that it is imported only when it is wanted.
"""

from dataclasses import replace

from imagestack import skips
from imagestack.control.api.image_models import ExplainedBrowser, ExplainedOriginal, ExplainedResult
from imagestack.formats import detect
from imagestack.limits import Budget, Limits
from imagestack.plan.work import Skip
from imagestack.ports import Original
from imagestack.request.accept import BROWSERS, accepted_formats
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import plan_work
from imagestack.serving.target import derived_target
from imagestack.skips import SkipReason
from imagestack.transform import read_size


class Explained:
    """An original under the options of its path.

    Args:
        original: whole, or the beginning of an original over the limit in bytes.
        resource: its resource.
        option: the option that answers for its path; None where Image Stack is off.
        limits: of the data plane.
        budget: of a whole invocation.
    """

    def __init__(
        self, original: Original, resource: Resource, option: ImageStack | None, limits: Limits, budget: Budget
    ) -> None:
        self._original = original
        self._resource = resource
        self._option = option
        self._limits = limits
        self._budget = budget
        self._size = read_size(original.body)
        self._type = detect(original.body) or original.stored.content_type

    def original(self) -> ExplainedOriginal:
        """Facts about the original."""
        return ExplainedOriginal(
            bytes=self._original.stored.size,
            content_type=self._type,
            width=self._size.width if self._size else None,
            height=self._size.height if self._size else None,
        )

    def result(self, request: ImageRequest) -> tuple[ExplainedResult, str | None]:
        """What a request gives, and the key of its derived object; None if it has none."""
        if self._option is None:
            return self._unchanged(()), None
        target = derived_target(request, self._resource, self._option)
        settled = plan_work(self._original, target.plan, self._limits, self._budget)
        reasons = (*target.plan.reasons, *settled.reasons)
        if isinstance(settled, Skip):
            return self._unchanged(reasons), None
        made = ExplainedResult(
            operations=list(settled.operations),
            content_type=settled.format.content_type,
            width=settled.size.width,
            height=settled.size.height,
            reasons=_in_order(reasons),
            only_if_smaller=settled.convert_only and not target.plan.obeys(settled.format),
        )
        return made, target.derived_key

    def browsers(self, request: ImageRequest) -> list[ExplainedBrowser]:
        """What each class of browsers gets."""
        return [self._browser(request, name, accept) for name, accept in BROWSERS.items()]

    def _browser(self, request: ImageRequest, name: str, accept: str) -> ExplainedBrowser:
        made, key = self.result(replace(request, accepted=accepted_formats(accept)))
        return ExplainedBrowser(decodes=name, accept=accept, content_type=made.content_type, derived_key=key)

    def _unchanged(self, reasons: tuple[SkipReason, ...]) -> ExplainedResult:
        return ExplainedResult(
            operations=[],
            content_type=self._type,
            width=self._size.width if self._size else None,
            height=self._size.height if self._size else None,
            reasons=_in_order(reasons),
            only_if_smaller=False,
        )


def _in_order(reasons: tuple[SkipReason, ...]) -> list[str]:
    """Each reason once, in the order of the header."""
    return list(skips.split(skips.join(reasons)))
