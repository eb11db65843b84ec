"""The tables in DynamoDB."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from secrets import randbelow
from time import sleep
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.aws.expressions import write
from imagestack.control.errors import ConflictError, ControlError, ThrottledError, TooLargeError, UnavailableError
from imagestack.control.store.ports import Change, Item, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 6
# Longest pauses in milliseconds before a transaction is retried after a collision, by attempt.
_PAUSE = (20, 50, 100, 200, 400)
_THROTTLED = {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
_REFUSED = "ConditionalCheckFailed"
_MET_ANOTHER = "TransactionConflict"
_TOO_LARGE = "ValidationError"


class DynamoStore:
    """Both tables; see `imagestack.control.store.ports.Store`. Counters are items `COUNTER` with `last`."""

    def __init__(self, client: "DynamoDBClient", tables: Mapping[Table, str]) -> None:
        self._client = client
        self._tables = tables
        self._serialize = TypeSerializer().serialize
        self._deserialize = TypeDeserializer().deserialize

    def get(self, table: Table, pk: str, sk: str) -> Item | None:
        """One item; None if there is none."""
        with _translated():
            response = self._client.get_item(TableName=self._tables[table], Key=_key(pk, sk), ConsistentRead=True)
        return self._plain(response["Item"]) if "Item" in response else None

    def query(self, table: Table, pk: str, *, descending: bool = False) -> Iterator[Item]:
        """All items of a `pk`, sorted by `sk`; pages are read on demand."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._tables[table],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=True,
            ScanIndexForward=not descending,
        )
        with _translated():
            for page in pages:
                yield from map(self._plain, page["Items"])

    def scan(self, table: Table) -> Iterator[Item]:
        """All items of a table."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._tables[table], ConsistentRead=True)
        with _translated():
            for page in pages:
                yield from map(self._plain, page["Items"])

    def next_number(self, table: Table, counter: str, above: int = 0) -> int:
        """A new number of a counter; numbers of failed changes stay unused."""
        while True:
            number = self._count(table, "COUNTER", counter, "last")
            if number > above:
                return number
            self._raise_counter(table, counter, above)

    def last_number(self, table: Table, counter: str) -> int:
        """The last number of a counter."""
        response = self.get(table, "COUNTER", counter)
        return int(response["last"]) if response else 0

    def add(self, table: Table, pk: str, sk: str, expires: int) -> int:
        """Add one to an item's count."""
        return self._count(table, pk, sk, "count", expires)

    def commit(self, changes: Sequence[Change]) -> None:
        """Make all changes, or none; retries a transaction that collides with another."""
        entries = [write(change, self._tables, self._serialize) for change in changes]
        for attempt in range(_ATTEMPTS):
            try:
                with _translated():
                    self._client.transact_write_items(TransactItems=entries)
            except _MetAnotherError:
                if attempt == _ATTEMPTS - 1:
                    raise ConflictError from None
                sleep((_PAUSE[attempt] / 2 + randbelow(_PAUSE[attempt])) / 1000)
            else:
                return

    def _count(self, table: Table, pk: str, sk: str, attribute: str, expires: int | None = None) -> int:
        expiry = " SET expires = :expires" if expires is not None else ""
        values: dict[str, Any] = {":one": {"N": "1"}}
        if expires is not None:
            values[":expires"] = {"N": str(expires)}
        with _translated():
            response = self._client.update_item(
                TableName=self._tables[table],
                Key=_key(pk, sk),
                UpdateExpression=f"ADD #attribute :one{expiry}",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues=values,
                ReturnValues="UPDATED_NEW",
            )
        return int(response["Attributes"][attribute]["N"])

    def _raise_counter(self, table: Table, counter: str, to: int) -> None:
        try:
            with _translated():
                self._client.update_item(
                    TableName=self._tables[table],
                    Key=_key("COUNTER", counter),
                    UpdateExpression="SET #last = :to",
                    ConditionExpression="#last < :to",
                    ExpressionAttributeNames={"#last": "last"},
                    ExpressionAttributeValues={":to": {"N": str(to)}},
                )
        except ConflictError:
            return  # Another call has raised it at least as far.

    def _plain(self, item: Mapping[str, Any]) -> Item:
        return {name: self._deserialize(value) for name, value in item.items()}


class _MetAnotherError(ConflictError):
    """The transaction collided with another one."""


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _meaning(error) from error
    except BotoCoreError as error:
        raise UnavailableError from error


def _meaning(error: ClientError) -> ControlError:
    """Translate an error of DynamoDB; a cancelled transaction lists a reason for each change."""
    code = error.response["Error"]["Code"]
    reasons = {reason.get("Code") for reason in cast("Any", error.response).get("CancellationReasons", ())}
    if code == "ConditionalCheckFailedException" or _REFUSED in reasons:
        return ConflictError()
    if code in {"TransactionConflictException", "TransactionInProgressException"} or _MET_ANOTHER in reasons:
        return _MetAnotherError()
    if code in _THROTTLED or reasons & {"ProvisionedThroughputExceeded", "ThrottlingError"}:
        return ThrottledError("the tables ask for fewer requests")
    if _TOO_LARGE in reasons or (code == "ValidationException" and "size" in str(error)):
        return TooLargeError("more than an item of the tables can hold")
    return UnavailableError()
