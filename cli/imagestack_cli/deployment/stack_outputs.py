"""Names of a deployment's parts, from the outputs of its CloudFormation stack."""

from dataclasses import dataclass, fields
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack_cli.errors import UsageError

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
    """Names of a deployment's parts; None for an unknown one.

    Attributes:
        rules_table: The table of resources and rules.
        control_table: The table of tokens and the audit trail.
        originals_bucket: The bucket of originals.
        site: The address at which viewers request images.
        secret: The secret of the distribution.
    """

    rules_table: str | None = None
    control_table: str | None = None
    originals_bucket: str | None = None
    site: str | None = None
    secret: str | None = None

    def or_else(self, other: "Names") -> "Names":
        """These names; where one is unknown, that of the other."""
        return Names(**{field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(Names)})


def names_of(client: Any, stack: str) -> Names:  # noqa: ANN401 - boto3 makes its clients at run time
    """The names in the outputs of a stack.

    Raises:
        UsageError: There is no such stack, or it is not a deployment of Image Stack.
    """
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        raise UsageError(f"the stack {stack} cannot be read: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    if "ControlTableName" not in outputs:
        raise UsageError(f"the stack {stack} names no tables: its outputs are not those of Image Stack")
    return Names(**{name: outputs.get(output) for name, output in OUTPUTS.items()})
