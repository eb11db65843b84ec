"""Conditional writes, as DynamoDB's transactions spell them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from imagestack.control.store.ports import Change, Check, Delete, Item, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# What an item of ours can have: one that it had not when it was read was written by somebody else.
_ATTRIBUTES = frozenset(
    {"active", "cname", "created", "deleting", "description", "id", "name", "options", "origin"}
    | {"rule", "ruleType", "status", "updated", "weight"}
)
_KEY = ("pk", "sk")

Serialize = Callable[[Any], Any]


def write(change: Change, tables: Mapping[Table, str], serialize: Serialize) -> "TransactWriteItemTypeDef":
    """A change as an entry of a transaction."""
    table = tables[change.table]
    if isinstance(change, Check):
        there = "attribute_exists(pk) AND " if change.there else ""
        return {
            "ConditionCheck": {
                "TableName": table,
                "Key": {"pk": serialize(change.pk), "sk": serialize(change.sk)},
                "ConditionExpression": f"{there}attribute_not_exists(#without)",
                "ExpressionAttributeNames": {"#without": change.without},
            }
        }
    if isinstance(change, Delete):
        key = {name: serialize(change.item[name]) for name in _KEY}
        unchanged = {} if change.whatever else _unchanged(change.item, serialize)
        return {"Delete": {"TableName": table, "Key": key, **unchanged}}  # type: ignore[typeddict-item] # parts of one
    item = {name: serialize(value) for name, value in change.item.items()}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if change.whatever:
        condition = {}
    elif change.was is not None:
        condition = _unchanged(change.was, serialize)
    return {"Put": {"TableName": table, "Item": item, **condition}}  # type: ignore[typeddict-item] # parts of one


def _unchanged(was: Item, serialize: Serialize) -> dict[str, Any]:
    """The item has what it had, and nothing that it had not: people who edit items by hand count no versions."""
    terms = ["attribute_exists(pk)"]
    names, values = {}, {}
    for number, name in enumerate(sorted((_ATTRIBUTES | was.keys()) - set(_KEY))):
        names[f"#{number}"] = name
        if name in was:
            values[f":{number}"] = serialize(was[name])
            terms.append(f"#{number} = :{number}")
        else:
            terms.append(f"attribute_not_exists(#{number})")
    found: dict[str, Any] = {"ConditionExpression": " AND ".join(terms), "ExpressionAttributeNames": names}
    return found | ({"ExpressionAttributeValues": values} if values else {})
