from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from imagestack.aws.bodies import whole
from imagestack.errors import StoreError
from imagestack.rule_items import partition_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRules:
    """The rules table; see `imagestack.ports.RuleTable`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._deserialize = TypeDeserializer().deserialize

    def items(self, host: str) -> list[dict[str, Any]]:
        """All items of a host: one Query, unless they fill more than one page of a megabyte."""

        def once() -> list[dict[str, Any]]:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition_key(host)}},
            )
            return [
                {name: self._deserialize(value) for name, value in item.items()}
                for page in pages
                for item in page["Items"]
            ]

        try:
            return whole(once)
        except (ClientError, BotoCoreError) as error:
            raise StoreError(str(error)) from error
