"""`imagestack doctor`: checks a deployment."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.errors import ControlError
from imagestack.rules.option_items import GUARDS
from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.api.http_client import HttpClient
from imagestack_cli.api.resources import RESOURCES, Json, resource, resources
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import NOWHERE, Deployment
from imagestack_cli.errors import CommandError, UsageError

OK, FAILED, SKIPPED = "ok", "failed", "skipped"

_KEY_SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
_KEY_TYPES = {"pk": "S", "sk": "S"}
_LEAST_SECRET = 32
_DESCRIPTION = "/cdn/openapi.json"


@dataclass(frozen=True)
class Finding:
    """The result of a check; `why` explains it."""

    check: str
    status: str
    why: str


class ProblemError(Exception):
    """A check fails. The message says why."""


class NotAskedError(Exception):
    """A check is skipped because an option is missing. The message names the option."""


Check = Callable[[], str]


@with_deployment
def doctor(
    deployment: Deployment,
    secret: Annotated[
        str | None,
        typer.Option("--origin-secret", metavar="NAME", help="Without --url: the distribution's secret."),
    ] = None,
) -> None:
    """Check that all parts of a deployment can be reached and fit together."""
    if not (deployment.options.url or deployment.names_tables):
        raise UsageError(NOWHERE)
    findings = []
    for name, check in _Checks(deployment, secret).all():
        finding = _run(name, check)
        findings.append(finding)
        if not deployment.options.as_json:
            typer.echo(output.cell(f"{finding.status:<8}{finding.check}: {finding.why}"))
    if deployment.options.as_json:
        output.as_json([asdict(finding) for finding in findings])
    failed = sum(finding.status == FAILED for finding in findings)
    if failed:
        raise CommandError(f"{failed} of {len(findings)} checks failed")


def _run(name: str, check: Check) -> Finding:
    try:
        return Finding(name, OK, check())
    except NotAskedError as error:
        return Finding(name, SKIPPED, f"needs {error}")
    except (ProblemError, CommandError, ControlError, ClientError, BotoCoreError) as error:
        return Finding(name, FAILED, str(error))


class _Checks:
    def __init__(self, deployment: Deployment, secret: str | None) -> None:
        self._target = deployment
        self._options = deployment.options
        self._names = deployment.names
        self._secret = secret or self._names.secret

    def all(self) -> Iterator[tuple[str, Check]]:
        """The checks in their order, by name."""
        yield "endpoint", self._endpoint
        yield "token", self._token
        yield "rules table", lambda: self._table(self._names.rules_table, "--rules-table")
        yield "control table", lambda: self._table(self._names.control_table, "--control-table")
        yield "originals bucket", self._bucket
        yield "rules", self._rules
        yield "guards", self._guards
        yield "origin secret", self._origin_secret

    def _endpoint(self) -> str:
        if not self._options.url:
            raise NotAskedError("--url")
        # The API's description needs no token.
        found = call(HttpClient(self._options.url, "none"), "GET", _DESCRIPTION)
        if not isinstance(found, dict) or RESOURCES not in found.get("paths", {}):
            raise ProblemError(f"{self._options.url} answers, but is not the control API")
        return f"{self._options.url} answers"

    def _token(self) -> str:
        if not (self._options.url and self._options.token):
            raise NotAskedError("--url and --token")
        found = call(self._target.http, "GET", "/cdn/tokens/current")
        return f"{found['name']}, {found['role']}, expires {found['expires'] or 'never'}"

    def _table(self, name: str | None, option: str) -> str:
        if not name:
            raise NotAskedError(option)
        try:
            table = self._target.client("dynamodb").describe_table(TableName=name)["Table"]
        except (ClientError, BotoCoreError) as error:
            raise ProblemError(f"{name}: {error}") from error
        types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
        if table["KeySchema"] != _KEY_SCHEMA or {key: types.get(key) for key in _KEY_TYPES} != _KEY_TYPES:
            raise ProblemError(f"{name} does not have the key pk (string), sk (string)")
        if table["TableStatus"] != "ACTIVE":
            raise ProblemError(f"{name} is {table['TableStatus']}")
        return f"{name} exists, with the key pk, sk"

    def _bucket(self) -> str:
        name = self._names.originals_bucket
        if not name:
            raise NotAskedError("--originals-bucket")
        s3 = self._target.client("s3")
        try:
            found = s3.list_objects_v2(Bucket=name, MaxKeys=1).get("Contents", [])
            if not found:
                return f"{name} can be listed and is empty"
            key = found[0]["Key"]
            s3.head_object(Bucket=name, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise ProblemError(f"{name}: {error}") from error
        return f"{name} can be listed and read"

    def _every(self) -> list[Json]:
        if self._target.names_tables:
            if not (self._names.rules_table and self._names.control_table and self._names.originals_bucket):
                raise NotAskedError("--rules-table, --control-table and --originals-bucket")
            api = self._target.tables
        else:
            if not self._options.token:
                raise NotAskedError("--token")
            api = self._target.http
        return [resource(api, str(one["id"])) for one in resources(api)]

    def _rules(self) -> str:
        found = self._every()
        problems = [f"{one['cname']}: {one['problem']}" for one in found if one["problem"]]
        problems += [
            f"rule {rule['id']} of {one['cname']}: {rule['problem']}"
            for one in found
            for rule in one["rules"]
            if rule["problem"]
        ]
        if problems:
            raise ProblemError("; ".join(problems))
        return f"{len(found)} resources, {sum(len(one['rules']) for one in found)} rules, all usable"

    def _guards(self) -> str:
        items = [item for one in self._every() for item in (one, *one["rules"])]
        guarded = [name for item in items for name in GUARDS if _is_on(item["options"].get(name))]
        return ", ".join(f"{guarded.count(name)} with {name}" for name in GUARDS)

    def _origin_secret(self) -> str:
        if not self._secret:
            raise NotAskedError("--origin-secret")
        try:
            found = self._target.client("secretsmanager").get_secret_value(SecretId=self._secret)
        except (ClientError, BotoCoreError) as error:
            raise ProblemError(f"{self._secret}: {error}") from error
        # Its text is not printed.
        if len(found.get("SecretString", "")) < _LEAST_SECRET:
            raise ProblemError(f"{self._secret} has fewer than {_LEAST_SECRET} characters")
        return f"{self._secret} can be read"


def _is_on(option: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(option, dict) and option.get("enabled") is True
