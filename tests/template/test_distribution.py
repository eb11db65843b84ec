"""The caches of the edge, and its requests to each origin."""

from typing import Any

import pytest

POLICIES = ["ImageHeadersPolicy", "ObjectHeadersPolicy"]
NOTHING = {"Ref": "AWS::NoValue"}
CONTROL = ["/cdn/*", "/console", "/console/*"]


@pytest.fixture
def distribution(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["Distribution"]["Properties"]["DistributionConfig"]
    return found


@pytest.fixture
def origins(distribution: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {origin["Id"]: origin for origin in distribution["Origins"]}


@pytest.fixture
def behaviours(distribution: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {behaviour["PathPattern"]: behaviour for behaviour in distribution["CacheBehaviors"]}


def test_viewers_are_served_by_current_protocols(distribution: dict[str, Any]) -> None:
    """HTTP/2 and HTTP/3, IPv6, and never without TLS."""
    assert distribution["HttpVersion"] == "http2and3"
    assert distribution["IPV6Enabled"] is True
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours} == {"redirect-to-https", "https-only"}


def test_own_names_need_a_current_tls(distribution: dict[str, Any]) -> None:
    """Names of one's own come with one's own certificate and TLS 1.2 or newer."""
    assert distribution["Aliases"] == {"Fn::If": ["HasDomain", {"Ref": "DomainNames"}, {"Ref": "AWS::NoValue"}]}
    condition, own, default = distribution["ViewerCertificate"]["Fn::If"]
    assert condition == "HasDomain"
    assert own["AcmCertificateArn"] == {"Ref": "CertificateArn"}
    assert own["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert default == {"CloudFrontDefaultCertificate": True}


def test_images_come_from_the_api(distribution: dict[str, Any], origins: dict[str, dict[str, Any]]) -> None:
    """Every path without a behaviour of its own goes to the HTTP API, over TLS, whatever the method."""
    behaviour = distribution["DefaultCacheBehavior"]
    assert behaviour["TargetOriginId"] == "api"
    assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(behaviour["AllowedMethods"])
    assert origins["api"]["DomainName"] == {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
    connection = origins["api"]["CustomOriginConfig"]
    assert connection["OriginProtocolPolicy"] == "https-only"
    assert connection["OriginSSLProtocols"] == ["TLSv1.2"]


def test_api_is_waited_for(template: dict[str, Any], origins: dict[str, dict[str, Any]]) -> None:
    """The function's time is over before the API's 30 seconds are, and these before CloudFront's."""
    patience = origins["api"]["CustomOriginConfig"]["OriginReadTimeout"]
    assert template["Parameters"]["Timeout"]["MaxValue"] < 30 < patience


def test_cache_key_is_what_the_answer_depends_on(resources: dict[str, Any]) -> None:
    """The query, the formats that the client decodes, and the host; nothing else makes a copy.

    The function of the edge replaces the whole query (tests/edge/test_viewer_request_query.py), so no unknown parameter
    is in the key.
    """
    key = resources["ImageCachePolicy"]["Properties"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["X-Img-Accept", "X-Forwarded-Host"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["EnableAcceptEncodingBrotli"] is key["EnableAcceptEncodingGzip"] is False


def test_origin_gets_the_viewers_address_beside_the_cache_key(
    distribution: dict[str, Any], resources: dict[str, Any]
) -> None:
    """Nothing else of a request that is not in the cache key is sent on, and to the buckets nothing at all."""
    assert distribution["DefaultCacheBehavior"]["OriginRequestPolicyId"] == {"Ref": "ImageOriginRequestPolicy"}
    config = resources["ImageOriginRequestPolicy"]["Properties"]["OriginRequestPolicyConfig"]
    assert config["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["X-Img-Viewer"]}
    assert config["CookiesConfig"] == {"CookieBehavior": "none"}
    assert config["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    for behaviour in distribution["CacheBehaviors"]:
        assert ("OriginRequestPolicyId" in behaviour) == (behaviour["PathPattern"] in CONTROL)


@pytest.mark.parametrize("pattern", CONTROL)
def test_control_plane_is_not_cached(
    pattern: str, behaviours: dict[str, dict[str, Any]], resources: dict[str, Any]
) -> None:
    """Every method and all parts of a request pass, over TLS only; cached answers belong to one token."""
    behaviour = behaviours[pattern]
    assert behaviour["TargetOriginId"] == "api"
    assert behaviour["ViewerProtocolPolicy"] == "https-only"
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(behaviour["AllowedMethods"])
    assert behaviour["CachePolicyId"] == {"Ref": "ControlCachePolicy"}
    cache = resources["ControlCachePolicy"]["Properties"]["CachePolicyConfig"]
    assert (cache["MinTTL"], cache["DefaultTTL"]) == (0, 0)
    key = cache["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Authorization"]}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert behaviour["OriginRequestPolicyId"] == {"Ref": "ControlOriginRequestPolicy"}
    sent = resources["ControlOriginRequestPolicy"]["Properties"]["OriginRequestPolicyConfig"]
    assert sent["HeadersConfig"] == {"HeaderBehavior": "allExcept", "Headers": ["Host"]}
    assert sent["CookiesConfig"] == {"CookieBehavior": "none"}


def test_api_is_shown_the_secret(origins: dict[str, dict[str, Any]]) -> None:
    """CloudFront proves to the function where a request comes from; rotation deploys another version of the proof."""
    (header,) = origins["api"]["OriginCustomHeaders"]
    assert header == {
        "HeaderName": "X-Origin-Secret",
        "HeaderValue": {"Fn::Sub": "{{resolve:secretsmanager:${OriginSecret}:SecretString:::${OriginSecretVersion}}}"},
    }
    assert not [name for name, origin in origins.items() if name != "api" and "OriginCustomHeaders" in origin]


def test_origin_shield_is_as_asked(template: dict[str, Any], origins: dict[str, dict[str, Any]]) -> None:
    """Misses of all edge locations go through one region if there is one, and only those for the function."""
    shield = {"Enabled": True, "OriginShieldRegion": {"Ref": "OriginShieldRegion"}}
    assert origins["api"]["OriginShield"] == {"Fn::If": ["HasOriginShield", shield, NOTHING]}
    assert template["Conditions"]["HasOriginShield"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "OriginShieldRegion"}, ""]}]
    }
    assert not [name for name, origin in origins.items() if name != "api" and "OriginShield" in origin]


def test_access_logs_are_as_asked(template: dict[str, Any], distribution: dict[str, Any]) -> None:
    """Logs go to the bucket of the parameter, under the stack's name, without cookies; without a bucket nowhere."""
    condition, logging, otherwise = distribution["Logging"]["Fn::If"]
    assert (condition, otherwise) == ("HasAccessLogs", NOTHING)
    assert logging == {
        "Bucket": {"Fn::Sub": "${AccessLogsBucketName}.s3.${AWS::URLSuffix}"},
        "Prefix": {"Fn::Sub": "${AWS::StackName}/"},
        "IncludeCookies": False,
    }
    assert template["Conditions"]["HasAccessLogs"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AccessLogsBucketName"}, ""]}]
    }


@pytest.mark.parametrize("policy", ["ImageCachePolicy", "ObjectCachePolicy"])
def test_cache_control_of_the_origin_is_respected(resources: dict[str, Any], policy: str) -> None:
    """From not at all to a year the origin says how long; a day if it says nothing."""
    config = resources[policy]["Properties"]["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]) == (0, 86_400, 31_536_000)


def test_errors_are_kept_for_seconds_only(distribution: dict[str, Any]) -> None:
    """Five seconds if the origin does not ask for more; for a refusal, which may be one viewer's, as it says itself."""
    kept = {error["ErrorCode"]: error["ErrorCachingMinTTL"] for error in distribution["CustomErrorResponses"]}
    assert kept == {400: 5, 403: 0, 404: 5, 405: 5, 500: 5, 502: 5, 503: 5, 504: 5}


@pytest.mark.parametrize(
    ("pattern", "origin", "domain"),
    [
        ("/_derived/*", "derived", {"Fn::GetAtt": ["DerivedBucket", "RegionalDomainName"]}),
        (
            "/_original/*",
            "originals",
            {
                "Fn::If": [
                    "MakesOriginals",
                    {"Fn::GetAtt": ["OriginalsBucket", "RegionalDomainName"]},
                    {"Fn::Sub": "${OriginalsBucketName}.s3.${AWS::Region}.${AWS::URLSuffix}"},
                ]
            },
        ),
    ],
)
def test_large_bodies_come_from_the_buckets(
    behaviours: dict[str, dict[str, Any]],
    origins: dict[str, dict[str, Any]],
    pattern: str,
    origin: str,
    domain: dict[str, Any],
) -> None:
    """Under the two prefixes objects are read from the private buckets by signed requests."""
    behaviour = behaviours[pattern]
    assert behaviour["TargetOriginId"] == origin
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["CachePolicyId"] == {"Ref": "ObjectCachePolicy"}
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "ObjectHeadersPolicy"}
    assert origins[origin]["DomainName"] == domain
    assert origins[origin]["OriginAccessControlId"] == {"Ref": "BucketAccess"}


def test_requests_to_buckets_are_signed(resources: dict[str, Any]) -> None:
    """CloudFront signs every request to a bucket, whatever the viewer sends."""
    config = resources["BucketAccess"]["Properties"]["OriginAccessControlConfig"]
    assert (config["SigningBehavior"], config["SigningProtocol"]) == ("always", "sigv4")
    assert config["OriginAccessControlOriginType"] == "s3"


def test_objects_differ_by_version_only(resources: dict[str, Any]) -> None:
    """`v` and nothing else of a request is in the cache key of an object."""
    key = resources["ObjectCachePolicy"]["Properties"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "whitelist", "QueryStrings": ["v"]}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}


def test_headers_policies_are_used(distribution: dict[str, Any], behaviours: dict[str, dict[str, Any]]) -> None:
    """Images and objects straight from a bucket have a policy each."""
    assert distribution["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "ImageHeadersPolicy"}
    assert {str(behaviour["ResponseHeadersPolicyId"]) for behaviour in behaviours.values()} == {
        str({"Ref": "ObjectHeadersPolicy"})
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_security_headers(template: dict[str, Any], resources: dict[str, Any], policy: str) -> None:
    """Content is never sniffed, originals run no scripts; HSTS is sent for the seconds of the parameter, if any."""
    config = resources[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    hsts = {"AccessControlMaxAgeSec": {"Ref": "HstsSeconds"}, "Override": False}
    assert config["SecurityHeadersConfig"] == {
        "ContentSecurityPolicy": {
            "ContentSecurityPolicy": "script-src 'none'; form-action 'none'",
            "Override": False,
        },
        "ContentTypeOptions": {"Override": True},
        "StrictTransportSecurity": {"Fn::If": ["HasHsts", hsts, NOTHING]},
    }
    assert template["Conditions"]["HasHsts"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "HstsSeconds"}, "0"]}]}


@pytest.mark.parametrize("policy", POLICIES)
def test_cors_is_as_asked(template: dict[str, Any], resources: dict[str, Any], policy: str) -> None:
    """Pages of the origins listed may read, without credentials, unless the function says otherwise."""
    config = resources[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    cors = {
        "AccessControlAllowOrigins": {"Items": {"Ref": "CorsOrigins"}},
        "AccessControlAllowMethods": {"Items": ["GET", "HEAD"]},
        "AccessControlAllowHeaders": {"Items": ["*"]},
        "AccessControlAllowCredentials": False,
        "OriginOverride": False,
    }
    assert config["CorsConfig"] == {"Fn::If": ["HasCors", cors, NOTHING]}
    joined = {"Fn::Join": ["", {"Ref": "CorsOrigins"}]}
    assert template["Conditions"]["HasCors"] == {"Fn::Not": [{"Fn::Equals": [joined, ""]}]}


def test_functions_of_the_edge(distribution: dict[str, Any], behaviours: dict[str, dict[str, Any]]) -> None:
    """Requests are rewritten before the cache is looked at; answers of the function are finished after it."""
    associations = {
        pattern: {item["EventType"]: item["FunctionARN"]["Fn::GetAtt"] for item in behaviour["FunctionAssociations"]}
        for pattern, behaviour in {"default": distribution["DefaultCacheBehavior"], **behaviours}.items()
    }
    assert associations == {
        "default": {
            "viewer-request": ["ViewerRequestFunction", "FunctionARN"],
            "viewer-response": ["ViewerResponseFunction", "FunctionARN"],
        },
        "/_derived/*": {"viewer-request": ["ObjectFunction", "FunctionARN"]},
        "/_original/*": {"viewer-request": ["ObjectFunction", "FunctionARN"]},
        **{pattern: {"viewer-request": ["ControlRequestFunction", "FunctionARN"]} for pattern in CONTROL},
    }


@pytest.mark.parametrize(
    "function", ["ViewerRequestFunction", "ViewerResponseFunction", "ObjectFunction", "ControlRequestFunction"]
)
def test_functions_of_the_edge_are_published(resources: dict[str, Any], function: str) -> None:
    """A deployment makes the new code live at once, on the runtime that it is written for."""
    properties = resources[function]["Properties"]
    assert properties["AutoPublish"] is True
    assert properties["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
