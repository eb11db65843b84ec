"""The headers that options add to every response, for the viewer and for the edge."""

import json
from dataclasses import replace

from imagestack.request.image_request import ImageRequest
from imagestack.response import cors
from imagestack.response.http import Response
from imagestack.rules.options import Options

# Options for the edge, which applies them to each viewer. It caches this header and never sends it to viewers.
EDGE = "X-Img-Edge"

_ERRORS = 400
_VARY = "Vary"


def deliver(response: Response, request: ImageRequest | None, options: Options) -> Response:
    """Add the static headers, and those that depend on the page that shows the image.

    Behind the edge one response is for the pages of all sites. So the edge gets the options and adds the headers itself
    (`functions/edge/viewer_response.js`). Without the edge they are added here.

    Args:
        response: without the headers of options.
        request: None if it could not be read.
        options: the effective options.
    """
    headers = dict(response.headers)
    succeeded = response.status < _ERRORS
    for header in options.static_headers.value if options.static_headers else ():
        if succeeded or header.always:
            headers = {name: value for name, value in headers.items() if name.lower() != header.name.lower()}
            headers[header.name] = header.value
    if request is not None:
        added = _for_page(request, headers.get(_VARY), options, succeeded=succeeded)
        by_referrer = options.referrers is not None and not request.by_edge
        varies = (headers.get(_VARY), added.pop(_VARY, None), "Referer" if by_referrer else None)
        vary = ", ".join(filter(None, varies))
        headers |= added | ({_VARY: vary} if vary else {})
    return replace(response, headers=headers)


def _for_page(request: ImageRequest, vary: str | None, options: Options, *, succeeded: bool) -> dict[str, str]:
    if request.by_edge and succeeded:
        return _for_edge(vary, options) | (cors.PREFLIGHT if request.preflight else {})
    if options.cors is None or not (succeeded or options.cors.always):
        return {}
    if request.by_edge:
        return cors.for_errors(options.cors)
    return (cors.preflight if request.preflight else cors.headers)(options.cors, request.page_origin)


def _for_edge(vary: str | None, options: Options) -> dict[str, str]:
    # CloudFront drops `Vary` values of headers that it does not forward unchanged; caches behind it need them.
    for_edge: dict[str, object] = {"vary": vary} if vary else {}
    if options.cors:
        for_edge["cors"] = {"value": options.cors.value}
    if options.referrers:
        for_edge["referrers"] = {"policy": options.referrers.policy, "values": options.referrers.excepted}
    return {EDGE: json.dumps(for_edge, separators=(",", ":"))} if for_edge else {}
