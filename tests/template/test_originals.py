"""No role of the template may change an original."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest

# What botocore does not name so, since no operation of its own is meant (service authorization reference, Amazon S3).
FURTHER = [
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteBucketPolicy",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionTagging",
    "ObjectOwnerOverrideToBucketOwner",
    "PutBucketPolicy",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionTagging",
    "PutReplicationConfiguration",
    "ReplicateDelete",
    "ReplicateObject",
    "RestoreObject",
    "UpdateObjectEncryption",
]
READS = ("Get", "Head", "List", "Select")
BUCKETS = {"": "OriginalsBucket", "somebodys-originals": "somebodys-originals"}


def writing_actions() -> list[str]:
    """Every action of S3 that does not only read."""
    operations = boto3.client("s3", region_name="eu-central-1").meta.service_model.operation_names
    return sorted(f"s3:{name}" for name in {*operations, *FURTHER} if not name.startswith(READS))


class Stack:
    """The template with its parameters; resources are called as in the template.

    Conditions about originals are decided by the name of the bucket, of others both branches hold.
    """

    def __init__(self, resources: dict[str, Any], originals: str) -> None:
        self._resources = resources
        self._originals = originals

    def texts(self, value: Any) -> Iterator[str]:
        """All that a value may come to."""
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for one in value:
                yield from self.texts(one)
        elif "Fn::If" in value:
            for branch in self.branches(value):
                yield from self.texts(branch)
        elif "Fn::Sub" in value:
            told = value["Fn::Sub"]
            text, names = (told, {}) if isinstance(told, str) else told
            yield re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1], names), text)
        elif "Ref" in value:
            yield self._named(value["Ref"], {})
        else:
            yield self._named(".".join(value["Fn::GetAtt"]), {})

    def branches(self, value: Any) -> list[Any]:
        """What an `Fn::If` may come to; anything else as it is."""
        if not isinstance(value, dict) or "Fn::If" not in value:
            return [value]
        condition, yes, no = value["Fn::If"]
        chosen = {"MakesOriginals": [no if self._originals else yes], "UsesOriginals": [yes if self._originals else no]}
        return [one for branch in chosen.get(condition, [yes, no]) for one in self.branches(branch)]

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Of all policies of a role."""
        properties = self._resources[role]["Properties"]
        assert not properties.get("ManagedPolicyArns")
        return [
            statement
            for policy in properties["Policies"]
            for told in policy["PolicyDocument"]["Statement"]
            for statement in self.branches(told)
            # AWS::NoValue is none. With NotAction or NotResource a statement would allow more than is read here.
            if statement != {"Ref": "AWS::NoValue"}
        ]

    def allows(self, role: str, action: str, arn: str) -> bool:
        """Whether a role may do something; conditions are taken to hold, what is denied is not looked at."""
        return any(
            statement["Effect"] == "Allow"
            and any(fnmatchcase(action.lower(), word.lower()) for word in self.texts(statement["Action"]))
            and any(fnmatchcase(arn, resource) for resource in self.texts(statement["Resource"]))
            for statement in self.statements(role)
        )

    def _named(self, name: str, names: dict[str, Any]) -> str:
        if name in names:
            return next(self.texts(names[name]))
        if name == "OriginalsBucketName":
            return self._originals
        resource, _, attribute = name.partition(".")
        if attribute == "Arn":
            kind = self._resources[resource]["Type"]
            return f"arn:aws:s3:::{resource}" if kind == "AWS::S3::Bucket" else f"arn:aws:other:::{resource}"
        return {"AWS::Partition": "aws"}.get(name, name)


def roles(resources: dict[str, Any]) -> list[str]:
    return [name for name, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"]


@pytest.mark.parametrize("originals", BUCKETS)
def test_no_role_may_change_an_original(resources: dict[str, Any], originals: str) -> None:
    """No role may do anything to the bucket of originals, or to what is in it, but read."""
    stack = Stack(resources, originals)
    arn = f"arn:aws:s3:::{BUCKETS[originals]}"
    actions = writing_actions()
    assert {"s3:DeleteObject", "s3:DeleteObjects", "s3:PutObject", "s3:CopyObject", "s3:DeleteBucket"} <= set(actions)
    names = roles(resources)
    assert len(names) >= 6
    for role in names:
        for action in actions:
            for one in (arn, f"{arn}/photos/cat.jpg"):
                assert not stack.allows(role, action, one), (role, action, one)


@pytest.mark.parametrize("originals", BUCKETS)
def test_what_is_allowed_is_seen(resources: dict[str, Any], originals: str) -> None:
    """What roles do need is found to be allowed, by the same reading of the same statements."""
    stack = Stack(resources, originals)
    arn, derived = f"arn:aws:s3:::{BUCKETS[originals]}", "arn:aws:s3:::DerivedBucket"
    assert stack.allows("ImageRole", "s3:GetObject", f"{arn}/photos/cat.jpg")
    assert stack.allows("ImageRole", "s3:PutObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("RefineRole", "s3:PutObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("SyncRole", "s3:DeleteObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("ControlRole", "s3:ListBucket", arn)
    assert stack.allows("ImageRole", "xray:PutTraceSegments", "*")


def test_policies_of_buckets_let_nobody_write(resources: dict[str, Any]) -> None:
    """Nor does the bucket's own policy allow anybody more than to read."""
    statements = resources["OriginalsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [one["Action"] for one in statements if one["Effect"] == "Allow"] == ["s3:GetObject"]
