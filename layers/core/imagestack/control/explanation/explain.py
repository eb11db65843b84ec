"""Explains an address: parameters, keys, and what becomes of its original."""

from imagestack.control.api.answer_models import ExplanationAnswer
from imagestack.control.explanation.query import Pairs, cache_key, parameters, unknown
from imagestack.errors import ImageStackError
from imagestack.limits import Limits
from imagestack.ports import Original, OriginalStore
from imagestack.request.image_request import ImageRequest
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack


def fetched(originals: OriginalStore | None, key: str, limits: Limits) -> Original | str:
    """An original, or why there is none."""
    if originals is None:
        return "originals cannot be read here"
    try:
        return originals.fetch(key, limits.original_bytes)
    except ImageStackError as error:
        return error.reason or error.text


def explain_address(  # noqa: PLR0913, PLR0917 - an explanation is about all of them
    request: ImageRequest,
    query: Pairs,
    original: Original | str,
    resource: Resource,
    option: ImageStack | None,
    limits: Limits,
) -> ExplanationAnswer:
    """Explain a request.

    Args:
        request: The request for an image.
        query: The decoded pairs of its query, unknown ones too.
        original: The original, or why there is none.
        resource: The resource that answers.
        option: The option that answers for the path; None where Image Stack is off.
        limits: The limits of the data plane.
    """
    base = {"parameters": parameters(query), "unknown": unknown(query), "cache_key": cache_key(request)}
    if isinstance(original, str):
        return ExplanationAnswer.model_validate({**base, "original_problem": original})
    # Importing the codecs is a large part of a cold start; other calls need none.
    from imagestack.control.explanation.result import Explained  # noqa: PLC0415 - see above

    explained = Explained(original, resource, option, limits)
    return ExplanationAnswer.model_validate(
        {
            **base,
            "original": explained.original(),
            "result": explained.result(request),
            "derived_key": explained.derived_key(request),
            "browsers": explained.browsers(request),
        }
    )
