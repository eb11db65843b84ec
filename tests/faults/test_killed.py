"""A refine function that is killed while it writes: viewers have the first result, and the message comes again."""

from collections.abc import Callable
from types import ModuleType

import pytest

from imagestack.refinement import Refinement, to_message
from tests.conftest import DERIVED, ORIGINALS
from tests.faults.conftest import Frail
from tests.support.context import Context
from tests.support.fault_proxy import Spoiled
from tests.support.images import jpeg
from tests.support.killed import after_it_is_done, before_it_is_done, killed


@pytest.mark.parametrize("how", [before_it_is_done, after_it_is_done])
def test_refine(frail: Frail, refine: ModuleType, how: Callable[[Spoiled], None]) -> None:
    """A derived object stays whole until a whole one replaces it, and further messages do not refine it again."""
    frail.site.put("a.jpg", jpeg(120, 90, 95))
    frail.site.rule(quality=80, refine="popular")
    first = frail.get("a.jpg", "width=60")
    [name] = frail.site.derived()
    etag = frail.site.s3.head_object(Bucket=ORIGINALS, Key="a.jpg")["ETag"]
    asked = Refinement("site.example", "a.jpg", "width=60", (), name, etag)
    record = {"messageId": "m", "body": to_message(asked), "eventSource": "aws:sqs"}
    killed("functions.refine.handler", [record], proxy=frail.proxy, pattern="^PUT /derived/", how=how)
    between = frail.get("a.jpg", "width=60")
    assert between.image.size == first.image.size
    assert (between.body == first.body) == (how is before_it_is_done)
    assert refine.handler({"Records": [record]}, Context(300, function_name="refine")) == {"batchItemFailures": []}
    after = frail.get("a.jpg", "width=60")
    assert len(after.body) < len(first.body)
    assert frail.site.derived() == [name]
    if how is after_it_is_done:
        assert after.body == between.body
    assert "refined" in frail.site.s3.head_object(Bucket=DERIVED, Key=name)["Metadata"]
