"""What carries changes on: streams, bucket events, queues, and what the function that reads them may do."""

import json
from typing import Any

import pytest


@pytest.fixture
def sync(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["SyncFunction"]["Properties"]
    return found


@pytest.fixture
def granted(resources: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    (policy,) = resources["SyncRole"]["Properties"]["Policies"]
    return {
        statement["Sid"]: (statement["Action"], statement["Resource"])
        for statement in policy["PolicyDocument"]["Statement"]
    }


def test_streams_of_both_tables_are_read(sync: dict[str, Any], resources: dict[str, Any]) -> None:
    """From the first change on; a record that fails is tried alone, then kept, and stops no others for long."""
    sources = {name: event["Properties"] for name, event in sync["Events"].items() if event["Type"] == "DynamoDB"}
    assert {source["Stream"]["Fn::GetAtt"][0] for source in sources.values()} == {"RulesTable", "ControlTable"}
    for source in sources.values():
        assert source["StartingPosition"] == "TRIM_HORIZON"
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"] is True
        assert source["MaximumRetryAttempts"] == 10
        assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["SyncFailures", "Arn"]}
        assert all(json.loads(one["Pattern"]) for one in source["FilterCriteria"]["Filters"])
    assert resources["ControlTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


@pytest.mark.parametrize("queue", ["ChangesQueue", "JobsQueue"])
def test_queues_wait_longer_than_the_function(queue: str, sync: dict[str, Any], resources: dict[str, Any]) -> None:
    """A message is not delivered again while it is worked on, and after some attempts it is kept for an operator."""
    properties = resources[queue]["Properties"]
    assert properties["VisibilityTimeout"] >= 2 * sync["Timeout"]
    assert properties["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["SyncFailures", "Arn"]}
    assert properties["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert properties["SqsManagedSseEnabled"] is True
    (source,) = (
        event["Properties"]
        for event in sync["Events"].values()
        if event["Properties"].get("Queue") == {"Fn::GetAtt": [queue, "Arn"]}
    )
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_steps_are_no_loop_to_be_stopped(deployed: dict[str, Any]) -> None:
    """Lambda ends a chain of more than 16 invocations through a queue, unless the function allows such chains."""
    assert deployed["SyncFunction"]["Properties"]["RecursiveLoop"] == "Allow"


def test_originals_that_change_are_told(resources: dict[str, Any]) -> None:
    """By EventBridge, of this bucket only, whether the stack made it or not; what is not delivered is kept."""
    bucket = resources["OriginalsBucket"]["Properties"]
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    rule = resources["OriginalsRule"]["Properties"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", "Object Deleted"],
        "detail": {
            "bucket": {
                "name": [
                    {"Fn::If": ["MakesOriginals", {"Ref": "OriginalsBucket"}, {"Ref": "OriginalsBucketName"}]},
                ]
            }
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["ChangesQueue", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["SyncFailures", "Arn"]}}


def test_only_this_rule_may_send(resources: dict[str, Any]) -> None:
    """Nobody else can put messages into the queues by way of EventBridge."""
    (statement,) = resources["SyncQueuesPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["OriginalsRule", "Arn"]}}}


def test_sync_function_touches_no_original_and_no_rule(granted: dict[str, tuple[Any, Any]]) -> None:
    """It removes derived objects, reads rules, marks jobs, purges the edge; it writes no rule, sees no original."""
    derived = {"Fn::GetAtt": ["DerivedBucket", "Arn"]}
    assert granted["FindDerived"] == ("s3:ListBucket", derived)
    assert granted["RemoveDerived"] == ("s3:DeleteObject", {"Fn::Sub": "${DerivedBucket.Arn}/*"})
    assert granted["ReadResources"] == ("dynamodb:Scan", {"Fn::GetAtt": ["RulesTable", "Arn"]})
    assert granted["DoJobs"] == (["dynamodb:GetItem", "dynamodb:UpdateItem"], {"Fn::GetAtt": ["ControlTable", "Arn"]})
    assert set(granted["PurgeTheEdge"][0]) == {"cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"}
    actions = {one for action, _ in granted.values() for one in ([action] if isinstance(action, str) else action)}
    assert not {one for one in actions if "*" in one}
    assert {one for one in actions if one.startswith("s3:")} == {"s3:ListBucket", "s3:DeleteObject"}
    anywhere = {name for name, (_, resource) in granted.items() if resource == "*"}
    assert anywhere == {"FindStreams"}


def test_alarm_on_what_could_not_be_done(resources: dict[str, Any]) -> None:
    """One message among the failures is enough."""
    alarm = resources["SyncFailuresAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["SyncFailures", "QueueName"]}}]
    assert alarm["Threshold"] == 1


def test_whole_buckets_are_prefetched_by_a_distributed_map(resources: dict[str, Any]) -> None:
    """Parts of the listing go to functions that may do nothing but ask; what they say is kept in the derived bucket."""
    states = resources["PrefetchMachine"]["Properties"]["Definition"]["States"]
    originals = states["Originals"]
    assert originals["ItemReader"]["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:states:::s3:listObjectsV2"}
    assert originals["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    assert originals["ItemProcessor"]["States"]["Ask"]["Retry"][0]["MaxAttempts"] == 3
    # An express execution ends after five minutes.
    assert resources["PrefetchFunction"]["Properties"]["Timeout"] < 300
    (policy,) = resources["PrefetchRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    (policy,) = resources["PrefetchMachineRole"]["Properties"]["Policies"]
    actions = {statement["Sid"]: statement["Action"] for statement in policy["PolicyDocument"]["Statement"]}
    assert actions["ListOriginals"] == "s3:ListBucket"
    assert "s3:DeleteObject" not in str(actions)
