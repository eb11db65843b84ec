"""The part of an explanation that needs the original: what becomes of it, for each browser.

Nothing is decoded or encoded. It imports the codecs, so that it is imported only when it is wanted.
"""

from dataclasses import replace

from imagestack.control.api.answer_models import ExplainedBrowser, ExplainedOriginal, ExplainedResult
from imagestack.formats import detect
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import nothing_to_do
from imagestack.plan.work import Skip, Work
from imagestack.ports import Original
from imagestack.request.accept import BROWSERS, accepted_formats
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import plan_work, refused
from imagestack.serving.target import DerivedTarget, derived_target
from imagestack.transform import read_size

# The data plane may have less time and memory at the moment of a request; that is no property of the address.
_PLENTY = Budget(memory=2**40, seconds=3_600)


class Explained:
    """An original under the options of its path.

    Args:
        original: whole, or the beginning of an original over the limit in bytes.
        resource: its resource.
        option: the option that answers for its path; None where Image Stack is off.
        limits: of the data plane.
    """

    def __init__(self, original: Original, resource: Resource, option: ImageStack | None, limits: Limits) -> None:
        self._original = original
        self._resource = resource
        self._option = option
        self._limits = limits
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

    def result(self, request: ImageRequest) -> ExplainedResult:
        """What a request gives."""
        if self._option is None:
            return self._unchanged(())
        target = derived_target(request, self._resource, self._option)
        settled = self._settle(target)
        reasons = (*target.plan.reasons, *settled.reasons)
        if isinstance(settled, Skip):
            return self._unchanged(reasons)
        return ExplainedResult(
            operations=list(settled.operations),
            content_type=settled.format.content_type,
            width=settled.size.width,
            height=settled.size.height,
            reasons=list(dict.fromkeys(reasons)),
            only_if_smaller=settled.convert_only and not target.plan.obeys(settled.format),
        )

    def derived_key(self, request: ImageRequest) -> str | None:
        """The key of the derived object of a request; None if it has none."""
        if self._option is None:
            return None
        target = derived_target(request, self._resource, self._option)
        return target.derived_key if isinstance(self._settle(target), Work) else None

    def browsers(self, request: ImageRequest) -> list[ExplainedBrowser]:
        """What each class of browsers gets."""
        requests = {name: replace(request, accepted=accepted_formats(accept)) for name, accept in BROWSERS.items()}
        return [
            ExplainedBrowser(
                decodes=name,
                accept=BROWSERS[name],
                content_type=self.result(one).content_type,
                derived_key=self.derived_key(one),
            )
            for name, one in requests.items()
        ]

    def _settle(self, target: DerivedTarget) -> Work | Skip:
        if target.plan.is_empty:
            refusal = refused(self._original)
            return Skip((refusal,)) if refusal else nothing_to_do(target.plan)
        return plan_work(self._original, target.plan, self._limits, _PLENTY)

    def _unchanged(self, reasons: tuple[str, ...]) -> ExplainedResult:
        return ExplainedResult(
            operations=[],
            content_type=self._type,
            width=self._size.width if self._size else None,
            height=self._size.height if self._size else None,
            reasons=list(dict.fromkeys(reasons)),
            only_if_smaller=False,
        )
