"""The distribution as the front reads it from a template."""

import re
from pathlib import Path

import boto3
import pytest

from imagestack_local import template
from imagestack_local.errors import StartError
from imagestack_local.front import from_template, secret
from imagestack_local.front.distribution import Distribution, Which

TEMPLATE = """
Parameters:
  Seconds: {Type: Number, Default: 30}
  Origins: {Type: CommaDelimitedList, Default: ''}
Conditions:
  HasOrigins: !Not [!Equals [!Join ['', !Ref Origins], '']]
Resources:
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !GetAtt Api.Name
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginReadTimeout: !Ref Seconds}
            OriginCustomHeaders: [{HeaderName: X-Proof, HeaderValue: !Sub 'proof of ${Secret}'}]
          - Id: bucket
            DomainName: !GetAtt Bucket.Name
            S3OriginConfig: {}
        CacheBehaviors:
          - PathPattern: /objects/*
            TargetOriginId: bucket
            ViewerProtocolPolicy: redirect-to-https
            CachePolicyId: !Ref Keep
            ResponseHeadersPolicyId: !Ref Headers
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: redirect-to-https
          AllowedMethods: [GET, HEAD, OPTIONS]
          CachedMethods: [GET, HEAD]
          CachePolicyId: !Ref Keep
          OriginRequestPolicyId: !Ref More
          FunctionAssociations:
            - {EventType: viewer-request, FunctionARN: !GetAtt Changes.FunctionARN}
        CustomErrorResponses:
          - {ErrorCode: 404, ErrorCachingMinTTL: 5}
  Keep:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        Name: keep
        MinTTL: 1
        DefaultTTL: 2
        MaxTTL: 3
        ParametersInCacheKeyAndForwardedToOrigin:
          EnableAcceptEncodingBrotli: false
          EnableAcceptEncodingGzip: false
          CookiesConfig: {CookieBehavior: none}
          HeadersConfig: {HeaderBehavior: whitelist, Headers: [X-Kind]}
          QueryStringsConfig: {QueryStringBehavior: allExcept, QueryStrings: [junk]}
  More:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: more
        CookiesConfig: {CookieBehavior: all}
        HeadersConfig: {HeaderBehavior: whitelist, Headers: [X-More]}
        QueryStringsConfig: {QueryStringBehavior: none}
  Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        Name: headers
        SecurityHeadersConfig:
          ContentTypeOptions: {Override: true}
          StrictTransportSecurity: {AccessControlMaxAgeSec: !Ref Seconds, IncludeSubdomains: true, Override: false}
        CorsConfig: !If [HasOrigins, {AccessControlAllowOrigins: {Items: !Ref Origins}}, !Ref AWS::NoValue]
        RemoveHeadersConfig: {Items: [{Header: Server}]}
  Changes:
    Type: AWS::CloudFront::Function
    Properties:
      FunctionCode: function handler(event) { return event.request; }
"""


def read(tmp_path: Path, content: str = TEMPLATE) -> Distribution:
    path = tmp_path / "template.yaml"
    path.write_text(content, encoding="utf-8")
    found = template.read(path)
    return from_template.distribution(found, lambda value: found.text(value, {"Secret": "mine"}))


def test_everything_is_read(tmp_path: Path) -> None:
    """Behaviours in order with origin, methods, policies and functions; error times; defaults as CloudFront's."""
    found = read(tmp_path)
    objects, default = found.behaviours
    assert (objects.pattern, default.pattern) == ("/objects/*", "*")
    assert (objects.origin.id, objects.origin.timeout) == ("bucket", 30)
    assert default.origin.headers == ((b"x-proof", b"proof of mine"),)
    assert objects.allowed == objects.cached == default.cached == {"GET", "HEAD"}
    assert default.allowed == {"GET", "HEAD", "OPTIONS"}
    assert (default.cache.minimum, default.cache.default, default.cache.maximum) == (1, 2, 3)
    key = default.cache.key
    assert ["x-kind" in key.headers, "x-more" in key.headers] == [True, False]
    assert ["v" in key.query, "junk" in key.query] == [True, False]
    assert "x-more" in default.forwarded.headers
    assert (default.forwarded.cookies.which, key.cookies.which) == (Which.ALL, Which.NONE)
    assert default.viewer_request
    assert (default.viewer_request.name, default.viewer_response) == ("Changes", None)
    headers = {"server": ["origin"], "strict-transport-security": ["origin"]}
    objects.headers.apply(headers, None)
    assert headers == {"x-content-type-options": ["nosniff"], "strict-transport-security": ["origin"]}
    assert (found.errors(404), found.errors(500)) == (5, 10)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Enabled: true", "DefaultRootObject: index.html", "DefaultRootObject of the distribution"),
        ("PathPattern: /objects/*", "PathPattern: /objects/*\n            SmoothStreaming: true", "SmoothStreaming of"),
        ("CachePolicyId: !Ref Keep\n            R", "CachePolicyId: 658327ea\n            R", "CachePolicyId is '658"),
        ("EnableAcceptEncodingGzip: false", "EnableAcceptEncodingGzip: true", "does not compress as Keep"),
        ("CookieBehavior: all}", "CookieBehavior: some}", "CookieBehavior some of More"),
        ("EventType: viewer-request", "EventType: origin-request", "the function of the behaviour *"),
        ("ErrorCachingMinTTL: 5", "ErrorCachingMinTTL: 5, ResponsePagePath: /404", "ResponsePagePath of the error 404"),
        ("S3OriginConfig: {}", "OriginPath: /a", "OriginPath of the origin bucket"),
        ("TargetOriginId: bucket", "TargetOriginId: other", "the origin 'other', which is not there"),
        ("ContentTypeOptions", "XSSProtection", "XSSProtection of Headers"),
        ("FunctionCode: function", "FunctionCode: !Base64 function", "does not understand this value"),
        ("${Secret}", "${Unknown}", "does not understand this value"),
    ],
)
def test_what_is_not_understood_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Nothing that the front would do otherwise than CloudFront is passed over in silence."""
    assert old in TEMPLATE
    with pytest.raises(StartError, match=re.escape(said)):
        read(tmp_path, TEMPLATE.replace(old, new))


def test_the_template_itself_is_understood() -> None:
    """The deployed distribution: objects from their buckets, everything else from the function."""
    found = from_template.distribution(template.read(), lambda _value: "proof")
    assert [(one.pattern, one.origin.id) for one in found.behaviours] == [
        ("/_derived/*", "derived"),
        ("/_original/*", "originals"),
        ("/cdn/*", "api"),
        ("/console", "api"),
        ("/console/*", "api"),
        ("*", "api"),
    ]
    default = found.behaviours[-1]
    assert default.origin.headers == ((b"x-origin-secret", b"proof"),)
    assert default.viewer_request
    assert default.viewer_response
    assert "accept" not in default.cache.key.headers


def test_references_to_secrets(aws: str) -> None:
    """A dynamic reference stands for the secret's value, by name or ARN, of the current or a named version."""
    secrets = boto3.client("secretsmanager", endpoint_url=aws)
    made = secrets.create_secret(Name="front-test", SecretString="first")
    first, arn = made["VersionId"], made["ARN"]
    secrets.put_secret_value(SecretId=arn, SecretString="second")
    try:
        for name in ("front-test", arn):
            references = (
                ("", "second"),
                (":SecretString", "second"),
                (":SecretString:::", "second"),
                (f":SecretString:::{first}", "first"),
                (":SecretString::AWSPREVIOUS:", "first"),
            )
            for rest, value in references:
                assert secret.resolve(f"<{{{{resolve:secretsmanager:{name}{rest}}}}}>", secrets) == f"<{value}>"
        for broken in ("none", f"{arn}:SecretString:key::"):
            with pytest.raises(StartError):
                secret.resolve(f"{{{{resolve:secretsmanager:{broken}}}}}", secrets)
        with pytest.raises(StartError, match="does not understand"):
            secret.resolve("{{resolve:ssm:a}}", secrets)
    finally:
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
