"""The distribution of the template, with the defaults of the template's parameters.

A property that the front does not emulate is an error, so that template and front cannot differ unnoticed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from imagestack_local.errors import StartError
from imagestack_local.front import policies
from imagestack_local.front.distribution import Behaviour, Code, Distribution, Origin, Parts
from imagestack_local.front.headers_policy import NO_POLICY
from imagestack_local.template import Template

Properties = Mapping[str, Any]
Resolve = Callable[[object], str]
"""Returns the text of a value of the template."""

DISTRIBUTION = "Distribution"
_DEFAULT_PATTERN = "*"
_READ_TIMEOUT_SECONDS = 30
_READ_ONLY = ("GET", "HEAD")

# Properties without an influence on responses, or of a network that does not exist here.
_ELSEWHERE = frozenset(
    {
        "Aliases",
        "Comment",
        "Enabled",
        "HttpVersion",
        "IPV6Enabled",
        "Logging",
        "PriceClass",
        "Restrictions",
        "Staging",
        "ViewerCertificate",
        "WebACLId",
    },
)
_DISTRIBUTION = {"CacheBehaviors", "CustomErrorResponses", "DefaultCacheBehavior", "Origins", *_ELSEWHERE}
_BEHAVIOUR = {
    "AllowedMethods",
    "CachedMethods",
    "CachePolicyId",
    "Compress",
    "FunctionAssociations",
    "OriginRequestPolicyId",
    "PathPattern",
    "ResponseHeadersPolicyId",
    "TargetOriginId",
    # There is no certificate here, so http stands for https.
    "ViewerProtocolPolicy",
}
_ORIGIN = {
    "ConnectionAttempts",
    "ConnectionTimeout",
    "CustomOriginConfig",
    "DomainName",
    "Id",
    "OriginAccessControlId",
    "OriginCustomHeaders",
    "OriginShield",
    "S3OriginConfig",
}


def distribution(template: Template, resolve: Resolve) -> Distribution:
    """The template's distribution.

    Args:
        template: The template.
        resolve: Returns the text of a custom header's value or of a function, with references resolved.

    Raises:
        StartError: The front does not understand a property.
    """
    properties = template.properties(DISTRIBUTION, "AWS::CloudFront::Distribution")
    config = properties["DistributionConfig"]
    known(config, _DISTRIBUTION, "the distribution")
    origins = {origin["Id"]: _origin(origin, resolve) for origin in config["Origins"]}
    behaviours = [
        _behaviour(template, behaviour, origins, resolve)
        for behaviour in (*config.get("CacheBehaviors", ()), config["DefaultCacheBehavior"])
    ]
    return Distribution(tuple(behaviours), dict(map(_error, config.get("CustomErrorResponses", ()))))


def known(properties: Properties, names: Collection[str], where: str) -> None:
    """Check that all properties are known.

    Raises:
        StartError: One is unknown.
    """
    unknown = sorted(set(properties) - set(names))
    if unknown:
        raise StartError(f"the local front does not understand {', '.join(unknown)} of {where} in the template")


def _origin(properties: Properties, resolve: Resolve) -> Origin:
    name = properties["Id"]
    known(properties, _ORIGIN, f"the origin {name}")
    headers = tuple(
        (header["HeaderName"].lower().encode(), resolve(header["HeaderValue"]).encode("latin-1"))
        for header in properties.get("OriginCustomHeaders", ())
    )
    timeout = properties.get("CustomOriginConfig", {}).get("OriginReadTimeout", _READ_TIMEOUT_SECONDS)
    return Origin(name, headers, float(timeout))


def _behaviour(
    template: Template, properties: Properties, origins: Mapping[str, Origin], resolve: Resolve
) -> Behaviour:
    pattern = properties.get("PathPattern", _DEFAULT_PATTERN)
    where = f"the behaviour {pattern}"
    known(properties, _BEHAVIOUR, where)
    if properties.get("Compress"):
        raise StartError(f"the local front does not compress as {where} in the template wants it")
    if properties["TargetOriginId"] not in origins:
        raise StartError(
            f"{where} in the template names the origin {properties['TargetOriginId']!r}, which is not there"
        )
    functions = _functions(template, properties.get("FunctionAssociations", ()), where, resolve)
    return Behaviour(
        pattern=pattern,
        origin=origins[properties["TargetOriginId"]],
        allowed=frozenset(properties.get("AllowedMethods", _READ_ONLY)),
        cached=frozenset(properties.get("CachedMethods", _READ_ONLY)),
        cache=_policy(template, properties, "CachePolicyId", policies.cache),
        forwarded=_policy(template, properties, "OriginRequestPolicyId", policies.origin_request) or Parts(),
        headers=_policy(template, properties, "ResponseHeadersPolicyId", policies.response_headers) or NO_POLICY,
        viewer_request=functions.get("viewer-request"),
        viewer_response=functions.get("viewer-response"),
    )


def _policy(template: Template, properties: Properties, name: str, read: Callable[[Template, str], Any]) -> Any:  # noqa: ANN401 - three kinds
    match properties.get(name):
        case None if name != "CachePolicyId":
            return None
        case {"Ref": str(logical_id)}:
            return read(template, logical_id)
        case {"Fn::GetAtt": str(path)} if path.endswith(".Id"):
            return read(template, path.removesuffix(".Id"))
        case other:
            raise StartError(f"the local front knows only policies of the template, and {name} is {other!r}")


def _functions(template: Template, associations: Sequence[Properties], where: str, resolve: Resolve) -> dict[str, Code]:
    found = {}
    for association in associations:
        match association:
            case {"EventType": ("viewer-request" | "viewer-response") as event, "FunctionARN": {"Fn::GetAtt": path}}:
                parts = path.split(".") if isinstance(path, str) else path
                found[event] = _code(template, parts[0], resolve)
            case _:
                raise StartError(f"the local front does not understand the function of {where}: {association!r}")
    return found


def _code(template: Template, logical_id: str, resolve: Resolve) -> Code:
    properties = template.properties(logical_id, "AWS::CloudFront::Function")
    text = properties.get("FunctionCode")
    if isinstance(text, dict):
        text = resolve(text)
    if not isinstance(text, str):
        raise StartError(f"the local front does not understand the code of {logical_id} in the template")
    if properties.get("FunctionConfig", {}).get("KeyValueStoreAssociations"):
        raise StartError(f"the local front has no key value store for {logical_id} of the template")
    return Code(logical_id, text)


def _error(properties: Properties) -> tuple[int, int]:
    known(properties, {"ErrorCode", "ErrorCachingMinTTL"}, f"the error {properties['ErrorCode']}")
    return int(properties["ErrorCode"]), int(properties["ErrorCachingMinTTL"])
