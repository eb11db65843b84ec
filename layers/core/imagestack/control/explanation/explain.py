"""Explains an address: parameters, keys, and what becomes of its original."""

from imagestack.control.api.image_models import ExplanationAnswer
from imagestack.control.explanation.query import Pairs, cache_key, parameters, unknown
from imagestack.errors import ForbiddenError, ImageStackError, OriginStatusError
from imagestack.limits import Budget, Limits
from imagestack.ports import Original, OriginalStore
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack, Options
from imagestack.serving.access import check

_NOT_FOUND = 404


def fetched(
    originals: OriginalStore | None, resource: Resource, request: ImageRequest, limits: Limits
) -> Original | str:
    """The original of a request, or why there is none."""
    if not resource.active:
        return "the resource is switched off"
    if originals is None:
        return "originals cannot be read here"
    try:
        if not request.key:
            # The data plane answers this without a request to the origin.
            raise OriginStatusError(_NOT_FOUND)
        return originals.fetch(resource.original_key(request.key), limits.original_bytes)
    except ImageStackError as error:
        return error.reason or error.text


def refusal(request: ImageRequest, options: Options, now: float) -> str | None:
    """Why a request has no access; None if it has, or if that depends on the viewer's IP address.

    Args:
        request: The request for an image.
        options: The effective options.
        now: Seconds since the epoch.
    """
    if options.secure_key and options.secure_key.with_address and request.signed:
        return None
    try:
        check(request, options, now)
    except ForbiddenError as error:
        return error.text
    return None


def explain_address(  # noqa: PLR0913, PLR0917 - an explanation is about all of them
    request: ImageRequest,
    query: Pairs,
    original: Original | str,
    resource: Resource,
    option: ImageStack | None,
    limits: Limits,
    budget: Budget,
) -> ExplanationAnswer:
    """Explain a request.

    Args:
        request: The request for an image.
        query: The decoded pairs of its query, unknown ones too.
        original: The original, or why there is none.
        resource: The resource that answers.
        option: The option that answers for the path; None where Image Stack is off.
        limits: The limits of the data plane.
        budget: What an invocation of the data plane may spend.
    """
    base = {"parameters": parameters(query), "unknown": unknown(query), "cache_key": cache_key(request)}
    if isinstance(original, str):
        return ExplanationAnswer.model_validate({**base, "original_problem": original})
    # Importing the codecs is a large part of a cold start; other calls need none.
    from imagestack.control.explanation.result import Explained  # noqa: PLC0415 - see above

    explained = Explained(original, resource, option, limits, budget)
    result, derived_key = explained.result(request)
    return ExplanationAnswer.model_validate(
        {
            **base,
            "original": explained.original(),
            "result": result,
            "derived_key": derived_key,
            "browsers": explained.browsers(request),
        }
    )
