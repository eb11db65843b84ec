"""The deployment that a command works on, and the options that name it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer
from click.core import ParameterSource

from imagestack_cli.api.http_client import HttpClient
from imagestack_cli.deployment.stack_outputs import Names, names_of
from imagestack_cli.errors import UsageError

if TYPE_CHECKING:
    from imagestack_cli.api.client import Api

NOWHERE = "which deployment? Give --url (IMAGESTACK_URL), --stack, or --rules-table and --control-table"
_TABLES = "Without --url"
# Each of these options selects the tables.
_NAMES_OF_TABLES = ("stack", "rules_table", "control_table")


@dataclass(frozen=True)
class DeploymentOptions:
    """The options of every command."""

    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", envvar="IMAGESTACK_URL", help="Address of the control API."),
    ] = None
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TOKEN", envvar="IMAGESTACK_TOKEN", help="Token for the control API."),
    ] = None
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            metavar="NAME",
            envvar="IMAGESTACK_STACK",
            help="Without --url: use the tables of this CloudFormation stack.",
        ),
    ] = None
    rules_table: Annotated[
        str | None,
        typer.Option(
            "--rules-table",
            metavar="NAME",
            envvar="IMAGESTACK_RULES_TABLE",
            help=f"{_TABLES}: the table of rules.",
        ),
    ] = None
    control_table: Annotated[
        str | None,
        typer.Option(
            "--control-table",
            metavar="NAME",
            envvar="IMAGESTACK_CONTROL_TABLE",
            help=f"{_TABLES}: the table of tokens and the audit trail.",
        ),
    ] = None
    originals_bucket: Annotated[
        str | None,
        typer.Option(
            "--originals-bucket",
            metavar="NAME",
            envvar="IMAGESTACK_ORIGINALS_BUCKET",
            help=f"{_TABLES}: the bucket of originals.",
        ),
    ] = None
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", help=f"{_TABLES}: the AWS profile.")] = (
        None
    )
    region: Annotated[str | None, typer.Option("--region", metavar="NAME", help=f"{_TABLES}: the AWS region.")] = None
    endpoint_url: Annotated[
        str | None, typer.Option("--endpoint-url", metavar="URL", help=f"{_TABLES}: the AWS endpoint.")
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False


class Deployment:
    """A deployment."""

    def __init__(self, options: DeploymentOptions) -> None:
        self.options = options

    @property
    def names_tables(self) -> bool:
        """Whether the tables are used and not the API; the command line takes precedence over the environment."""
        named = [name for name in _NAMES_OF_TABLES if getattr(self.options, name)]
        return any(map(_on_command_line, named)) or (bool(named) and not self.options.url)

    @cached_property
    def names(self) -> Names:
        """The names in the options; for others, those of the stack.

        Raises:
            UsageError: There is no such stack.
        """
        given = Names(
            rules_table=self.options.rules_table,
            control_table=self.options.control_table,
            originals_bucket=self.options.originals_bucket,
        )
        if self.options.stack is None or not self.names_tables:
            return given
        return given.or_else(names_of(self.client("cloudformation"), self.options.stack))

    @cached_property
    def tables(self) -> "Api":
        """The control API on the tables.

        Raises:
            UsageError: The options do not name them.
        """
        if not (self.names.rules_table and self.names.control_table and self.names.originals_bucket):
            raise UsageError("without --url, give --stack, or --rules-table, --control-table, --originals-bucket")
        return self._on_tables()

    @cached_property
    def http(self) -> "Api":
        """The control API at its address.

        Raises:
            UsageError: The address or the token is missing.
        """
        if not self.options.url:
            raise UsageError(NOWHERE)
        if not self.options.token:
            raise UsageError("--token (IMAGESTACK_TOKEN) is needed")
        return HttpClient(self.options.url, self.options.token)

    @property
    def api(self) -> "Api":
        """The control API.

        Raises:
            UsageError: The options do not name a deployment.
        """
        return self._http_or(lambda: self.tables)

    @property
    def tokens_api(self) -> "Api":
        """The control API for tokens, which needs neither rules nor originals.

        Raises:
            UsageError: The options do not name a deployment.
        """
        return self._http_or(self._on_tables)

    def _http_or(self, tables: Callable[[], "Api"]) -> "Api":
        if not self.names_tables:
            return self.http
        if self.options.url and _on_command_line("url"):
            raise UsageError("give either --url or tables, not both")
        # An address in the environment is ignored.
        return tables()

    def _on_tables(self) -> "Api":
        if not self.names.control_table:
            raise UsageError("without --url, give --stack or --control-table")
        # Imported late, since it takes a second.
        from imagestack.control.aws.originals import BucketOriginals  # noqa: PLC0415
        from imagestack.control.aws.store import DynamoStore  # noqa: PLC0415
        from imagestack.control.backends import Backends  # noqa: PLC0415
        from imagestack.control.store.ports import Table  # noqa: PLC0415
        from imagestack_cli.api.table_client import TableClient  # noqa: PLC0415

        names = {Table.RULES: self.names.rules_table or "", Table.CONTROL: self.names.control_table}
        bucket = self.names.originals_bucket or ""
        backends = Backends(originals=BucketOriginals(lambda: self.client("s3"), bucket))
        return TableClient(DynamoStore(self.client("dynamodb"), names), bucket, backends)

    def client(self, service: str) -> Any:  # noqa: ANN401 - of any service
        """A client of an AWS service.

        Raises:
            UsageError: The profile does not exist, the region is missing, or the endpoint is not an address.
        """
        import boto3  # noqa: PLC0415 - takes half a second, and the API does not need it
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3})
        try:
            session = boto3.Session(profile_name=self.options.profile, region_name=self.options.region)
            return session.client(service, endpoint_url=self.options.endpoint_url, config=config)  # type: ignore[call-overload] # any service
        except (BotoCoreError, ValueError) as error:
            raise UsageError(str(error)) from error


def _on_command_line(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE
