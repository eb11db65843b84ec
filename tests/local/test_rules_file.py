"""The rules file."""

from decimal import Decimal
from pathlib import Path

import pytest

from imagestack_local.errors import StartError
from imagestack_local.operator import rules_file


def read(tmp_path: Path, content: str) -> tuple[rules_file.Item, ...]:
    path = tmp_path / "rules.json"
    path.write_text(content, encoding="utf-8")
    return rules_file.read(path)


def test_items_are_read_as_boto3_takes_them(tmp_path: Path) -> None:
    """Plain items come as they are; fractions become decimals, which is what DynamoDB holds."""
    assert read(tmp_path, '[{"pk": "RESOURCE#*", "sk": "RULE#1", "weight": 1.5, "id": 7, "active": true}]') == (
        {"pk": "RESOURCE#*", "sk": "RULE#1", "weight": Decimal("1.5"), "id": 7, "active": True},
    )


def test_an_empty_list_is_no_rules(tmp_path: Path) -> None:
    """A list without items is a table without items, as an operator may want it."""
    assert read(tmp_path, "[]") == ()


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    """Editors that begin a file with a byte order mark do not break it."""
    assert read(tmp_path, '\ufeff[{"pk": "a", "sk": "b"}]') == ({"pk": "a", "sk": "b"},)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[NaN]", "is not JSON: NaN is not a number"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "is not a list of items"),
        ("3", "is not a list of items"),
        ("[3]", "is not usable: item 1 is not an object"),
        ('[{"pk": "a", "sk": "b"}, {"pk": "a"}]', "is not usable: item 2 has no sk"),
        ('[{"sk": "a"}]', "is not usable: item 1 has no pk"),
        ('[{"pk": {"S": "a"}, "sk": "b"}]', "is not usable: the pk of item 1 is not a plain string"),
        ('[{"pk": "a", "sk": ""}]', "is not usable: the sk of item 1 is not a plain string"),
        (
            '[{"pk": "a", "sk": "b"}, {"pk": "c", "sk": "b"}, {"pk": "a", "sk": "b"}]',
            "is not usable: items 1 and 3 have the same pk and sk",
        ),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    """A mistake is reported in a sentence that names the file and the item."""
    with pytest.raises(StartError) as refused:
        read(tmp_path, content)
    assert sentence in str(refused.value)
    assert "rules.json" in str(refused.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file that is no text is no JSON."""
    (tmp_path / "rules.json").write_bytes(b"\xff\xfe[")
    with pytest.raises(StartError, match="is not JSON"):
        rules_file.read(tmp_path / "rules.json")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and a folder in its place have different messages."""
    with pytest.raises(StartError, match="does not exist"):
        rules_file.read(tmp_path / "none")
    with pytest.raises(StartError, match="cannot be read: Is a directory"):
        rules_file.read(tmp_path)
