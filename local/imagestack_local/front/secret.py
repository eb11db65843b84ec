"""CloudFormation's dynamic references to secrets, resolved when the front starts."""

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack_local.errors import StartError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

# secret id (an ARN has colons of its own), SecretString, JSON key, version stage, version id.
_REFERENCE = re.compile(
    r"\{\{resolve:secretsmanager:(?P<id>arn:(?:[^:}]*:){5}[^:}]+|[^:}]+)"
    r"(?::SecretString(?::(?P<key>[^:}]*)(?::(?P<stage>[^:}]*)(?::(?P<version>[^:}]*))?)?)?)?\}\}",
)


def resolve(text: str, secrets: "SecretsManagerClient") -> str:
    """A text with its references to secrets replaced by their values.

    Raises:
        StartError: A reference is not understood, or there is no such secret.
    """
    resolved = _REFERENCE.sub(lambda match: _value(match, secrets), text)
    if "{{resolve:" in resolved:
        raise StartError(f"the local stack does not understand the reference {text}")
    return resolved


def _value(match: re.Match[str], secrets: "SecretsManagerClient") -> str:
    if match["key"]:
        raise StartError(f"the local stack does not read single keys of secrets: {match[0]}")
    chosen: dict[str, Any] = {"VersionStage": match["stage"], "VersionId": match["version"]}
    try:
        found = secrets.get_secret_value(
            SecretId=match["id"], **{name: value for name, value in chosen.items() if value}
        )
    except (BotoCoreError, ClientError) as error:
        raise StartError(f"the secret of {match[0]} cannot be read: {error}") from error
    return found["SecretString"]
