"""A store of secrets in AWS Secrets Manager."""

from contextlib import suppress
from typing import TYPE_CHECKING

from imagestack.stores.errors import store_errors
from imagestack.stores.truncated_bodies import retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CURRENT, _PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class ManagedSecret:
    """A secret in Secrets Manager; see `imagestack.ports.SecretStore`."""

    def __init__(self, client: "SecretsManagerClient", secret: str) -> None:
        self._client = client
        self._secret = secret

    def values(self) -> list[str]:
        """The current value, and the previous one if there is one; Secrets Manager keeps it after a rotation."""
        with store_errors():
            values = [self._value(_CURRENT)]
            with suppress(self._client.exceptions.ResourceNotFoundException):
                values.append(self._value(_PREVIOUS))
        return values

    def _value(self, stage: str) -> str:
        return retry_truncated(lambda: self._client.get_secret_value(SecretId=self._secret, VersionStage=stage))[
            "SecretString"
        ]
