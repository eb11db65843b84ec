"""What the edge keeps and what it asks of whom."""

from typing import Any

import pytest

PARAMETERS = {"quality", "fmt", "width", "height", "fit", "crop"}


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
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours} == {"redirect-to-https"}


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
    """Images differ by the documented parameters, Accept and the viewer's host; nothing else makes a copy."""
    key = resources["ImageCachePolicy"]["Properties"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "whitelist"
    assert set(key["QueryStringsConfig"]["QueryStrings"]) == PARAMETERS
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept", "X-Forwarded-Host"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["EnableAcceptEncodingBrotli"] is key["EnableAcceptEncodingGzip"] is False


def test_origin_gets_no_more_than_the_cache_key(distribution: dict[str, Any]) -> None:
    """What is not in the cache key is not sent on, so that it cannot change what others get from the cache."""
    for behaviour in [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]:
        assert "OriginRequestPolicyId" not in behaviour


@pytest.mark.parametrize("policy", ["ImageCachePolicy", "ObjectCachePolicy"])
def test_cache_control_of_the_origin_is_respected(resources: dict[str, Any], policy: str) -> None:
    """From not at all to a year the origin says how long; a day if it says nothing."""
    config = resources[policy]["Properties"]["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]) == (0, 86_400, 31_536_000)


def test_errors_are_kept_for_seconds_only(distribution: dict[str, Any]) -> None:
    """No error stays at the edge for more than ten seconds if the origin does not ask for it."""
    kept = {error["ErrorCode"]: error["ErrorCachingMinTTL"] for error in distribution["CustomErrorResponses"]}
    assert kept.keys() == {400, 403, 404, 405, 500, 502, 503, 504}
    assert max(kept.values()) <= 10


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


def test_objects_are_not_sniffed(resources: dict[str, Any]) -> None:
    """Objects straight from a bucket have X-Content-Type-Options too."""
    config = resources["ObjectHeadersPolicy"]["Properties"]["ResponseHeadersPolicyConfig"]
    assert config["SecurityHeadersConfig"] == {"ContentTypeOptions": {"Override": True}}


def test_functions_run_on_the_viewers_request(
    distribution: dict[str, Any], behaviours: dict[str, dict[str, Any]]
) -> None:
    """Each behaviour rewrites the path before the cache is looked at."""
    associations = {
        pattern: [
            (item["EventType"], item["FunctionARN"]["Fn::GetAtt"][0]) for item in behaviour["FunctionAssociations"]
        ]
        for pattern, behaviour in {"default": distribution["DefaultCacheBehavior"], **behaviours}.items()
    }
    assert associations == {
        "default": [("viewer-request", "ViewerFunction")],
        "/_derived/*": [("viewer-request", "ObjectFunction")],
        "/_original/*": [("viewer-request", "ObjectFunction")],
    }
