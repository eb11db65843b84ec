"""Refinements: the queue, the function, and its permissions."""

import json
from typing import Any

import pytest

from tests.template.built import ROOT


@pytest.fixture
def refine(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["RefineFunction"]["Properties"]
    return found


def test_queue_waits_longer_than_the_function(refine: dict[str, Any], resources: dict[str, Any]) -> None:
    """A message is not delivered again while it is processed; after three attempts it is kept for an operator."""
    queue, failures = (resources[name]["Properties"] for name in ("RefineQueue", "RefineFailures"))
    assert queue["VisibilityTimeout"] >= 6 * refine["Timeout"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["RefineFailures", "Arn"]},
        "maxReceiveCount": 3,
    }
    assert failures["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    assert queue["SqsManagedSseEnabled"] is failures["SqsManagedSseEnabled"] is True


def test_few_at_once(refine: dict[str, Any]) -> None:
    """An invocation gets one message; the parameter limits concurrent invocations; a failed message is reported."""
    (event,) = refine["Events"].values()
    assert event["Type"] == "SQS"
    assert event["Properties"] == {
        "Queue": {"Fn::GetAtt": ["RefineQueue", "Arn"]},
        "BatchSize": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": {"Ref": "RefineConcurrency"}},
    }


def test_function(refine: dict[str, Any], resources: dict[str, Any]) -> None:
    """The function has the code and limits of the image function, with more time and memory."""
    image = resources["ImageFunction"]["Properties"]
    for name in ("Runtime", "Handler", "Architectures", "Layers"):
        assert refine[name] == image[name]
    assert (refine["MemorySize"], refine["Timeout"]) == ({"Ref": "RefineMemorySize"}, 300)
    variables, others = (one["Environment"]["Variables"] for one in (refine, image))
    for name in ("ORIGINALS_BUCKET", "DERIVED_BUCKET", "RULES_TABLE", "MAX_ORIGINAL_BYTES", "MAX_ORIGINAL_PIXELS"):
        assert variables[name] == others[name]
    assert refine["LoggingConfig"] == {"LogGroup": {"Ref": "RefineLogs"}, "LogFormat": "Text"}


def test_role_grants_exactly_what_a_refinement_needs(resources: dict[str, Any]) -> None:
    """The function reads originals and rules, reads and writes derived objects, and receives messages; nothing else."""
    (policy,) = resources["RefineRole"]["Properties"]["Policies"]
    granted = {one["Sid"]: (one["Action"], one["Resource"]) for one in policy["PolicyDocument"]["Statement"]}
    given = "arn:${AWS::Partition}:s3:::${OriginalsBucketName}"
    objects = {"Fn::If": ["MakesOriginals", {"Fn::Sub": "${OriginalsBucket.Arn}/*"}, {"Fn::Sub": f"{given}/*"}]}
    bucket = {"Fn::If": ["MakesOriginals", {"Fn::GetAtt": ["OriginalsBucket", "Arn"]}, {"Fn::Sub": given}]}
    assert granted == {
        "ReadOriginals": ("s3:GetObject", objects),
        "ReplaceDerived": (["s3:GetObject", "s3:PutObject"], {"Fn::Sub": "${DerivedBucket.Arn}/*"}),
        "TellMissing": ("s3:ListBucket", [bucket, {"Fn::GetAtt": ["DerivedBucket", "Arn"]}]),
        "ReadRules": ("dynamodb:Query", {"Fn::GetAtt": ["RulesTable", "Arn"]}),
        "TakeMessages": (
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            {"Fn::GetAtt": ["RefineQueue", "Arn"]},
        ),
        "WriteLogs": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            {"Fn::GetAtt": ["RefineLogs", "Arn"]},
        ),
    }


def test_failures_are_told(resources: dict[str, Any]) -> None:
    """One message in the queue of failures raises an alarm."""
    properties = resources["RefineFailuresAlarm"]["Properties"]
    assert (properties["Namespace"], properties["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert properties["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["RefineFailures", "QueueName"]}}]
    assert (properties["Threshold"], properties["TreatMissingData"]) == (1, "notBreaching")


def test_local_invocations_have_all_names(refine: dict[str, Any]) -> None:
    """`sam local invoke` gets the names of resources from `events/env.json`."""
    names = json.loads((ROOT / "events/env.json").read_text(encoding="utf-8"))["RefineFunction"]
    assert {"ORIGINALS_BUCKET", "DERIVED_BUCKET", "RULES_TABLE"} <= names.keys() & refine["Environment"][
        "Variables"
    ].keys()
