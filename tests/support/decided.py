"""The work that plans come to, for originals that several suites use."""

from typing import Any

from imagestack.formats import JPEG, PNG
from imagestack.geometry import Size
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import decide
from imagestack.plan.plan import Plan, make_plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason
from tests.support.strategies import asked

WOULD_ENLARGE = SkipReason("resizing: destination image width or height parameter is more than the original image size")
CROP_TOO_LARGE = SkipReason("cropping: output height and width cannot be bigger than the original image size")
TOO_LARGE = SkipReason("original image is too large")
LOSSLESS_AVIF = SkipReason("compression: lossless conversion to avif is not supported")
RATE_LIMIT = SkipReason("compression: rate limit is exceeded")
QUALITY_ALONE = SkipReason("quality: cannot be performed without another operation")
WEBP_FAILED = SkipReason("compression: image/webp conversion internal error")
AVIF_FAILED = SkipReason("compression: image/avif conversion internal error")
PLENTY = Budget(memory=2**50, seconds=1e9)
A_JPEG = Facts(JPEG, Size(400, 300), quality=85)
A_PNG = Facts(PNG, Size(400, 300))
LARGE = Facts(JPEG, Size(4000, 3000))
AUTOMATIC: dict[str, Any] = {"webp_enabled": True, "avif_enabled": True}


def plan(query: str = "", **option: Any) -> Plan:
    """The plan of a query for a client that accepts both formats."""
    return make_plan(asked(query), ImageStack(enabled=True, **option), ("avif", "webp"))


def decided(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Work | Skip:
    return decide(plan(query, **option), facts, Limits(), budget)


def work(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Work:
    found = decided(query, facts, budget, **option)
    assert isinstance(found, Work)
    return found


def skip(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Skip:
    found = decided(query, facts, budget, **option)
    assert isinstance(found, Skip)
    return found
