"""The template on ministack, which enforces identities: each function has the permissions of its role alone."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import boto3
import yaml
from botocore.config import Config

from bench.ports import free_port
from imagestack_local import template

STACK = "image-stack"
ACCOUNT, REGION = "000000000000", "us-east-1"
_SECRET = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${OriginSecret}-*"  # noqa: S105 - its name
_ARCHITECTURE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
_START_SECONDS = 60
_KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
# A refused call fails at once, and a call that hangs proves nothing.
_CLIENT = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})


class NotThereError(Exception):
    """This machine cannot run it; the message says why."""


def overlay(original: Mapping[str, Any]) -> dict[str, Any]:
    """The template as ministack can deploy it.

    - It knows no alarms by expression.
    - It speaks plain HTTP, which the policies of the buckets deny.
    - It takes a number from a parameter for text, and then stops reading the queue. So the number stands there itself.
    - Its `!Ref` of a secret is the name, and not the ARN. So roles name the secret by its ARN.
    - It knows no condition on keys of items, which limits the sync function to jobs. So that is left out.

    Nothing else of the roles changes.
    """
    found = deepcopy(dict(original))
    resources = found["Resources"]
    del resources["DurationAlarm"]
    queue = resources["RefineFunction"]["Properties"]["Events"]["Refinements"]["Properties"]
    queue["ScalingConfig"]["MaximumConcurrency"] = found["Parameters"]["RefineConcurrency"]["Default"]
    for statement in statements(found):
        if statement["Resource"] == {"Ref": "OriginSecret"}:
            statement["Resource"] = {"Fn::Sub": _SECRET}
        if "dynamodb:LeadingKeys" in json.dumps(statement.get("Condition", {})):
            del statement["Condition"]
    for name in ("OriginalsBucketPolicy", "DerivedBucketPolicy"):
        policy = resources[name]["Properties"]["PolicyDocument"]
        policy["Statement"] = [one for one in policy["Statement"] if one["Sid"] != "OnlyTls"]
    return found


def statements(template: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All statements of the roles, in their order."""
    for name in roles(template):
        for policy in template["Resources"][name]["Properties"]["Policies"]:
            # Conditions of the template leave these out by default.
            yield from (one for one in policy["PolicyDocument"]["Statement"] if "Fn::If" not in one)


def roles(template: Mapping[str, Any]) -> list[str]:
    """The names of all roles."""
    return [name for name, one in template["Resources"].items() if one["Type"] == "AWS::IAM::Role"]


@dataclass(frozen=True)
class Deployment:
    """A deployed stack, as its administrator sees it.

    Attributes:
        address: of ministack.
        ids: physical ids of the resources, by their names in the template.
    """

    address: str
    ids: Mapping[str, str]
    _sessions: dict[str, boto3.Session] = field(default_factory=dict)

    def client(self, service: str, role: str | None = None) -> Any:
        """A client with the credentials of the administrator, or of a role."""
        session = self._session(role) if role else _administrator()
        return session.client(service, endpoint_url=self.address, config=_CLIENT)  # type: ignore[call-overload] # one for all services

    def stream(self, table: str) -> str:
        """The ARN of a table's stream."""
        found: str = self.client("dynamodb").describe_table(TableName=self.ids[table])["Table"]["LatestStreamArn"]
        return found

    def iterator(self, table: str) -> str:
        """An iterator at the end of that stream."""
        streams, arn = self.client("dynamodbstreams"), self.stream(table)
        (shard, *_) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        found: str = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")[
            "ShardIterator"
        ]
        return found

    def _session(self, role: str) -> boto3.Session:
        """A session with the credentials that Lambda gives to a function.

        Lambda alone may assume the role; what is tried here is what the role may do, and not who may have it.
        """
        if role not in self._sessions:
            name = self.ids[role]
            iam = self.client("iam")
            document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
            ours = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
            changed = {**document, "Statement": [*document["Statement"], ours]}
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(changed))
            arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
            given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="e2e")["Credentials"]
            keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
            self._sessions[role] = boto3.Session(*keys, region_name=REGION)
        return self._sessions[role]


def _administrator() -> boto3.Session:
    return boto3.Session("test", "test", region_name=REGION)


@contextmanager
def deployed(build: Path) -> Iterator[Deployment]:
    """Deploy the output of `sam build`.

    Raises:
        NotThereError: ministack cannot be started.
    """
    with TemporaryDirectory() as folder, _ministack(Path(folder)) as address:
        changed = build / "ministack.yaml"
        changed.write_text(yaml.safe_dump(overlay(template.read(build / "template.yaml").content)), encoding="utf-8")
        environment = os.environ | _KEY | {"AWS_ENDPOINT_URL": address}
        done = subprocess.run(  # noqa: S603 - the user's own
            (
                *(str(Path(sys.executable).with_name("sam")), "deploy", "--template-file", str(changed)),
                *("--stack-name", STACK, "--capabilities", "CAPABILITY_IAM", "--resolve-s3", "--no-progressbar"),
                *("--no-confirm-changeset", "--parameter-overrides", f"Architecture={_ARCHITECTURE}"),
            ),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stdout[-3000:]
        cloudformation = _administrator().client("cloudformation", endpoint_url=address)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        yield Deployment(address, {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found})


@contextmanager
def _ministack(folder: Path) -> Iterator[str]:
    command = Path(os.environ.get("E2E_MINISTACK", "")).absolute()
    if not command.is_file():
        raise NotThereError("ministack is not installed, which needs a python3.13 here: make e2e RUNTIME_PYTHON=PATH")
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "POWERTOOLS_"))},
        **_KEY,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        # It would listen on all interfaces.
        "IOT_MTLS_ENABLED": "false",
        "TMPDIR": str(folder),
    }
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([command], cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603 - what `make e2e` has installed
        try:
            until = monotonic() + _START_SECONDS
            while not _answers(address):
                if process.poll() is not None or monotonic() > until:
                    raise NotThereError(f"ministack does not start: {(folder / 'log').read_text()[-500:]}")
                sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/_ministack/health", timeout=5):  # noqa: S310 - http, to this machine
            return True
    except (URLError, OSError):
        return False
