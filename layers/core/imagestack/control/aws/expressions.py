"""Conditional writes, as DynamoDB's transactions spell them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from imagestack.control.store.ports import Change, Check, Delete, Item, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# The attributes of items. One that was absent when the item was read must still be absent.
_ATTRIBUTES = frozenset(
    {"active", "cname", "created", "deleting", "description", "id", "name", "options", "origin"}
    | {"rule", "ruleType", "status", "updated", "weight"}
)
_KEY = ("pk", "sk")

Serialize = Callable[[Any], Any]


def write(change: Change, tables: Mapping[Table, str], serialize: Serialize) -> "TransactWriteItemTypeDef":
    """Make the transaction entry of a change."""
    table = tables[change.table]
    if isinstance(change, Check):
        exists = "attribute_exists(pk) AND " if change.must_exist else ""
        return {
            "ConditionCheck": {
                "TableName": table,
                "Key": {"pk": serialize(change.pk), "sk": serialize(change.sk)},
                "ConditionExpression": f"{exists}attribute_not_exists(#without)",
                "ExpressionAttributeNames": {"#without": change.without},
            }
        }
    if isinstance(change, Delete):
        key = {name: serialize(change.item[name]) for name in _KEY}
        unchanged = {} if change.unconditional else _unchanged(change.item, serialize)
        return {"Delete": {"TableName": table, "Key": key, **unchanged}}  # type: ignore[typeddict-item] # parts of one
    item = {name: serialize(value) for name, value in change.item.items()}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if change.unconditional:
        condition = {}
    elif change.previous is not None:
        condition = _unchanged(change.previous, serialize)
    return {"Put": {"TableName": table, "Item": item, **condition}}  # type: ignore[typeddict-item] # parts of one


def _unchanged(previous: Item, serialize: Serialize) -> dict[str, Any]:
    """The condition that an item has exactly its previous attributes; hand-written items have no version."""
    terms = ["attribute_exists(pk)"]
    names, values = {}, {}
    for number, name in enumerate(sorted((_ATTRIBUTES | previous.keys()) - set(_KEY))):
        names[f"#{number}"] = name
        if name in previous:
            values[f":{number}"] = serialize(previous[name])
            terms.append(f"#{number} = :{number}")
        else:
            terms.append(f"attribute_not_exists(#{number})")
    condition: dict[str, Any] = {"ConditionExpression": " AND ".join(terms), "ExpressionAttributeNames": names}
    return condition | ({"ExpressionAttributeValues": values} if values else {})
