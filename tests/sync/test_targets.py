"""The resources that an original belongs to."""

from typing import Any

import pytest

from imagestack.sync.targets import original_targets, resources

BUCKET = "originals"
PK = "RESOURCE#a.example.com"


def prefixes(*items: dict[str, Any]) -> dict[str, str]:
    return {resource.host: resource.origin.prefix for resource in resources(items, BUCKET)}


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([], {"*": ""}),
        ([{"pk": PK, "sk": "SETTINGS", "origin": {"prefix": "/a/b/"}}], {"*": "", "a.example.com": "a/b/"}),
        # Only rules: the data plane uses the whole bucket.
        ([{"pk": PK, "sk": "RULE#1", "rule": "/"}], {"*": "", "a.example.com": ""}),
        # A broken item: the data plane uses the whole bucket, too.
        ([{"pk": PK, "sk": "SETTINGS", "origin": {"bucket": "x", "prefix": "a"}}], {"*": "", "a.example.com": ""}),
        ([{"pk": "RESOURCE#*", "sk": "SETTINGS", "origin": {"prefix": "a"}}], {"*": "a/"}),
        ([{"pk": "ID#1", "sk": "RESOURCE", "cname": "b.example.com"}], {"*": ""}),
    ],
)
def test_resources(items: list[dict[str, Any]], found: dict[str, str]) -> None:
    """Resources are read as the data plane reads them."""
    assert prefixes(*items) == found


def test_folder() -> None:
    """The empty object of a folder is no image of the resource whose origin is the folder."""
    found = resources([{"pk": "RESOURCE#*", "sk": "SETTINGS", "origin": {"prefix": "a"}}], BUCKET)
    assert original_targets("a/", found).edge == ()
    assert original_targets("ab", found).edge == ()
    assert original_targets("a/b", found).derived == ("_default/b/@/",)
