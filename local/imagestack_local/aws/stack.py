"""A small AWS in this process: S3, DynamoDB, SQS and Secrets Manager by moto, with the template's settings."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from moto.s3.models import FakeBucket, s3_backends
from moto.server import ThreadedMotoServer

from imagestack_local.aws import models, settings, transactions
from imagestack_local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

ADDRESS = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT_ID = "123456789012"
"""The account that moto emulates."""
CREDENTIALS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
"""moto checks no signature, but the AWS tools do not start without credentials."""
ORIGINALS_BUCKET = "originals"
DERIVED_BUCKET = "derived"
RULES_TABLE = "rules"
LEASES_TABLE = "leases"
CONTROL_TABLE = "control"
ORIGIN_SECRET = "origin-secret"  # noqa: S105 - its name
TABLES: Mapping[str, str] = {"RulesTable": RULES_TABLE, "LeasesTable": LEASES_TABLE, "ControlTable": CONTROL_TABLE}
"""Names by logical id."""
_QUEUES: Mapping[str, str] = {"ChangesQueue": "changes", "JobsQueue": "jobs", "RefineQueue": "refine"}


@dataclass(frozen=True)
class Stack:
    """The running stack."""

    endpoint: str
    """The address of all services, as in `AWS_ENDPOINT_URL`."""
    s3: "S3Client"
    rules: "Table"
    secrets: "SecretsManagerClient"
    origin_secret: str
    """The ARN of the secret that the front sends to the function."""
    queues: Mapping[str, str]
    """URLs by logical id."""
    template: Template

    @property
    def originals(self) -> FakeBucket:
        """The originals bucket, as moto keeps it."""
        return bucket(ORIGINALS_BUCKET)


def bucket(name: str) -> FakeBucket:
    """A bucket, as moto keeps it in this process."""
    return s3_backends[ACCOUNT_ID]["aws"].get_bucket(name)


@contextmanager
def running(template: Template) -> Iterator[Stack]:
    """Start the stack. It ends with the context, and its content is lost.

    While it runs, the environment of this process leads every AWS client to it: all `AWS_*` variables of the
    caller are removed until it ends.

    Raises:
        StartError: The template lacks one of the resources.
    """
    originals = settings.bucket(template.properties("OriginalsBucket", "AWS::S3::Bucket"))
    derived = settings.bucket(template.properties("DerivedBucket", "AWS::S3::Bucket"))
    tables = {name: template.properties(name, "AWS::DynamoDB::Table") for name in TABLES}
    queues = {name: settings.queue(template.properties(name, "AWS::SQS::Queue")) for name in _QUEUES}
    secret = settings.secret(template.properties("OriginSecret", "AWS::SecretsManager::Secret"))
    # A line for each request of each client would hide every other line.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    transactions.make_atomic()
    transactions.make_fast()
    models.read_once()
    server = ThreadedMotoServer(ip_address=ADDRESS, port=0, verbose=False)
    server.start()
    try:
        endpoint = f"http://{ADDRESS}:{server.get_host_and_port()[1]}"
        with _environment(endpoint):
            s3 = boto3.client("s3")
            dynamodb = boto3.resource("dynamodb")
            _make_bucket(s3, ORIGINALS_BUCKET, originals)
            _make_bucket(s3, DERIVED_BUCKET, derived)
            for name, properties in tables.items():
                _make_table(dynamodb.meta.client, TABLES[name], properties)
            sqs = boto3.client("sqs")
            urls = {
                name: sqs.create_queue(QueueName=_QUEUES[name], **parameters)["QueueUrl"]
                for name, parameters in queues.items()
            }
            secrets = boto3.client("secretsmanager")
            arn = _make_secret(secrets, ORIGIN_SECRET, secret)
            yield Stack(endpoint, s3, dynamodb.Table(RULES_TABLE), secrets, arn, urls, template)
    finally:
        server.stop()


@contextmanager
def _environment(endpoint: str) -> Iterator[None]:
    before = dict(os.environ)
    proxied_not = ",".join(filter(None, (before.get("no_proxy") or before.get("NO_PROXY"), ADDRESS)))
    for name in [name for name in before if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        CREDENTIALS,
        AWS_ENDPOINT_URL=endpoint,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        # Files in the home directory (profiles, endpoints, a broken file) are not read.
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        NO_PROXY=proxied_not,
        no_proxy=proxied_not,
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _make_bucket(s3: "S3Client", name: str, calls: Mapping[str, Mapping[str, object]]) -> None:
    s3.create_bucket(Bucket=name)
    for call, parameters in calls.items():
        getattr(s3, call)(Bucket=name, **parameters)


def _make_table(dynamodb: "DynamoDBClient", name: str, properties: settings.Properties) -> None:
    dynamodb.create_table(TableName=name, **settings.table(properties))
    if backups := settings.point_in_time_recovery(properties):
        dynamodb.update_continuous_backups(TableName=name, **backups)
    if ttl := settings.time_to_live(properties):
        dynamodb.update_time_to_live(TableName=name, **ttl)


def _make_secret(secrets: "SecretsManagerClient", name: str, parameters: Mapping[str, Any]) -> str:
    value = secrets.get_random_password(**parameters)["RandomPassword"]
    return secrets.create_secret(Name=name, SecretString=value)["ARN"]
