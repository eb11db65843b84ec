"""The refine function while its stores fail: messages come again, and nothing is lost or done twice."""

from types import ModuleType

import pytest

from imagestack.refinement import Refinement, to_message
from tests.conftest import DERIVED, ORIGINALS
from tests.faults.conftest import IMPATIENT, PATIENT, Frail
from tests.support.context import Context
from tests.support.fault_kinds import FAULTS
from tests.support.fault_proxy import Fault
from tests.support.images import jpeg

CALLS = {
    "rules": "^Query ",
    "derived object": "^GET /derived/",
    "original": "^GET /originals/",
    "writing": "^PUT /derived/",
}
WHILE = [
    "no response",
    "connection reset",
    "carried out, but the response is lost",
    "body shorter than Content-Length",
    "403: access denied",
    "404: the object, table, queue or secret does not exist",
    "412: a condition is not met",
    "500",
    "throttled: 503 SlowDown, ProvisionedThroughputExceeded",
    "credentials have expired",
]
# What is gone, or was replaced meanwhile, needs no refinement.
OVER = {
    ("derived object", "404: the object, table, queue or secret does not exist"),
    ("original", "404: the object, table, queue or secret does not exist"),
    ("writing", "404: the object, table, queue or secret does not exist"),
    ("writing", "412: a condition is not met"),
}
CASES = [
    (call, fault)
    for call in CALLS
    for fault in WHILE
    # A write has no body, and a query no condition.
    if (call, fault) not in {("writing", WHILE[3]), ("rules", WHILE[6])}
]


@pytest.mark.parametrize(
    ("call", "fault", "timeout"),
    [(call, fault, IMPATIENT if fault == "no response" else PATIENT) for call, fault in CASES],
    ids=[f"{call}: {fault}" for call, fault in CASES],
)
def test_while_it_fails(frail: Frail, refine: ModuleType, call: str, fault: str) -> None:
    """The message comes again, unless there is nothing to do; viewers have the first result, and then a smaller one."""
    frail.site.put("a.jpg", jpeg(120, 90, 95))
    frail.site.rule(quality=80, refine="popular")
    first = frail.get("a.jpg", "width=60")
    [name] = frail.site.derived()
    etag = frail.site.s3.head_object(Bucket=ORIGINALS, Key="a.jpg")["ETag"]
    asked = Refinement("site.example", "a.jpg", "width=60", (), name, etag)
    record = {"messageId": "m", "body": to_message(asked), "eventSource": "aws:sqs"}

    def deliver() -> list[str]:
        answer = refine.handler({"Records": [record]}, Context(300, function_name="refine"))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    spoiling = Fault(CALLS[call], FAULTS[fault])
    frail.spoil(spoiling)
    over = (call, fault) in OVER
    assert deliver() == ([] if over else ["m"])
    assert spoiling.met
    frail.heal()
    if fault != "carried out, but the response is lost":
        assert frail.get("a.jpg", "width=60").body == first.body
    assert deliver() == []
    after = frail.get("a.jpg", "width=60")
    assert len(after.body) < len(first.body)
    assert after.image.size == first.image.size
    once = frail.site.s3.head_object(Bucket=DERIVED, Key=name)["LastModified"]
    assert deliver() == []
    assert frail.site.s3.head_object(Bucket=DERIVED, Key=name)["LastModified"] == once
