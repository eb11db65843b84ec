from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.stores.bodies import retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CURRENT, _PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class ManagedSecret:
    """A secret in Secrets Manager; see `imagestack.ports.SecretStore`."""

    def __init__(self, client: "SecretsManagerClient", secret: str) -> None:
        self._client = client
        self._secret = secret

    def values(self) -> list[str]:
        """The current value, and the previous one if there is any: Secrets Manager keeps it when a new one is put."""
        try:
            found = [self._value(_CURRENT)]
            with suppress(self._client.exceptions.ResourceNotFoundException):
                found.append(self._value(_PREVIOUS))
        except (ClientError, BotoCoreError) as error:
            raise StoreError(str(error)) from error
        return found

    def _value(self, stage: str) -> str:
        return retry_truncated(lambda: self._client.get_secret_value(SecretId=self._secret, VersionStage=stage))[
            "SecretString"
        ]
