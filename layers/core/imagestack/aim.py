"""What a request is about, once its rules are known: an original, a plan, a derived object."""

from dataclasses import dataclass

from imagestack.keys import derived_key
from imagestack.options import ImageStack
from imagestack.plan import Plan, make_plan
from imagestack.request import ImageRequest
from imagestack.rules import Resource
from imagestack.transform import ENGINE


@dataclass(frozen=True)
class Aim:
    """What there is and what there will be.

    Attributes:
        key: of the original.
        plan: for it.
        name: the derived key.
    """

    key: str
    plan: Plan
    name: str


def aim(request: ImageRequest, resource: Resource, option: ImageStack) -> Aim:
    """What a request means under a resource and its option."""
    plan = make_plan(request.parameters, option, request.accepted)
    name = derived_key(resource.host, request.key, plan, ENGINE)
    return Aim(resource.original_key(request.key), plan, name)
