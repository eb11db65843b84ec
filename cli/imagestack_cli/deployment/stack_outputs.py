"""What the outputs of a deployment's CloudFormation stack name."""

from dataclasses import dataclass, fields
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack_cli.failures import UsageError

# As in template.yaml.
OUTPUTS = {
    "rules_table": "RulesTableName",
    "control_table": "ControlTableName",
    "originals_bucket": "OriginalsBucketName",
    "site": "Url",
    "secret": "OriginSecretArn",
}


@dataclass(frozen=True)
class Names:
    """Names of a deployment's parts, None for those that nobody has told.

    Attributes:
        site: the address where viewers ask for images.
        secret: that of the distribution.
    """

    rules_table: str | None = None
    control_table: str | None = None
    originals_bucket: str | None = None
    site: str | None = None
    secret: str | None = None

    def or_else(self, other: "Names") -> "Names":
        """These, and those of the other where there is none."""
        return Names(**{field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(Names)})


def names_of(client: Any, stack: str) -> Names:  # noqa: ANN401 - boto3 makes its clients at run time
    """What a stack names.

    Raises:
        UsageError: there is no such stack, or it is none of a deployment.
    """
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        raise UsageError(f"the stack {stack} cannot be read: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    if "ControlTableName" not in outputs:
        raise UsageError(f"the stack {stack} names no tables: its outputs are not those of Image Stack")
    return Names(**{name: outputs.get(output) for name, output in OUTPUTS.items()})
