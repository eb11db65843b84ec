"""Refinements on the local stack: the same functions, a queue in between, and the front that picks the result up."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.support.images import encoded, photograph
from tests.support.serving import Serving, originals, serving, size, until

pytestmark = pytest.mark.xdist_group("refine")

AVIF = "image/avif"
# So that the front looks at it again soon; else it would after a minute.
SOON = {"edge_cache_settings": {"enabled": True, "value": "1s"}}
OPTION = {"enabled": True, "quality": 80, "avif_enabled": True, "refine": "all"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    files = dict.fromkeys(("soon/a.jpg", "late/a.jpg"), encoded(photograph(), quality=95))
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    # Rules that are there from the start: none that changes purges what the tests look at.
    items = [rule(1, "^/soon/", image_stack=OPTION, **SOON), rule(2, "^/late/", image_stack=OPTION)]
    rules = tmp_path_factory.mktemp("rules") / "rules.json"
    rules.write_text(json.dumps(items))
    with serving("--originals", str(folder), "--rules", str(rules)) as found:
        yield found


def rule(number: int, pattern: str, **options: Any) -> dict[str, Any]:
    return {"pk": "RESOURCE#*", "sk": f"RULE#{number}", "rule": pattern, "options": options}


def ask(stack: Serving, folder: str) -> httpx.Response:
    return stack.get(f"/{folder}/a.jpg?width=300", accept=AVIF)


def refined(stack: Serving, folder: str) -> bool:
    """Whether the bucket has a refined object of a folder's photograph."""
    s3 = stack.s3()
    found = s3.list_objects_v2(Bucket="derived", Prefix=f"_default/{folder}/").get("Contents", [])
    heads = [s3.head_object(Bucket="derived", Key=item["Key"]) for item in found]
    return any("refined" in head["Metadata"] for head in heads)


def test_smaller_bytes_reach_viewers(stack: Serving) -> None:
    """The first answer is there at once; some seconds later the front has the same picture in fewer bytes."""
    first = ask(stack, "soon")
    assert (first.status_code, first.headers["content-type"]) == (200, AVIF)

    def is_smaller() -> bool:
        return len(ask(stack, "soon").content) < len(first.content)

    until(is_smaller)
    after = ask(stack, "soon")
    assert size(after) == size(first)
    assert after.headers["content-type"] == AVIF
    assert after.headers["etag"] != first.headers["etag"]
    assert int(after.headers["x-img-score"]) > 50


def test_the_front_asks_again_after_a_minute(stack: Serving) -> None:
    """What awaits a refinement is kept for a minute; what the front gets afterwards is kept for a day."""
    first = ask(stack, "late")
    assert first.headers["cache-control"] == "public, max-age=86400, s-maxage=60"
    until(partial(refined, stack, "late"))
    kept = ask(stack, "late")
    assert (kept.content, kept.headers["x-cache"]) == (first.content, "Hit from cloudfront")
    stack.request("POST", "/_local/purge")
    after = ask(stack, "late")
    assert len(after.content) < len(first.content)
    assert after.headers["cache-control"] == "public, max-age=86400"
