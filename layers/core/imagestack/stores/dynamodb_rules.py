"""Items of the rules table in DynamoDB."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from imagestack.rules.items import partition_key
from imagestack.stores.errors import store_errors
from imagestack.stores.truncated_bodies import retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRules:
    """The rules table; see `imagestack.ports.RuleTable`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def items(self, host: str) -> list[dict[str, Any]]:
        """All items of a host, by one Query for each megabyte."""

        def once() -> list[dict[str, Any]]:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition_key(host)}},
            )
            return [{name: _plain(value) for name, value in item.items()} for page in pages for item in page["Items"]]

        with store_errors():
            return retry_truncated(once)


def _plain(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - items hold anything
    """A value of DynamoDB as plain Python, in the types of boto3; loading boto3 for this would take too long."""
    ((kind, content),) = value.items()
    return _KINDS[kind](content)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": Decimal,
    "BOOL": bool,
    "NULL": lambda _: None,
    "B": bytes,
    "L": lambda values: [_plain(value) for value in values],
    "M": lambda values: {name: _plain(value) for name, value in values.items()},
    "SS": set,
    "NS": lambda numbers: {Decimal(number) for number in numbers},
    "BS": set,
}
