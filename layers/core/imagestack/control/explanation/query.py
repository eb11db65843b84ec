"""The part of an explanation that needs no original: parameters and the cache key."""

from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import quote

from imagestack.control.api.image_models import CacheKey, ExplainedParameter, UnknownParameter
from imagestack.formats import FORMATS
from imagestack.request.image_request import ImageRequest
from imagestack.request.query import canonical
from imagestack.request.signed_url import EXPIRES, SIGNATURE
from imagestack.request.understood import understood_parameters
from imagestack.request.unknown_parameters import unknown_parameters

Pairs = Sequence[tuple[str, str]]


def parameters(query: Pairs) -> list[ExplainedParameter]:
    """The known parameters of a query."""
    return [
        ExplainedParameter(name=one.name, sent=one.sent, value=one.value or None, problem=one.problem or None)
        for one in understood_parameters(query)
    ]


def unknown(query: Pairs) -> list[UnknownParameter]:
    """The unknown parameters of a query."""
    return [UnknownParameter(**asdict(one)) for one in unknown_parameters(query)]


def cache_key(request: ImageRequest) -> CacheKey:
    """What the edge keeps a response under (`functions/edge/viewer_request.js`)."""
    query = canonical(request.parameters)
    if request.signed:
        signature = f"{SIGNATURE}={request.signed.signature}&{EXPIRES}={request.signed.expires}"
        query = "&".join(part for part in (query, signature) if part)
    names = request.parameters.values.get("fmt", ())
    is_for_all = bool(names) and all(name in FORMATS and FORMATS[name].universal for name in names)
    return CacheKey(
        host=request.host,
        path=quote(request.path, safe="/"),
        query=query,
        accept="none" if is_for_all else ",".join(request.accepted) or "none",
    )
