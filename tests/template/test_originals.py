"""No role of the template may change an original, whatever the code of a function attempts."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest

# Actions without an operation in botocore (service authorization reference, Amazon S3).
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
    """Every action of S3 that does more than read."""
    operations = boto3.client("s3", region_name="eu-central-1").meta.service_model.operation_names
    return sorted(f"s3:{name}" for name in {*operations, *FURTHER} if not name.startswith(READS))


class Stack:
    """The template with its parameters; resources have their logical ids.

    Conditions about originals follow the name of the bucket; for other conditions both branches count.
    """

    def __init__(self, resources: dict[str, Any], originals: str) -> None:
        self._resources = resources
        self._originals = originals

    def texts(self, value: Any) -> Iterator[str]:
        """All texts that a value may resolve to."""
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for one in value:
                yield from self.texts(one)
        elif "Fn::If" in value:
            for branch in self.branches(value):
                yield from self.texts(branch)
        elif "Fn::Sub" in value:
            substituted = value["Fn::Sub"]
            text, names = (substituted, {}) if isinstance(substituted, str) else substituted
            yield re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1], names), text)
        elif "Ref" in value:
            yield self._named(value["Ref"], {})
        else:
            yield self._named(".".join(value["Fn::GetAtt"]), {})

    def branches(self, value: Any) -> list[Any]:
        """All values that an `Fn::If` may resolve to; any other value as it is."""
        if not isinstance(value, dict) or "Fn::If" not in value:
            return [value]
        condition, yes, no = value["Fn::If"]
        chosen = {"MakesOriginals": [no if self._originals else yes], "UsesOriginals": [yes if self._originals else no]}
        return [one for branch in chosen.get(condition, [yes, no]) for one in self.branches(branch)]

    def statements(self, role: str) -> list[dict[str, Any]]:
        """The statements of all policies of a role."""
        properties = self._resources[role]["Properties"]
        assert not properties.get("ManagedPolicyArns")
        return [
            statement
            for policy in properties["Policies"]
            for written in policy["PolicyDocument"]["Statement"]
            for statement in self.branches(written)
            # AWS::NoValue removes a statement. NotAction or NotResource would allow more than this class reads.
            if statement != {"Ref": "AWS::NoValue"}
        ]

    def allows(self, role: str, action: str, arn: str) -> bool:
        """Whether a role may do something; conditions count as true, and denials are ignored."""
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
    """No role may do more than read in the originals bucket."""
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
    """The same reading of statements detects the permissions that the roles do have."""
    stack = Stack(resources, originals)
    arn, derived = f"arn:aws:s3:::{BUCKETS[originals]}", "arn:aws:s3:::DerivedBucket"
    assert stack.allows("ImageRole", "s3:GetObject", f"{arn}/photos/cat.jpg")
    assert stack.allows("ImageRole", "s3:PutObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("RefineRole", "s3:PutObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("SyncRole", "s3:DeleteObject", f"{derived}/photos/cat.jpg/@/x.webp")
    assert stack.allows("ControlRole", "s3:ListBucket", arn)
    assert stack.allows("ImageRole", "xray:PutTraceSegments", "*")


def test_policies_of_buckets_let_nobody_write(resources: dict[str, Any]) -> None:
    """The bucket's own policy allows nobody more than to read."""
    statements = resources["OriginalsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [one["Action"] for one in statements if one["Effect"] == "Allow"] == ["s3:GetObject"]
