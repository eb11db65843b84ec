"""The list of a resource's originals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imagestack.control.aws.originals import BucketOriginals
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment


@pytest.fixture
def client(deployment: Deployment) -> Any:
    with deployment.http(deployment.token("viewer")) as client:
        yield client


@pytest.fixture
def base(deployment: Deployment) -> str:
    """A resource whose originals are below a prefix, with other objects beside it."""
    for key in ("shop/a.jpg", "shop/photos/1.jpg", "shop/photos/2 é.png", "shop/photos/notes.txt", "shop2/x.jpg"):
        deployment.original(key, b"12345")
    deployment.original("secret.jpg", b"1")
    with deployment.http(deployment.token("admin")) as admin:
        made = admin.post("/cdn/resources", json={"cname": HOST, "origin": f"{ORIGINALS}/shop"}).json()
    return f"/cdn/resources/{made['id']}/originals"


def paths(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [one["path"] for one in answer.json()["results"]]


def test_all(client: Any, base: str) -> None:
    """All keys below the origin are listed by path, in S3's order; no others are."""
    answer = client.get(base)
    assert paths(answer) == ["/a.jpg", "/photos/1.jpg", "/photos/2 é.png", "/photos/notes.txt"]
    assert answer.json()["next"] is None
    first = answer.json()["results"][0]
    assert first["bytes"] == 5
    updated = datetime.fromisoformat(first["updated"])
    assert timedelta(0) <= datetime.now(UTC) - updated < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("photos/", ["/photos/1.jpg", "/photos/2 é.png", "/photos/notes.txt"]),
        ("/photos/1", ["/photos/1.jpg"]),
        ("../secret", []),
        ("2/", []),
        ("/shop2/", []),
    ],
)
def test_prefix(client: Any, base: str, prefix: str, expected: list[str]) -> None:
    """The prefix filters paths, with or without the leading slash, and cannot leave the origin."""
    assert paths(client.get(base, params={"prefix": prefix})) == expected


def test_parts(client: Any, base: str) -> None:
    """Lists come in parts: `next` is the value for `after`, until there is no more."""
    found: list[str] = []
    after = ""
    while True:
        answer = client.get(base, params={"limit": 3, "after": after, "prefix": "/"})
        found += paths(answer)
        if answer.json()["next"] is None:
            break
        after = answer.json()["next"]
        assert after == found[-1]
    assert found == ["/a.jpg", "/photos/1.jpg", "/photos/2 é.png", "/photos/notes.txt"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"prefix": "a\x00"}, "prefix"),
        ({"after": "é" * 600}, "after"),
        ({"suffix": "a"}, "suffix"),
    ],
)
def test_refused(client: Any, base: str, query: dict[str, Any], field: str) -> None:
    """Invalid queries are refused with messages by field."""
    answer = client.get(base, params=query)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_no_resource(client: Any) -> None:
    """An unknown resource has no originals."""
    assert client.get("/cdn/resources/99/originals").status_code == 404


def test_a_bucket_that_does_not_answer(
    deployment: Deployment, client: Any, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the bucket fails or throttles, the response is 503 or 429 with Retry-After."""
    gone = BucketOriginals(lambda: deployment.s3, "no-such-bucket")
    monkeypatch.setattr(deployment.module.BACKENDS, "originals", gone)
    answer = client.get(base)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
