"""The example of an AWS command."""

import json
import shlex
from typing import Any

from imagestack_local.operator import example
from imagestack_local.operator.first_rules import FIRST_RULES

ENDPOINT = "http://127.0.0.1:9"


def arguments(items: tuple[dict[str, Any], ...]) -> list[str]:
    return shlex.split(example.command(ENDPOINT, items))


def after(words: list[str], option: str) -> Any:
    return json.loads(words[words.index(option) + 1])


def test_the_command_has_all_that_it_needs() -> None:
    """The command can be copied as it is: credentials, region and endpoint are in it."""
    words = arguments(tuple(dict(item) for item in FIRST_RULES))
    assert words[:5] == [
        "AWS_ACCESS_KEY_ID=local",
        "AWS_SECRET_ACCESS_KEY=local",
        "aws",
        "dynamodb",
        "update-item",
    ]
    assert words[words.index("--endpoint-url") + 1] == ENDPOINT
    assert words[words.index("--region") + 1] == "us-east-1"
    assert after(words, "--key") == {"pk": {"S": "RESOURCE#*"}, "sk": {"S": "RULE#1"}}
    assert after(words, "--expression-attribute-values") == {":q": {"N": "60"}}


def test_the_rule_is_one_of_the_operator_s() -> None:
    """The command changes the first rule of the rules file that has Image Stack, however odd its key."""
    words = arguments(
        (
            {"pk": "RESOURCE#a", "sk": "SETTINGS", "options": {"image_stack": {}}},
            {"pk": "RESOURCE#a", "sk": "RULE#1", "options": {}},
            {"pk": "RESOURCE#b", "sk": "RULE#it's é", "options": {"image_stack": {"quality": 3}}},
        ),
    )
    assert after(words, "--key") == {"pk": {"S": "RESOURCE#b"}, "sk": {"S": "RULE#it's é"}}


def test_without_a_rule_the_command_puts_one() -> None:
    """Where no rule can be changed, the command puts a whole one."""
    words = arguments(())
    assert words[4] == "put-item"
    item = after(words, "--item")
    assert item["sk"] == {"S": "RULE#1"}
    assert item["active"] == {"BOOL": True}
    assert item["options"]["M"]["image_stack"]["M"]["quality"] == {"N": "60"}
