"""A file of rule items: read from JSON, put into the rules table."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from imagestack_local.errors import StartError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

Item = Mapping[str, Any]
"""A plain item, as boto3's table resource takes it: numbers are int or Decimal."""

_KEYS = ("pk", "sk")


def read(path: Path) -> tuple[Item, ...]:
    """Read items from a JSON file.

    Raises:
        StartError: The file cannot be read, is not a JSON list, or an item in it has no pk or sk. The message
            gives the number of the item; the first is 1.
    """
    try:
        content = json.loads(
            path.read_text(encoding="utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_such_number,
        )
    except FileNotFoundError as error:
        raise StartError(f"the rules file {str(path)!r} does not exist") from error
    except OSError as error:
        raise StartError(f"the rules file {str(path)!r} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise StartError(f"the rules file {str(path)!r} is not JSON: {error}") from error
    if not isinstance(content, list):
        raise StartError(f"the rules file {str(path)!r} is not a list of items")
    try:
        _check(content)
    except ValueError as error:
        raise StartError(f"the rules file {str(path)!r} is not usable: {error}") from error
    return tuple(content)


def put(table: "Table", items: Sequence[Item]) -> None:
    """Put items into the rules table.

    Raises:
        StartError: DynamoDB refuses an item. The message gives its number; the first is 1.
    """
    for number, item in enumerate(items, start=1):
        try:
            table.put_item(Item=item)
        except (BotoCoreError, ClientError, TypeError, ArithmeticError) as error:
            # For a number that DynamoDB cannot hold, boto3 raises an error of its decimal context.
            reason = str(error) if not isinstance(error, ArithmeticError) else "a number has more than 38 digits"
            raise StartError(f"item {number} of the rules is refused by DynamoDB: {reason}") from error


def _check(items: list[object]) -> None:
    numbers: dict[tuple[str, ...], int] = {}
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise ValueError(f"item {number} is not an object")  # noqa: TRY004 - about the file's content
        for name in _KEYS:
            if name not in item:
                raise ValueError(f"item {number} has no {name}")
            if not isinstance(item[name], str) or not item[name]:
                raise ValueError(f"the {name} of item {number} is not a plain string")
        key = tuple(item[name] for name in _KEYS)
        if key in numbers:
            raise ValueError(f"items {numbers[key]} and {number} have the same pk and sk")
        numbers[key] = number


def _no_such_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")
