"""What a request is about, once its rules are known: an original, a plan, a derived object."""

from dataclasses import dataclass

from imagestack.plan.derived_key import derived_key
from imagestack.plan.plan import Plan, make_plan
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack
from imagestack.transform import ENGINE


@dataclass(frozen=True)
class DerivedTarget:
    """What there is and what there will be.

    Attributes:
        key: of the original.
        plan: for it.
        name: the derived key.
    """

    key: str
    plan: Plan
    name: str


def derived_target(request: ImageRequest, resource: Resource, option: ImageStack) -> DerivedTarget:
    """What a request means under a resource and its option."""
    plan = make_plan(request.parameters, option, request.accepted)
    name = derived_key(resource.host, request.key, plan, ENGINE)
    return DerivedTarget(resource.original_key(request.key), plan, name)
