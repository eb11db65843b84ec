"""A command of the AWS CLI that changes a rule while the stack runs."""

import json
import shlex
from collections.abc import Sequence

from imagestack_local.aws import stack
from imagestack_local.operator.first_rules import optimization_rule
from imagestack_local.operator.rules_file import Item

_QUALITY = 60


def command(endpoint: str, items: Sequence[Item]) -> str:
    """A command that lowers the quality, with credentials, endpoint and region.

    Args:
        endpoint: The address of the AWS services.
        items: The items of the rules table. The command changes the first rule that has Image Stack, or puts a new
            one if no rule has it.
    """
    environment = " ".join(f"{name}={value}" for name, value in stack.CREDENTIALS.items())
    common = ("--endpoint-url", endpoint, "--region", stack.REGION, "--table-name", stack.RULES_TABLE)
    arguments: tuple[str, ...]
    rule = next(filter(_has_image_stack, items), None)
    if rule is None:
        arguments = ("put-item", *common, "--item", _plain_json(_attribute(optimization_rule(_QUALITY))["M"]))
    else:
        key = {name: _attribute(rule[name]) for name in ("pk", "sk")}
        arguments = (
            "update-item",
            *common,
            *("--key", _plain_json(key)),
            *("--update-expression", "SET options.image_stack.quality = :q"),
            *("--expression-attribute-values", _plain_json({":q": _attribute(_QUALITY)})),
        )
    return f"{environment} {shlex.join(('aws', 'dynamodb', *arguments))}"


def _has_image_stack(item: Item) -> bool:
    options = item.get("options")
    return item["sk"].startswith("RULE#") and isinstance(options, dict) and isinstance(options.get("image_stack"), dict)


def _attribute(value: object) -> dict[str, object]:
    """A value in DynamoDB's own form, as the AWS CLI takes it."""
    if isinstance(value, dict):
        return {"M": {name: _attribute(inner) for name, inner in value.items()}}
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _plain_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
