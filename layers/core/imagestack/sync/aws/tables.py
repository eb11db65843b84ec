"""The tables of rules and jobs in DynamoDB."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from imagestack.control.jobs import Status
from imagestack.control.store import history
from imagestack.sync.aws.errors import ConditionFailedError, translated
from imagestack.sync.ports import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTables:
    """Both tables in DynamoDB; see `imagestack.sync.ports.Tables`."""

    def __init__(self, client: "DynamoDBClient", rules: str, control: str) -> None:
        self._client = client
        self._rules = rules
        self._control = control
        self._serialize = TypeSerializer().serialize
        self._deserialize = TypeDeserializer().deserialize

    def rule_items(self) -> Sequence[Item]:
        """All items of the rules table."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._rules, ConsistentRead=True)
        with translated():
            return [self._plain(item) for page in pages for item in page["Items"]]

    def job(self, kind: str, number: int) -> Item | None:
        """The item of a job; None if there is none."""
        with translated():
            response = self._client.get_item(TableName=self._control, Key=self._key(kind, number), ConsistentRead=True)
        return self._plain(response["Item"]) if "Item" in response else None

    def advance(self, kind: str, number: int, step: int, changed: Mapping[str, Any]) -> bool:
        """Change a job that is in progress and at a step; a new job is at step 0."""
        names = {f"#{at}": name for at, name in enumerate(changed)}
        sets, removes = [], []
        values: dict[str, Any] = {":now": {"S": Status.IN_PROGRESS.value}}
        if step:
            values[":at"] = {"N": str(step)}
        for alias, name in names.items():
            if changed[name] is None:
                removes.append(alias)
            else:
                sets.append(f"{alias} = :{alias[1:]}")
                values[f":{alias[1:]}"] = self._serialize(changed[name])
        expression = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else "")
        is_at = "#step = :at" if step else "attribute_not_exists(#step)"
        try:
            with translated():
                self._client.update_item(
                    TableName=self._control,
                    Key=self._key(kind, number),
                    UpdateExpression=expression,
                    ConditionExpression=f"#status = :now AND {is_at}",
                    ExpressionAttributeNames={**names, "#step": "step", "#status": "status"},
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailedError as refusal:
            # After a lost response, a retry meets the item that the first attempt has written.
            written = {name: self._serialize(value) for name, value in changed.items() if value is not None}
            return bool(refusal.item) and written.items() <= refusal.item.items()
        return True

    def _key(self, kind: str, number: int) -> dict[str, Any]:
        return {name: {"S": value} for name, value in history.key(kind, number).items()}

    def _plain(self, item: Mapping[str, Any]) -> Item:
        return {name: self._deserialize(value) for name, value in item.items()}
