"""Purges, as the control plane records them."""

import json
from functools import partial
from typing import Any

import pytest

from imagestack.control.jobs import PURGE
from imagestack.plan.derived_key import derived_prefix
from imagestack.sync.aws.derived import S3DerivedObjects
from tests.support.context import Context
from tests.sync.conftest import CONTROL, HOST, Deployment, sqs_record

MINE = [
    f"{HOST}/a.jpg/@/x.webp",
    f"{HOST}/a.jpgx/@/x.webp",
    f"{HOST}/b/c.jpg/@/x.webp",
    f"{HOST}/b/c/d.jpg/@/x.webp",
    f"{HOST}/bc.jpg/@/x.webp",
]
OTHERS = ["_default/a.jpg/@/x.webp", "x.example.com/a.jpg/@/x.webp"]


@pytest.mark.parametrize(
    ("body", "gone", "paths"),
    [
        ({"urls": ["/a.jpg"]}, [0], ["/a.jpg", "/a.jpg?*"]),
        ({"urls": ["/a.jpg?width=100", "/%61.jpg"]}, [0], ["/a.jpg", "/a.jpg?*"]),
        ({"paths": ["/a.jpg*"]}, [0, 1], ["/a.jpg*"]),
        ({"paths": ["/b/*"]}, [2, 3], ["/b/*"]),
        ({"paths": ["/b*"]}, [2, 3, 4], ["/b*"]),
        ({"paths": ["/b"]}, [2, 3], ["/b", "/b/*", "/b?*"]),
        ({"paths": ["/b/"]}, [2, 3], ["/b", "/b/*", "/b?*"]),
        ({"paths": ["/b/c*", "/a.jpg"]}, [0, 2, 3], ["/a.jpg", "/a.jpg/*", "/a.jpg?*", "/b/c*"]),
        ({"paths": ["/*"]}, [0, 1, 2, 3, 4], ["/*"]),
        ({"paths": ["/"]}, [0, 1, 2, 3, 4], ["/*"]),
        ({"paths": []}, [0, 1, 2, 3, 4], ["/*"]),
    ],
)
def test_what_is_purged(deployment: Deployment, body: Any, gone: list[int], paths: list[str]) -> None:
    """Derived objects and edge copies of the resource are removed; other names and resources stay."""
    deployment.put_derived(*MINE, *OTHERS)
    number = deployment.ask(PURGE, body)
    assert deployment.work(PURGE, number) == 1
    kept = [key for at, key in enumerate(MINE) if at not in gone]
    assert deployment.derived() == sorted([*kept, *OTHERS])
    assert deployment.cloudfront.paths == [paths]
    job = deployment.job(PURGE, number)
    assert job["status"] == "Successful"
    assert job["progress"] == {"derived": len(gone), "paths": len(paths), "of_paths": len(paths)}
    assert job["finished"] >= job["created"]
    assert "work" not in job


def test_all_hosts(deployment: Deployment) -> None:
    """The resource of all hosts has its own derived objects."""
    deployment.put_derived(*MINE, *OTHERS)
    number = deployment.ask(PURGE, {"paths": []}, "*")
    deployment.work(PURGE, number)
    assert deployment.derived() == sorted([*MINE, OTHERS[1]])


@pytest.mark.parametrize("text", ["ä@%/", "x" * 500 + "/", "ü" * 300])
def test_strange_patterns(deployment: Deployment, text: str) -> None:
    """A pattern matches everything below it, also if keys are escaped or cut."""
    keys = [f"{derived_prefix(HOST, f'{text}{end}')}x.webp" for end in ("a.jpg", "y" * 300 + ".jpg")]
    deployment.put_derived(*keys)
    number = deployment.ask(PURGE, {"paths": [f"/{text}*"]})
    deployment.work(PURGE, number)
    assert deployment.derived() == []


def test_in_steps(deployment: Deployment) -> None:
    """Several short invocations complete a purge; the counts are right, and the edge is purged once."""
    deployment.put_derived(*(f"{HOST}/{at:05}.jpg/@/x.webp" for at in range(25)))
    deployment.rebuild(S3DerivedObjects=partial(S3DerivedObjects, page=10))
    number = deployment.ask(PURGE, {"paths": []})
    assert deployment.handle(deployment.records(CONTROL)) == []
    counts = []
    for _ in range(3):
        # Time for one page, and none for the next.
        left = iter([100, 1])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Context, "get_remaining_time_in_millis", lambda _, left=left: next(left) * 1000)
            (record,) = deployment.received("jobs")
            assert deployment.handle([record]) == []
        counts.append(deployment.job(PURGE, number)["progress"]["derived"])
    assert counts == [10, 20, 25]
    assert deployment.derived() == []
    assert deployment.cloudfront.paths == [["/*"]]
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert deployment.received("jobs") == []


def test_no_time(deployment: Deployment) -> None:
    """An invocation without time for a page removes nothing, and the next one begins at the same place."""
    deployment.put_derived(*MINE)
    number = deployment.ask(PURGE, {"paths": []})
    assert deployment.handle(deployment.records(CONTROL)) == []
    deployment.seconds = 5
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.derived() == sorted(MINE)
    deployment.seconds = 120
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.job(PURGE, number)["progress"]["derived"] == len(MINE)


def test_in_progress(deployment: Deployment) -> None:
    """A purge ends when the edge has finished."""
    deployment.cloudfront.takes_time = True
    number = deployment.ask(PURGE, {"paths": ["/b/*"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    for _ in range(3):
        assert deployment.handle(deployment.received("jobs")) == []
        assert deployment.job(PURGE, number)["status"] == "In progress"
        assert deployment.delays[-1] == 5
    deployment.cloudfront.finish()
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert deployment.cloudfront.calls == 1


def test_quota(deployment: Deployment) -> None:
    """A hundred URLs are a hundred wildcards, of which CloudFront takes fifteen at a time."""
    deployment.cloudfront.takes_time = True
    number = deployment.ask(PURGE, {"urls": [f"/{at}.jpg" for at in range(100)]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    for _ in range(30):
        for record in deployment.received("jobs"):
            assert deployment.handle([record]) == []
        deployment.cloudfront.finish()
    assert deployment.job(PURGE, number)["status"] == "Successful"
    assert len(deployment.cloudfront.paths) == 10
    assert len({path for paths in deployment.cloudfront.paths for path in paths}) == 200
    assert 20 in deployment.delays


def test_twice(deployment: Deployment) -> None:
    """Repeated deliveries are done once, and counted once."""
    deployment.put_derived(*MINE)
    number = deployment.ask(PURGE, {"paths": ["/b/*"]})
    records = deployment.records(CONTROL)
    for _ in range(2):
        assert deployment.handle(records) == []
    messages = deployment.received("jobs")
    assert len(messages) == 2
    for message in messages * 2:
        assert deployment.handle([message]) == []
    assert deployment.job(PURGE, number)["progress"]["derived"] == 2
    assert deployment.cloudfront.calls == 1
    assert deployment.received("jobs") == []


def test_broken_off(deployment: Deployment) -> None:
    """A finished step whose next message was not sent continues when its own message is delivered again."""
    deployment.cloudfront.takes_time = True
    number = deployment.ask(PURGE, {"paths": ["/b/*"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    (first,) = deployment.received("jobs")
    assert deployment.handle([first]) == []
    deployment.received("jobs")  # lost
    deployment.cloudfront.finish()
    assert deployment.handle([first]) == []
    assert deployment.received("jobs") == []
    assert deployment.handle([sqs_record(first["body"], received=2)]) == []
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.job(PURGE, number)["status"] == "Successful"


def test_changes_of_jobs(deployment: Deployment) -> None:
    """Only a new job starts; its later changes and its deletion do not."""
    number = deployment.ask(PURGE, {"paths": []})
    deployment.work(PURGE, number)
    assert deployment.handle(deployment.records(CONTROL)) == []
    deployment.dynamodb.Table(CONTROL).delete_item(Key={"pk": "PURGE#0", "sk": f"{number:016}"})
    assert deployment.handle(deployment.records(CONTROL)) == []
    assert deployment.received("jobs") == []


def test_job_that_is_gone(deployment: Deployment) -> None:
    """An unknown job is ignored."""
    message = json.dumps({"job": {"kind": PURGE, "number": 99, "step": 0}})
    assert deployment.handle([sqs_record(message)]) == []


def test_failing_edge(deployment: Deployment) -> None:
    """A purge with a failing edge is retried, and fails after the fourth attempt."""
    deployment.put_derived(*MINE)
    number = deployment.ask(PURGE, {"paths": ["/b/*"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    deployment.cloudfront.failure = "AccessDenied"
    assert deployment.handle(deployment.received("jobs")) == []
    assert deployment.job(PURGE, number)["progress"] == {"derived": 2, "paths": 0, "of_paths": 1}
    (first,) = deployment.received("jobs")
    for received in (1, 2, 3):
        assert deployment.handle([sqs_record(first["body"], "m", received)]) == ["m"]
        assert deployment.job(PURGE, number)["status"] == "In progress"
    assert deployment.handle([sqs_record(first["body"], "m", 4)]) == []
    assert deployment.job(PURGE, number)["status"] == "Failed"
    message = str(deployment.job(PURGE, number)["message"])
    assert message.startswith("given up after 4 attempts: ")
    assert "AccessDenied" in message
