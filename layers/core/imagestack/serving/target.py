"""The derived object that a request is for, once its rules are known."""

from dataclasses import dataclass

from imagestack.plan.derived_key import derived_key
from imagestack.plan.plan import Plan, make_plan
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack
from imagestack.transform import ENGINE


@dataclass(frozen=True)
class DerivedTarget:
    """An original, the plan for it, and where the result is stored.

    Attributes:
        original_key: the key of the original in the bucket of originals.
        plan: of the request and its rules.
        derived_key: the key of the derived object.
    """

    original_key: str
    plan: Plan
    derived_key: str


def derived_target(request: ImageRequest, resource: Resource, option: ImageStack) -> DerivedTarget:
    """The target of a request under a resource and its effective option."""
    plan = make_plan(request.parameters, option, request.accepted)
    return DerivedTarget(
        resource.original_key(request.key), plan, derived_key(resource.host, request.key, plan, ENGINE)
    )
