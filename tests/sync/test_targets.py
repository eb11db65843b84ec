"""Which resources an original belongs to."""

from typing import Any

import pytest

from imagestack.sync.targets import of_original, resources

BUCKET = "originals"
PK = "RESOURCE#a.example.com"


def prefixes(*items: dict[str, Any]) -> dict[str, str]:
    return {resource.host: resource.origin.prefix for resource in resources(items, BUCKET)}


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([], {"*": ""}),
        ([{"pk": PK, "sk": "SETTINGS", "origin": {"prefix": "/a/b/"}}], {"*": "", "a.example.com": "a/b/"}),
        # Only rules: the data plane takes the bucket as it is.
        ([{"pk": PK, "sk": "RULE#1", "rule": "/"}], {"*": "", "a.example.com": ""}),
        # An item that it leaves out, likewise.
        ([{"pk": PK, "sk": "SETTINGS", "origin": {"bucket": "x", "prefix": "a"}}], {"*": "", "a.example.com": ""}),
        ([{"pk": "RESOURCE#*", "sk": "SETTINGS", "origin": {"prefix": "a"}}], {"*": "a/"}),
        ([{"pk": "ID#1", "sk": "RESOURCE", "cname": "b.example.com"}], {"*": ""}),
    ],
)
def test_resources(items: list[dict[str, Any]], found: dict[str, str]) -> None:
    """Resources are read as the data plane reads them."""
    assert prefixes(*items) == found


def test_folder() -> None:
    """The empty object that stands for a folder is no image of the resource whose origin it is."""
    found = resources([{"pk": "RESOURCE#*", "sk": "SETTINGS", "origin": {"prefix": "a"}}], BUCKET)
    assert of_original("a/", found).edge == ()
    assert of_original("ab", found).edge == ()
    assert of_original("a/b", found).derived == ("_default/b/@/",)
