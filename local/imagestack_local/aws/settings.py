"""Translates properties of tables, buckets, queues and secrets from CloudFormation to the APIs of the services."""

from collections.abc import Mapping
from typing import Any

Properties = Mapping[str, Any]
"""Properties of a resource, as CloudFormation names them."""


def table(properties: Properties) -> dict[str, Any]:
    """Parameters of DynamoDB's CreateTable, without the name."""
    parameters = _present(
        properties,
        (
            "AttributeDefinitions",
            "KeySchema",
            "BillingMode",
            "GlobalSecondaryIndexes",
            "ProvisionedThroughput",
        ),
    )
    if stream := properties.get("StreamSpecification"):
        parameters["StreamSpecification"] = {"StreamEnabled": True, **stream}
    if encryption := properties.get("SSESpecification"):
        parameters["SSESpecification"] = {"Enabled": encryption["SSEEnabled"]}
    return parameters


def point_in_time_recovery(properties: Properties) -> dict[str, Any] | None:
    """Parameters of DynamoDB's UpdateContinuousBackups, if the template has any."""
    specification = properties.get("PointInTimeRecoverySpecification")
    return {"PointInTimeRecoverySpecification": specification} if specification else None


def time_to_live(properties: Properties) -> dict[str, Any] | None:
    """Parameters of DynamoDB's UpdateTimeToLive, if the template has any."""
    specification = properties.get("TimeToLiveSpecification")
    return {"TimeToLiveSpecification": specification} if specification else None


def queue(properties: Properties) -> dict[str, Any]:
    """Parameters of SQS's CreateQueue, without the name and the dead-letter queue."""
    present = _present(properties, ("MessageRetentionPeriod", "VisibilityTimeout"))
    return {"Attributes": {name: str(value) for name, value in present.items()}}


def secret(properties: Properties) -> dict[str, Any]:
    """Parameters of Secrets Manager's GetRandomPassword for a secret that is generated."""
    return dict(properties["GenerateSecretString"])


def bucket(properties: Properties) -> dict[str, dict[str, Any]]:
    """The calls of boto3's S3 client that set up a bucket, with their parameters without the name."""
    calls: dict[str, dict[str, Any]] = {}
    if encryption := properties.get("BucketEncryption"):
        rules = [
            {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        calls["put_bucket_encryption"] = {"ServerSideEncryptionConfiguration": {"Rules": rules}}
    if block := properties.get("PublicAccessBlockConfiguration"):
        calls["put_public_access_block"] = {"PublicAccessBlockConfiguration": block}
    if ownership := properties.get("OwnershipControls"):
        calls["put_bucket_ownership_controls"] = {"OwnershipControls": ownership}
    if versioning := properties.get("VersioningConfiguration"):
        calls["put_bucket_versioning"] = {"VersioningConfiguration": versioning}
    if lifecycle := properties.get("LifecycleConfiguration"):
        rules = [_lifecycle_rule(rule) for rule in lifecycle["Rules"]]
        calls["put_bucket_lifecycle_configuration"] = {"LifecycleConfiguration": {"Rules": rules}}
    return calls


def _lifecycle_rule(rule: Properties) -> dict[str, Any]:
    converted = _present(rule, ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"))
    converted["Filter"] = {"Prefix": rule.get("Prefix", "")}
    if "Id" in rule:
        converted["ID"] = rule["Id"]
    expiration = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = rule["ExpirationInDays"]
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    if expiration:
        converted["Expiration"] = expiration
    if abort := converted.get("AbortIncompleteMultipartUpload"):
        converted["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": abort["DaysAfterInitiation"]}
    return converted


def _present(properties: Properties, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}
