"""Calls that each role of the template must allow, and calls that it must deny; `test_roles.py` makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.e2e.deployment import ACCOUNT, REGION, STACK, Deployment

Arguments = Callable[[Deployment], dict[str, Any]]


@dataclass(frozen=True)
class Attempt:
    """A call with the credentials of a role.

    Attributes:
        role: its name in the template.
        action: that the call needs, as policies name it.
        service, method: of boto3.
        arguments: of the call.
    """

    role: str
    action: str
    service: str
    method: str
    arguments: Arguments


def _object(bucket: str, key: str, **more: Any) -> Arguments:
    return lambda stack: {"Bucket": stack.ids[bucket], "Key": key, **more}


def _bucket(name: str) -> Arguments:
    return lambda stack: {"Bucket": stack.ids[name]}


def _key(table: str, pk: str, sk: str | None = None, **more: Any) -> Arguments:
    key = {"pk": {"S": pk}} | ({"sk": {"S": sk}} if sk else {})
    return lambda stack: {"TableName": stack.ids[table], "Key": key, **more}


def _item(table: str, pk: str, sk: str | None = None) -> Arguments:
    item = {"pk": {"S": pk}} | ({"sk": {"S": sk}} if sk else {})
    return lambda stack: {"TableName": stack.ids[table], "Item": item}


def _query(table: str) -> Arguments:
    condition = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "nobody"}}}
    return lambda stack: {"TableName": stack.ids[table], **condition}


def _check(table: str) -> Arguments:
    check = {"Key": {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    return lambda stack: {"TransactItems": [{"ConditionCheck": {"TableName": stack.ids[table], **check}}]}


def _table(name: str) -> Arguments:
    return lambda stack: {"TableName": stack.ids[name]}


def _queue(name: str, **more: Any) -> Arguments:
    return lambda stack: {"QueueUrl": stack.ids[name], **more}


def _function(name: str) -> Arguments:
    return lambda stack: {"FunctionName": stack.ids[name], "Payload": b"{}"}


def _log(name: str) -> Arguments:
    return lambda stack: {"logGroupName": stack.ids[name], "logStreamName": "e2e"}


def _events(name: str) -> Arguments:
    return lambda stack: {**_log(name)(stack), "logEvents": [{"timestamp": 1, "message": "e2e"}]}


def _machine(kind: str, rest: str, name: str) -> Arguments:
    return lambda _: {name: f"arn:aws:states:{REGION}:{ACCOUNT}:{kind}:{STACK}-prefetch{rest}"}


def _invalidation(stack: Deployment) -> dict[str, Any]:
    batch = {"Paths": {"Quantity": 1, "Items": ["/nothing"]}, "CallerReference": "e2e"}
    return {"DistributionId": stack.ids["Distribution"], "InvalidationBatch": batch}


def _stream(table: str) -> Arguments:
    return lambda stack: {"StreamArn": stack.stream(table)}


def _iterator(table: str) -> Arguments:
    return lambda stack: {
        "StreamArn": stack.stream(table),
        "ShardId": "shardId-00000000000000000000-00000000",
        "ShardIteratorType": "LATEST",
    }


def _secret(stack: Deployment) -> dict[str, Any]:
    return {"SecretId": stack.ids["OriginSecret"]}


def _nothing(_stack: Deployment) -> dict[str, Any]:
    return {}


def _logs(role: str, group: str) -> list[Attempt]:
    return [
        Attempt(role, "logs:CreateLogStream", "logs", "create_log_stream", _log(group)),
        Attempt(role, "logs:PutLogEvents", "logs", "put_log_events", _events(group)),
    ]


_EXECUTION = _machine("execution", "/nothing:nothing", "executionArn")
_USAGE = {"startTime": 1, "endTime": 2, "queryString": "fields @message"}
_PART = "_prefetch/part"

NEEDED = [
    Attempt("ImageRole", "s3:GetObject", "s3", "get_object", _object("OriginalsBucket", "kept.jpg")),
    Attempt("ImageRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("OriginalsBucket")),
    Attempt("ImageRole", "s3:PutObject", "s3", "put_object", _object("DerivedBucket", "e2e", Body=b"x")),
    Attempt("ImageRole", "s3:GetObject", "s3", "get_object", _object("DerivedBucket", "kept")),
    Attempt("ImageRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("DerivedBucket")),
    Attempt("ImageRole", "dynamodb:Query", "dynamodb", "query", _query("RulesTable")),
    Attempt("ImageRole", "dynamodb:PutItem", "dynamodb", "put_item", _item("LeasesTable", "e2e")),
    Attempt("ImageRole", "dynamodb:GetItem", "dynamodb", "get_item", _key("LeasesTable", "e2e")),
    Attempt("ImageRole", "dynamodb:DeleteItem", "dynamodb", "delete_item", _key("LeasesTable", "e2e")),
    Attempt("ImageRole", "sqs:SendMessage", "sqs", "send_message", _queue("RefineQueue", MessageBody="e2e")),
    Attempt("ImageRole", "secretsmanager:GetSecretValue", "secretsmanager", "get_secret_value", _secret),
    *_logs("ImageRole", "ImageLogs"),
    *(
        Attempt("ControlRole", f"dynamodb:{action}", "dynamodb", method, arguments)
        for table in ("RulesTable", "ControlTable")
        for action, method, arguments in (
            ("GetItem", "get_item", _key(table, "e2e", "a")),
            ("Query", "query", _query(table)),
            ("PutItem", "put_item", _item(table, "e2e", "a")),
            ("UpdateItem", "update_item", _key(table, "e2e", "a")),
            ("DeleteItem", "delete_item", _key(table, "e2e", "a")),
            ("ConditionCheckItem", "transact_write_items", _check(table)),
        )
    ),
    Attempt("ControlRole", "dynamodb:Scan", "dynamodb", "scan", _table("RulesTable")),
    Attempt("ControlRole", "secretsmanager:GetSecretValue", "secretsmanager", "get_secret_value", _secret),
    Attempt("ControlRole", "s3:GetObject", "s3", "get_object", _object("OriginalsBucket", "kept.jpg")),
    Attempt("ControlRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("OriginalsBucket")),
    Attempt(
        *("ControlRole", "logs:StartQuery", "logs", "start_query"),
        lambda stack: {"logGroupName": stack.ids["ImageLogs"], **_USAGE},
    ),
    Attempt("ControlRole", "logs:GetQueryResults", "logs", "get_query_results", lambda _: {"queryId": "nothing"}),
    Attempt("ControlRole", "logs:StopQuery", "logs", "stop_query", lambda _: {"queryId": "nothing"}),
    *_logs("ControlRole", "ControlLogs"),
    Attempt("SyncRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("DerivedBucket")),
    Attempt("SyncRole", "s3:DeleteObject", "s3", "delete_object", _object("DerivedBucket", "e2e")),
    Attempt("SyncRole", "dynamodb:Scan", "dynamodb", "scan", _table("RulesTable")),
    Attempt("SyncRole", "dynamodb:GetItem", "dynamodb", "get_item", _key("ControlTable", "PURGE#1", "a")),
    Attempt("SyncRole", "dynamodb:UpdateItem", "dynamodb", "update_item", _key("ControlTable", "PREFETCH#1", "a")),
    *(
        Attempt("SyncRole", f"dynamodb:{action}", "dynamodbstreams", method, arguments)
        for table in ("RulesTable", "ControlTable")
        for action, method, arguments in (
            ("DescribeStream", "describe_stream", _stream(table)),
            ("GetShardIterator", "get_shard_iterator", _iterator(table)),
            ("GetRecords", "get_records", lambda stack, table=table: {"ShardIterator": stack.iterator(table)}),
        )
    ),
    Attempt("SyncRole", "dynamodb:ListStreams", "dynamodbstreams", "list_streams", _nothing),
    *(
        Attempt("SyncRole", f"sqs:{action}", "sqs", method, _queue(queue, **more))
        for queue in ("ChangesQueue", "JobsQueue")
        for action, method, more in (
            ("SendMessage", "send_message", {"MessageBody": "{}"}),
            ("ReceiveMessage", "receive_message", {}),
            ("DeleteMessage", "delete_message", {"ReceiptHandle": "nothing"}),
            ("GetQueueAttributes", "get_queue_attributes", {}),
        )
    ),
    Attempt("SyncRole", "sqs:SendMessage", "sqs", "send_message", _queue("SyncFailures", MessageBody="{}")),
    Attempt("SyncRole", "cloudfront:CreateInvalidation", "cloudfront", "create_invalidation", _invalidation),
    Attempt(
        *("SyncRole", "cloudfront:GetInvalidation", "cloudfront", "get_invalidation"),
        lambda stack: {"DistributionId": stack.ids["Distribution"], "Id": "nothing"},
    ),
    *_logs("SyncRole", "SyncLogs"),
    Attempt("RefineRole", "s3:GetObject", "s3", "get_object", _object("OriginalsBucket", "kept.jpg")),
    Attempt("RefineRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("OriginalsBucket")),
    Attempt("RefineRole", "s3:GetObject", "s3", "get_object", _object("DerivedBucket", "kept")),
    Attempt("RefineRole", "s3:PutObject", "s3", "put_object", _object("DerivedBucket", "e2e", Body=b"x")),
    Attempt("RefineRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("DerivedBucket")),
    Attempt("RefineRole", "dynamodb:Query", "dynamodb", "query", _query("RulesTable")),
    Attempt("RefineRole", "sqs:ReceiveMessage", "sqs", "receive_message", _queue("RefineQueue")),
    Attempt(
        *("RefineRole", "sqs:DeleteMessage", "sqs", "delete_message"), _queue("RefineQueue", ReceiptHandle="nothing")
    ),
    Attempt("RefineRole", "sqs:GetQueueAttributes", "sqs", "get_queue_attributes", _queue("RefineQueue")),
    *_logs("RefineRole", "RefineLogs"),
    Attempt("PrefetchMachineRole", "s3:ListBucket", "s3", "list_objects_v2", _bucket("OriginalsBucket")),
    Attempt("PrefetchMachineRole", "lambda:InvokeFunction", "lambda", "invoke", _function("PrefetchFunction")),
    Attempt("PrefetchMachineRole", "s3:PutObject", "s3", "put_object", _object("DerivedBucket", _PART, Body=b"x")),
    Attempt("PrefetchMachineRole", "s3:GetObject", "s3", "get_object", _object("DerivedBucket", _PART)),
    Attempt(
        *("PrefetchMachineRole", "s3:ListMultipartUploadParts", "s3", "list_parts"),
        _object("DerivedBucket", _PART, UploadId="nothing"),
    ),
    Attempt(
        *("PrefetchMachineRole", "s3:AbortMultipartUpload", "s3", "abort_multipart_upload"),
        _object("DerivedBucket", _PART, UploadId="nothing"),
    ),
    Attempt(
        *("PrefetchMachineRole", "states:StartExecution", "stepfunctions", "start_execution"),
        _machine("stateMachine", "", "stateMachineArn"),
    ),
    Attempt(
        *("PrefetchMachineRole", "states:DescribeExecution", "stepfunctions", "describe_execution"),
        _EXECUTION,
    ),
    Attempt(
        *("PrefetchMachineRole", "states:StopExecution", "stepfunctions", "stop_execution"),
        _EXECUTION,
    ),
    *_logs("PrefetchRole", "PrefetchLogs"),
]

_ROLES = ("ImageRole", "ControlRole", "SyncRole", "RefineRole", "PrefetchRole", "PrefetchMachineRole")


def _but(*names: str) -> list[str]:
    return [name for name in _ROLES if name not in names]


FORBIDDEN = [
    # No role may change originals.
    *(
        Attempt(role, action, "s3", method, arguments)
        for role in _ROLES
        for action, method, arguments in (
            ("s3:PutObject", "put_object", _object("OriginalsBucket", "kept.jpg", Body=b"another")),
            ("s3:DeleteObject", "delete_object", _object("OriginalsBucket", "kept.jpg")),
            ("s3:PutObjectAcl", "put_object_acl", _object("OriginalsBucket", "kept.jpg", ACL="public-read")),
            ("s3:DeleteBucket", "delete_bucket", _bucket("OriginalsBucket")),
            ("s3:DeleteBucketPolicy", "delete_bucket_policy", _bucket("OriginalsBucket")),
        )
    ),
    *(
        Attempt(role, "s3:DeleteObject", "s3", "delete_object", _object("DerivedBucket", "kept"))
        for role in _but("SyncRole")
    ),
    *(
        Attempt(role, "s3:PutObject", "s3", "put_object", _object("DerivedBucket", "kept", Body=b"another"))
        for role in _but("ImageRole", "RefineRole")
    ),
    *(
        Attempt(role, "s3:GetObject", "s3", "get_object", _object("OriginalsBucket", "kept.jpg"))
        for role in ("SyncRole", "PrefetchRole", "PrefetchMachineRole")
    ),
    # Only the control function writes rules, and only it has its own records.
    *(
        Attempt(role, f"dynamodb:{action}", "dynamodb", method, arguments)
        for role in _but("ControlRole")
        for action, method, arguments in (
            ("PutItem", "put_item", _item("RulesTable", "RESOURCE#*", "RULE#1")),
            ("DeleteItem", "delete_item", _key("RulesTable", "RESOURCE#*", "RULE#1")),
            ("UpdateItem", "update_item", _key("RulesTable", "RESOURCE#*", "RULE#1")),
            ("PutItem", "put_item", _item("ControlTable", "TOKEN#1", "TOKEN")),
            ("Query", "query", _query("ControlTable")),
        )
    ),
    # A condition that ministack does not know limits the sync function to jobs.
    *(
        Attempt(role, f"dynamodb:{action}", "dynamodb", method, _key("ControlTable", "TOKEN#1", "TOKEN"))
        for role in _but("ControlRole", "SyncRole")
        for action, method in (("GetItem", "get_item"), ("UpdateItem", "update_item"))
    ),
    *(Attempt(role, "dynamodb:Scan", "dynamodb", "scan", _table("ControlTable")) for role in _ROLES),
    *(
        Attempt(role, "dynamodb:Scan", "dynamodb", "scan", _table("RulesTable"))
        for role in _but("ControlRole", "SyncRole")
    ),
    *(
        Attempt(role, "dynamodb:PutItem", "dynamodb", "put_item", _item("LeasesTable", "another's"))
        for role in _but("ImageRole")
    ),
    *(
        Attempt(role, "dynamodb:DeleteTable", "dynamodb", "delete_table", _table(table))
        for role in _ROLES
        for table in ("RulesTable", "ControlTable")
    ),
    # The secret of the distribution, and other secrets.
    *(
        Attempt(role, "secretsmanager:GetSecretValue", "secretsmanager", "get_secret_value", _secret)
        for role in _but("ImageRole", "ControlRole")
    ),
    *(
        Attempt(
            *(role, "secretsmanager:GetSecretValue", "secretsmanager", "get_secret_value"),
            lambda _: {"SecretId": "another-secret"},
        )
        for role in _ROLES
    ),
    *(
        Attempt(
            *(role, "secretsmanager:PutSecretValue", "secretsmanager", "put_secret_value"),
            lambda stack: {**_secret(stack), "SecretString": "known"},
        )
        for role in _ROLES
    ),
    *(
        Attempt(role, "sqs:SendMessage", "sqs", "send_message", _queue("JobsQueue", MessageBody="{}"))
        for role in _but("SyncRole")
    ),
    *(
        Attempt(role, "cloudfront:CreateInvalidation", "cloudfront", "create_invalidation", _invalidation)
        for role in _but("SyncRole")
    ),
    # No role may extend its permissions.
    *(
        Attempt(role, action, service, method, arguments)
        for role in _ROLES
        for action, service, method, arguments in (
            ("lambda:InvokeFunction", "lambda", "invoke", _function("ControlFunction")),
            (
                *("lambda:UpdateFunctionCode", "lambda", "update_function_code"),
                lambda stack: {"FunctionName": stack.ids["ImageFunction"], "ZipFile": b"x"},
            ),
            (
                *("iam:PutRolePolicy", "iam", "put_role_policy"),
                lambda stack: {"RoleName": stack.ids["ImageRole"], "PolicyName": "more", "PolicyDocument": "{}"},
            ),
            (
                *("sts:AssumeRole", "sts", "assume_role"),
                lambda stack: {
                    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{stack.ids['ControlRole']}",
                    "RoleSessionName": "more",
                },
            ),
            ("s3:ListAllMyBuckets", "s3", "list_buckets", _nothing),
            ("cloudformation:DeleteStack", "cloudformation", "delete_stack", lambda _: {"StackName": STACK}),
        )
    ),
]
