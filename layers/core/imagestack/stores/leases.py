from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.ports import Turn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# How long those who have missed the derived object by a moment are told that it is there now.
_DONE_SECONDS = 10
_REFUSED = "ConditionalCheckFailedException"


class DynamoLeases:
    """Leases in a table of their own; see `imagestack.ports.Leases`.

    An item has `pk` (the name), `owner`, `done`, and `expires` (seconds since the epoch), by which DynamoDB removes it
    some time later. A lease costs two writes: one to take it, one to give it back.
    """

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], float]) -> None:
        """Take leases in `table`; `clock` gives seconds since the epoch."""
        self._client = client
        self._table = table
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        """Take the lease of `name` for so long, unless somebody has it or has just done the work."""
        now = self._clock()
        try:
            self._client.put_item(
                TableName=self._table,
                Item={"pk": {"S": name}, "owner": {"S": owner}, "expires": {"N": f"{now + seconds:.3f}"}},
                # One's own is there already where the answer to a first attempt was lost.
                ConditionExpression="attribute_not_exists(pk) OR expires < :now OR #owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":now": {"N": f"{now:.3f}"}, ":owner": {"S": owner}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _REFUSED:
                raise StoreError(str(error)) from error
            return Turn.DONE if _is_done(error) else Turn.ANOTHERS
        except BotoCoreError as error:
            raise StoreError(str(error)) from error
        return Turn.MINE

    def release(self, name: str, owner: str, *, done: bool) -> None:
        """Give back a lease, if it is still the owner's."""
        try:
            if done:
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        "pk": {"S": name},
                        "done": {"BOOL": True},
                        "expires": {"N": f"{self._clock() + _DONE_SECONDS:.3f}"},
                    },
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
            # The lease ran out, and somebody else has it now.
            if error.response["Error"]["Code"] != _REFUSED:
                raise StoreError(str(error)) from error
        except BotoCoreError as error:
            raise StoreError(str(error)) from error


def _is_done(refusal: ClientError) -> bool:
    """Whether the item that stands in the way is of work that is done."""
    return "done" in cast("Mapping[str, Any]", refusal.response).get("Item", {})
