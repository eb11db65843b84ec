"""Runs the sync function with the event sources of the template: streams, bucket events, queues."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import boto3

from imagestack.sync.ports import InProcessInvalidator
from imagestack_local.aws import function, stack
from imagestack_local.aws.event_sources import feeding, resource_of
from imagestack_local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Purge = Callable[[Sequence[str]], None]


@contextlib.contextmanager
def running(template: Template, aws: stack.Stack, url: str, log_level: str, purge: Purge | None) -> Iterator[None]:
    """Purge what changed rules and originals affect, and run purges and prefetches, while the context lasts.

    Args:
        template: The deployment's template.
        aws: The stack.
        url: The address of the images.
        log_level: The level of the function's own log lines.
        purge: Purges paths at the edge before it returns; None if there is no edge.

    Raises:
        StartError: The template lacks something.
    """
    variables = {
        "PUBLIC_URL": url,
        "DISTRIBUTION_ID": "",
        "CHANGES_QUEUE_URL": aws.queues["ChangesQueue"],
        "JOBS_QUEUE_URL": aws.queues["JobsQueue"],
    }
    sync = function.load(template, function.SYNC, log_level, None, variables)
    if purge:
        # The edge is in this process.
        module: Any = import_module(function.SYNC.module)
        module.SYNC = module.make_sync(module.CONFIG, module.CLIENTS, InProcessInvalidator(purge))
    with feeding(template, aws, function.SYNC.logical_id, sync):
        _send_originals(template, aws)
        yield


def _send_originals(template: Template, aws: stack.Stack) -> None:
    """Send events of the originals bucket to a queue, through EventBridge."""
    rule = template.properties("OriginalsRule", "AWS::Events::Rule")
    pattern = rule["EventPattern"]
    pattern["detail"]["bucket"]["name"] = [stack.ORIGINALS_BUCKET]
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.put_rule(Name="originals", EventPattern=json.dumps(pattern))
    for one in rule["Targets"]:
        arn = sqs.get_queue_attributes(QueueUrl=aws.queues[resource_of(one["Arn"])], AttributeNames=["QueueArn"])
        events.put_targets(Rule="originals", Targets=[{"Id": one["Id"], "Arn": arn["Attributes"]["QueueArn"]}])
    _notify(aws.s3)


def _notify(s3: "S3Client") -> None:
    configuration: Any = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=stack.ORIGINALS_BUCKET, NotificationConfiguration=configuration)
