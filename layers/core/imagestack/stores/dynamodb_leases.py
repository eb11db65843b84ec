"""A store of leases in a DynamoDB table."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from imagestack.ports import Turn
from imagestack.stores.errors import code_of, store_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

# How long an item says that the work is done, for invocations that looked up the derived object just before that.
_DONE_SECONDS = 10
_REFUSED = "ConditionalCheckFailedException"


class DynamoLeases:
    """Leases in a table of their own; see `imagestack.ports.Leases`.

    An item has `pk` (the name), `owner`, `done`, and `expires` (seconds since the epoch), after which DynamoDB removes
    it. A lease costs two writes: one to acquire it, one to release it.
    """

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], float]) -> None:
        """Use leases in `table`; `clock` gives seconds since the epoch."""
        self._client = client
        self._table = table
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        """Take the lease of `name` for a number of seconds, unless another owner has it or has just done the work."""
        now = self._clock()
        with store_errors():
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item={"pk": {"S": name}, "owner": {"S": owner}, "expires": _seconds(now + seconds)},
                    # The owner's own item is there if the answer to a first attempt was lost.
                    ConditionExpression="attribute_not_exists(pk) OR expires < :now OR #owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={":now": _seconds(now), ":owner": {"S": owner}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if code_of(error) != _REFUSED:
                    raise
                return Turn.DONE if _is_done(error) else Turn.ANOTHERS
        return Turn.MINE

    def release(self, name: str, owner: str, *, done: bool) -> None:
        """Release a lease, if it is still the owner's."""
        with store_errors():
            try:
                if done:
                    expires = _seconds(self._clock() + _DONE_SECONDS)
                    self._client.put_item(
                        TableName=self._table,
                        Item={"pk": {"S": name}, "done": {"BOOL": True}, "expires": expires},
                        ConditionExpression="#owner = :owner",
                        ExpressionAttributeNames={"#owner": "owner"},
                        ExpressionAttributeValues={":owner": {"S": owner}},
                    )
                else:
                    self._client.delete_item(
                        TableName=self._table,
                        Key={"pk": {"S": name}},
                        ConditionExpression="#owner = :owner",
                        ExpressionAttributeNames={"#owner": "owner"},
                        ExpressionAttributeValues={":owner": {"S": owner}},
                    )
            except ClientError as error:
                # The lease expired, and another owner has it now.
                if code_of(error) != _REFUSED:
                    raise


def _seconds(number: float) -> "AttributeValueTypeDef":
    return {"N": f"{number:.3f}"}


def _is_done(refusal: ClientError) -> bool:
    """Whether the item that refused a write says that the work is done."""
    return "done" in cast("Mapping[str, Any]", refusal.response).get("Item", {})
