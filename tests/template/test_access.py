"""Access: the roles of the functions and the policies of the buckets."""

import json
from typing import Any

import pytest

ORIGINALS = {"Fn::If": ["MakesOriginals", {"Ref": "OriginalsBucket"}, {"Ref": "OriginalsBucketName"}]}
NOTHING = {"Ref": "AWS::NoValue"}
SENDS_TRACES = {
    "Sid": "SendTraces",
    "Effect": "Allow",
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "Resource": "*",
}
BUCKETS = ["OriginalsBucket", "DerivedBucket"]
DISTRIBUTION = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"


@pytest.fixture
def statements(resources: dict[str, Any]) -> list[dict[str, Any]]:
    (policy,) = resources["ImageRole"]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def test_role_grants_exactly_what_a_request_needs(statements: list[dict[str, Any]]) -> None:
    """The image function has exactly the permissions that a request needs, on each resource."""
    assert statements == [
        {
            "Sid": "ReadOriginals",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Bucket}/*", {"Bucket": ORIGINALS}]},
        },
        {
            "Sid": "KeepDerived",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": {"Fn::Sub": "${DerivedBucket.Arn}/*"},
        },
        {
            "Sid": "TellMissing",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": [
                {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Bucket}", {"Bucket": ORIGINALS}]},
                {"Fn::GetAtt": ["DerivedBucket", "Arn"]},
            ],
        },
        {
            "Sid": "ReadRules",
            "Effect": "Allow",
            "Action": "dynamodb:Query",
            "Resource": {"Fn::GetAtt": ["RulesTable", "Arn"]},
        },
        {
            "Sid": "HoldLeases",
            "Effect": "Allow",
            "Action": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem"],
            "Resource": {"Fn::GetAtt": ["LeasesTable", "Arn"]},
        },
        {
            "Sid": "AskForRefinements",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": {"Fn::GetAtt": ["RefineQueue", "Arn"]},
        },
        {
            "Sid": "KnowTheDistribution",
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": {"Ref": "OriginSecret"},
        },
        {
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": ["ImageLogs", "Arn"]},
        },
        {"Fn::If": ["Traces", SENDS_TRACES, NOTHING]},
    ]


def test_originals_are_only_read(statements: list[dict[str, Any]]) -> None:
    """Statements about the originals bucket allow only to get and to list."""
    allowed = [statement["Action"] for statement in statements if "Originals" in json.dumps(statement.get("Resource"))]
    assert allowed == ["s3:GetObject", "s3:ListBucket"]


def test_only_traces_go_anywhere(statements: list[dict[str, Any]]) -> None:
    """No statement has a wildcard action or resource, except for X-Ray, which supports no resource names."""
    for statement in statements:
        if statement == {"Fn::If": ["Traces", SENDS_TRACES, NOTHING]}:
            continue
        assert statement["Resource"] != "*"
        assert "*" not in json.dumps(statement["Action"])


def test_control_function_writes_rules_and_its_own_records(resources: dict[str, Any]) -> None:
    """The control function may use two tables, the secret, logs and originals, but no derived objects or leases."""
    (policy,) = resources["ControlRole"]["Properties"]["Policies"]
    granted = {
        statement["Sid"]: (statement["Action"], statement["Resource"])
        for statement in policy["PolicyDocument"]["Statement"]
    }
    rules, control = ({"Fn::GetAtt": [table, "Arn"]} for table in ("RulesTable", "ControlTable"))
    words = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
    assert granted == {
        "WriteRulesAndRecords": ([f"dynamodb:{word}" for word in words], [rules, control]),
        "ListResources": ("dynamodb:Scan", rules),
        "KnowTheDistribution": ("secretsmanager:GetSecretValue", {"Ref": "OriginSecret"}),
        "ReadOriginalsForPreviews": ("s3:GetObject", of_originals("${OriginalsBucket.Arn}/*", "/*")),
        "FindOriginals": ("s3:ListBucket", of_originals({"Fn::GetAtt": ["OriginalsBucket", "Arn"]}, "")),
        "CountUsage": ("logs:StartQuery", {"Fn::GetAtt": ["ImageLogs", "Arn"]}),
        "ReadCounts": (["logs:GetQueryResults", "logs:StopQuery"], "*"),
        "WriteLogs": (["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": ["ControlLogs", "Arn"]}),
    }


def of_originals(own: object, end: str) -> dict[str, Any]:
    """The value for the stack's own bucket, or for the bucket of the parameter."""
    made = {"Fn::Sub": own} if isinstance(own, str) else own
    return {"Fn::If": ["MakesOriginals", made, {"Fn::Sub": "arn:${AWS::Partition}:s3:::${OriginalsBucketName}" + end}]}


ROLES = {
    "ImageFunction": "ImageRole",
    "ControlFunction": "ControlRole",
    "SyncFunction": "SyncRole",
    "PrefetchFunction": "PrefetchRole",
    "RefineFunction": "RefineRole",
}
MACHINES = {"PrefetchMachine": "PrefetchMachineRole"}


def test_roles_are_the_only_ones(deployed: dict[str, Any]) -> None:
    """SAM generates no other role, and adds no managed policy to the roles."""
    roles = {name: role for name, role in deployed.items() if role["Type"] == "AWS::IAM::Role"}
    assert set(roles) == {*ROLES.values(), *MACHINES.values()}
    for function, role in ROLES.items():
        assert "ManagedPolicyArns" not in roles[role]["Properties"]
        assert deployed[function]["Properties"]["Role"] == {"Fn::GetAtt": [role, "Arn"]}


@pytest.mark.parametrize("role", ROLES.values())
def test_roles_are_for_lambda_only(resources: dict[str, Any], role: str) -> None:
    """Only Lambda may assume the role of a function."""
    (statement,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_buckets_are_private_and_encrypted(resources: dict[str, Any], bucket: str) -> None:
    """Buckets have no public access in any form, no access control lists, and encryption at rest."""
    properties = resources[bucket]["Properties"]
    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert properties["BucketEncryption"] == {
        "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    }


@pytest.mark.parametrize("bucket", BUCKETS)
def test_bucket_policies_let_in_the_distribution_by_tls(resources: dict[str, Any], bucket: str) -> None:
    """Bucket policies deny plain HTTP to all; only this distribution may get objects, and it may not list them."""
    properties = resources[f"{bucket}Policy"]["Properties"]
    assert properties["Bucket"] == {"Ref": bucket}
    deny, allow = properties["PolicyDocument"]["Statement"]
    assert deny == {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [{"Fn::GetAtt": [bucket, "Arn"]}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}],
        "Condition": {"Bool": {"aws:SecureTransport": False}},
    }
    assert allow == {
        "Sid": "Distribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": f"${{{bucket}.Arn}}/*"},
        "Condition": {"StringEquals": {"aws:SourceArn": {"Fn::Sub": DISTRIBUTION}}},
    }


def test_secret_is_made_up_by_aws(resources: dict[str, Any]) -> None:
    """AWS generates the secret: 48 letters and digits, which need no encoding in a header."""
    secret = resources["OriginSecret"]
    assert secret["Type"] == "AWS::SecretsManager::Secret"
    assert secret["Properties"]["GenerateSecretString"] == {"PasswordLength": 48, "ExcludePunctuation": True}


def test_policy_of_an_existing_bucket_is_not_touched(resources: dict[str, Any]) -> None:
    """An existing bucket keeps its policy: the stack adds a policy only to its own bucket."""
    assert resources["OriginalsBucket"]["Condition"] == "MakesOriginals"
    assert resources["OriginalsBucketPolicy"]["Condition"] == "MakesOriginals"


def test_statement_for_an_existing_bucket_is_shown(template: dict[str, Any]) -> None:
    """An output shows the owner of an existing bucket the same statement that the stack's own bucket has."""
    output = template["Outputs"]["OriginalsBucketStatement"]
    assert output["Condition"] == "UsesOriginals"
    assert json.loads(output["Value"]["Fn::Sub"]) == {
        "Sid": "ImageStack",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:${AWS::Partition}:s3:::${OriginalsBucketName}/*",
        "Condition": {"StringEquals": {"aws:SourceArn": DISTRIBUTION}},
    }
