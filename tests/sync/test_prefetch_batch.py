"""Prefetches of whole buckets: the input of the state machine, and the function's work."""

from types import ModuleType
from typing import Any

import pytest

from imagestack.config import ConfigError
from imagestack.request.accept import accepted_formats
from imagestack.sync.prefetch_batch import read_batch
from imagestack_local import template
from tests.support.context import Context
from tests.sync.conftest import Site

MACHINE = template.read().properties("PrefetchMachine", "AWS::Serverless::StateMachine")["Definition"]["States"]
DEFAULTS = MACHINE["Defaults"]["Result"]


def event(*keys: str, **told: Any) -> dict[str, Any]:
    """An input that Step Functions makes of a listing (developer guide, "ItemBatcher"), with the machine's defaults."""
    settled = {**DEFAULTS, **told}
    selected = MACHINE["Originals"]["ItemBatcher"]["BatchInput"]
    batch_input = {name.removesuffix(".$"): settled[path.removeprefix("$.")] for name, path in selected.items()}
    items = [{"Etag": '"1"', "Key": key, "LastModified": 1668699881.0, "Size": 1, "StorageClass": "S"} for key in keys]
    return {"BatchInput": batch_input, "Items": items}


@pytest.fixture
def function(site_server: Site, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, whose public address is the site's."""
    monkeypatch.setenv("PUBLIC_URL", site_server.url)
    # The handler reads the environment when it is imported.
    import functions.prefetch.handler as module  # noqa: PLC0415

    monkeypatch.setattr(module, "RATE", 1_000)
    monkeypatch.setattr(module, "WARMER", module.make_warmer())
    site_server.requests.clear()
    site_server.statuses.clear()
    return module


def test_every_original_is_asked_for_by_each_class() -> None:
    """Each original is requested with each query; folders are skipped; names are percent-encoded."""
    batch = read_batch(event("a b.jpg", "folder/", "folder/ü?.jpg", queries=["", "?width=100", "quality=1"]))
    assert batch.host == "*"
    assert {path for path, _ in batch.wanted} == {
        name + query for name in ("/a%20b.jpg", "/folder/%C3%BC%3F.jpg") for query in ("", "?width=100", "?quality=1")
    }
    by_path = [accepted_formats(accept) for path, accept in batch.wanted if path == "/a%20b.jpg"]
    assert sorted(by_path) == [(), ("avif", "webp"), ("webp",)]


def test_prefix_of_the_resource() -> None:
    """Originals below the prefix are requested without it; others belong to another resource."""
    batch = read_batch(event("shop/", "shop/a.jpg", "other/b.jpg", origin_prefix="shop/", browsers=["webp"]))
    assert [path for path, _ in batch.wanted] == ["/a.jpg"]


@pytest.mark.parametrize(
    ("told", "said"), [({"browsers": ["netscape"]}, "netscape"), ({"queries": 5}, "int"), ({"browsers": None}, "None")]
)
def test_an_input_that_makes_no_sense_is_told(told: dict[str, Any], said: str) -> None:
    """An invalid input raises an error that the operator sees in the execution."""
    with pytest.raises(ValueError, match=said):
        read_batch(event("a.jpg", **told))


def test_all_of_a_batch_is_asked_for(function: ModuleType, site_server: Site) -> None:
    """Requests go to the public address with the resource's host; failures are counted and do not stop the others."""
    site_server.statuses = {"/missing.jpg": 404}
    answer = function.handler(event("a.jpg", "missing.jpg", host="images.example.com"), Context(120))
    assert answer == {"done": 3, "failed": 3}
    assert len(site_server.requests) == 6
    assert {host for host, _, _ in site_server.requests} == {"images.example.com"}


def test_a_batch_that_does_not_fit_comes_again(function: ModuleType, site_server: Site) -> None:
    """If the time runs out the function fails, so that the state machine retries."""
    with pytest.raises(function.UnfinishedError, match="8 of 12 were asked for"):
        function.handler(event("a.jpg", "b.jpg", "c.jpg", "d.jpg"), Context(50))
    assert len(site_server.requests) == 8


def test_without_an_address(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a public address the function does not start."""
    monkeypatch.delenv("PUBLIC_URL")
    with pytest.raises(ConfigError, match="PUBLIC_URL"):
        function.make_warmer()
