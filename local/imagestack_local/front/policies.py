"""The template's cache, origin request and response headers policies as values."""

from collections.abc import Mapping
from typing import Any

from imagestack_local.errors import StartError
from imagestack_local.front.distribution import CachePolicy, Parts, Selection, Which
from imagestack_local.front.headers_policy import Added, Cors, HeadersPolicy
from imagestack_local.template import Template

Properties = Mapping[str, Any]

# The defaults of CloudFront.
_DEFAULT_SECONDS = 86_400
_MAXIMUM_SECONDS = 31_536_000

_ALL_WORDS = {"all": Which.ALL, "allViewer": Which.ALL}
_WITHOUT_NAMES = (Which.NONE, Which.ALL)


def cache(template: Template, logical_id: str) -> CachePolicy:
    """A cache policy.

    Raises:
        StartError: The front does not understand a property.
    """
    config = template.properties(logical_id, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    _known(config, logical_id, "Comment", "DefaultTTL", "MaxTTL", "MinTTL", "Name", _KEY)
    key = config[_KEY]
    _known(key, logical_id, "CookiesConfig", "HeadersConfig", "QueryStringsConfig", *_ENCODINGS)
    if any(_is_true(key.get(name)) for name in _ENCODINGS):
        raise StartError(f"the local front does not compress as {logical_id} in the template wants it")
    minimum = int(config.get("MinTTL", 0))
    return CachePolicy(
        minimum=minimum,
        default=int(config.get("DefaultTTL", max(_DEFAULT_SECONDS, minimum))),
        maximum=int(config.get("MaxTTL", max(_MAXIMUM_SECONDS, minimum))),
        key=_parts(key, logical_id),
    )


_KEY = "ParametersInCacheKeyAndForwardedToOrigin"
_ENCODINGS = ("EnableAcceptEncodingBrotli", "EnableAcceptEncodingGzip")


def origin_request(template: Template, logical_id: str) -> Parts:
    """An origin request policy."""
    config = template.properties(logical_id, "AWS::CloudFront::OriginRequestPolicy")["OriginRequestPolicyConfig"]
    _known(config, logical_id, "Comment", "CookiesConfig", "HeadersConfig", "Name", "QueryStringsConfig")
    return _parts(config, logical_id)


def response_headers(template: Template, logical_id: str) -> HeadersPolicy:
    """A response headers policy."""
    config = template.properties(logical_id, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    parts = ("CorsConfig", "CustomHeadersConfig", "RemoveHeadersConfig", "SecurityHeadersConfig")
    _known(config, logical_id, "Comment", "Name", *parts)
    security = config.get("SecurityHeadersConfig", {})
    _known(security, logical_id, *_SECURITY)
    added = [
        Added(name, _SECURITY_VALUES[kind](security[kind]), _is_true(security[kind]["Override"]))
        for kind, name in _SECURITY.items()
        if kind in security
    ]
    custom = config.get("CustomHeadersConfig", {}).get("Items", ())
    added += [Added(item["Header"].lower(), str(item["Value"]), _is_true(item["Override"])) for item in custom]
    removed = config.get("RemoveHeadersConfig", {}).get("Items", ())
    cors = config.get("CorsConfig")
    return HeadersPolicy(
        tuple(added), tuple(item["Header"].lower() for item in removed), _cors(cors, logical_id) if cors else None
    )


def _transport_security(properties: Properties) -> str:
    words = [f"max-age={int(properties['AccessControlMaxAgeSec'])}"]
    words += ["includeSubDomains"] if _is_true(properties.get("IncludeSubdomains")) else []
    words += ["preload"] if _is_true(properties.get("Preload")) else []
    return "; ".join(words)


_SECURITY = {
    "ContentSecurityPolicy": "content-security-policy",
    "ContentTypeOptions": "x-content-type-options",
    "FrameOptions": "x-frame-options",
    "ReferrerPolicy": "referrer-policy",
    "StrictTransportSecurity": "strict-transport-security",
}
_SECURITY_VALUES = {
    "ContentSecurityPolicy": lambda properties: str(properties["ContentSecurityPolicy"]),
    "ContentTypeOptions": lambda _properties: "nosniff",
    "FrameOptions": lambda properties: str(properties["FrameOption"]),
    "ReferrerPolicy": lambda properties: str(properties["ReferrerPolicy"]),
    "StrictTransportSecurity": _transport_security,
}


def _cors(config: Properties, logical_id: str) -> Cors:
    lists = ("AccessControlAllowHeaders", "AccessControlAllowMethods", "AccessControlAllowOrigins")
    exposed, seconds = "AccessControlExposeHeaders", "AccessControlMaxAgeSec"
    _known(config, logical_id, "AccessControlAllowCredentials", "OriginOverride", exposed, seconds, *lists)
    items = {name: tuple(config.get(name, {}).get("Items", ())) for name in (*lists, exposed)}
    methods = items["AccessControlAllowMethods"]
    return Cors(
        origins=items["AccessControlAllowOrigins"],
        methods="GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS" if methods == ("ALL",) else ", ".join(methods),
        headers=", ".join(items["AccessControlAllowHeaders"]),
        credentials=_is_true(config["AccessControlAllowCredentials"]),
        exposed=", ".join(items[exposed]),
        seconds=int(config[seconds]) if seconds in config else None,
        override=_is_true(config["OriginOverride"]),
    )


def _parts(config: Properties, logical_id: str) -> Parts:
    headers = config.get("HeadersConfig", {})
    cookies = config.get("CookiesConfig", {})
    query = config.get("QueryStringsConfig", {})
    return Parts(
        headers=_selection(headers, "HeaderBehavior", "Headers", logical_id, lower=True),
        cookies=_selection(cookies, "CookieBehavior", "Cookies", logical_id),
        query=_selection(query, "QueryStringBehavior", "QueryStrings", logical_id),
    )


def _selection(config: Properties, behaviour: str, names: str, logical_id: str, *, lower: bool = False) -> Selection:
    _known(config, logical_id, behaviour, names)
    word = config.get(behaviour, "none")
    try:
        which = _ALL_WORDS.get(word) or Which(word)
    except ValueError:
        raise StartError(f"the local front does not understand {behaviour} {word} of {logical_id}") from None
    chosen = () if which in _WITHOUT_NAMES else config.get(names, ())
    return Selection(which, frozenset(name.lower() if lower else name for name in chosen))


def _known(properties: Properties, logical_id: str, *names: str) -> None:
    unknown = sorted(set(properties) - set(names))
    if unknown:
        raise StartError(f"the local front does not understand {', '.join(unknown)} of {logical_id} in the template")


def _is_true(value: object) -> bool:
    # The default of a parameter is text.
    return value is True or value == "true"
