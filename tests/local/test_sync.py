"""Changes reach viewers through the front: rules, originals, and purges that an operator asks for."""

import re
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.support.images import jpeg
from tests.support.plain import PLAIN
from tests.support.serving import Serving, originals, serving, size, until

pytestmark = pytest.mark.xdist_group("sync")

AVIF = "image/avif,image/webp"
PHOTOS = ("a.jpg", "folder/b.jpg", "folder/c.jpg", "other/d.jpg")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = originals(tmp_path_factory.mktemp("originals"), {name: jpeg(320, 240) for name in PHOTOS})
    with serving("--originals", str(folder)) as found:
        yield found


@pytest.fixture
def api(stack: Serving) -> Iterator[httpx.Client]:
    token = re.search(r"^token (\S+)$", "\n".join(stack.lines), re.MULTILINE)
    assert token
    headers = {"Authorization": f"APIKey {token[1]}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=60, verify=PLAIN) as client:
        yield client


def resource(api: httpx.Client) -> str:
    (found,) = api.get("/cdn/resources").json()
    return f"/cdn/resources/{found['id']}"


def kept(stack: Serving, path: str) -> bool:
    """Whether the front answers from what it keeps."""
    return stack.get(path, accept=AVIF).headers["x-cache"] == "Hit from cloudfront"


def keep(stack: Serving, *paths: str) -> None:
    """Ask until the front has them: the event of an original that was put just before may still purge it."""
    for path in paths:
        until(partial(kept, stack, path))


def derived(stack: Serving, beginning: str) -> list[str]:
    page = stack.s3().list_objects_v2(Bucket="derived", Prefix=f"_default/{beginning}")
    return [item["Key"] for item in page.get("Contents", [])]


def done(api: httpx.Client, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a job and wait for its end."""
    number = api.post(f"{resource(api)}/{kind}", json=body).json()[f"{kind}_id"]

    def found() -> dict[str, Any]:
        return next(job for job in api.get(f"/cdn/{kind}_statuses").json() if job[f"{kind}_id"] == number)

    until(lambda: found()["status"] != "In progress")
    return found()


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ({"urls": ["/folder/b.jpg"]}, {"folder/b.jpg"}),
        ({"paths": ["/folder/*"]}, {"folder/b.jpg", "folder/c.jpg"}),
        ({"paths": []}, set(PHOTOS)),
    ],
    ids=["url", "pattern", "all"],
)
def test_purge(stack: Serving, api: httpx.Client, body: dict[str, Any], gone: set[str]) -> None:
    """Once a purge is reported as done, the front and the derived bucket have no form of the image."""
    for name in PHOTOS:
        keep(stack, f"/{name}", f"/{name}?width=100")
        assert len(derived(stack, name)) == 2
    assert done(api, "purge", body)["status"] == "Successful"
    for name in PHOTOS:
        assert len(derived(stack, name)) == (0 if name in gone else 2)
    for name in PHOTOS:
        assert {kept(stack, f"/{name}"), kept(stack, f"/{name}?width=100")} == {name not in gone}


def test_prefetch(stack: Serving, api: httpx.Client) -> None:
    """Afterwards each browser class finds its image at the front."""
    assert done(api, "prefetch", {"paths": ["/other/d.jpg?width=77"]})["status"] == "Successful"
    for accept in (AVIF, "image/webp", "*/*"):
        assert stack.get("/other/d.jpg?width=77", accept=accept).headers["x-cache"] == "Hit from cloudfront"


def test_a_prefetch_of_what_is_not_there_fails(api: httpx.Client) -> None:
    """It ends, and its status is `Failed`."""
    assert done(api, "prefetch", {"paths": ["/missing.jpg"]})["status"] == "Failed"


def test_replaced_original(stack: Serving) -> None:
    """Its derived forms are purged at the front and in the bucket, and no other image is."""
    keep(stack, "/a.jpg", "/a.jpg?width=50", "/folder/b.jpg")
    stack.s3().put_object(Bucket="originals", Key="a.jpg", Body=jpeg(90, 60), ContentType="image/jpeg")
    until(lambda: not kept(stack, "/a.jpg?width=50"), seconds=10)
    assert size(stack.get("/a.jpg", accept="*/*")) == (90, 60)
    assert kept(stack, "/folder/b.jpg")


def test_deleted_original(stack: Serving) -> None:
    """Neither the front nor the bucket has it any more."""
    stack.s3().put_object(Bucket="originals", Key="soon.jpg", Body=jpeg(90, 60), ContentType="image/jpeg")
    keep(stack, "/soon.jpg?width=40")
    stack.s3().delete_object(Bucket="originals", Key="soon.jpg")
    until(lambda: stack.get("/soon.jpg?width=40", accept=AVIF).status_code == 404, seconds=10)
    until(lambda: derived(stack, "soon.jpg") == [], seconds=10)


def test_a_saved_rule_reaches_viewers(stack: Serving, api: httpx.Client) -> None:
    """By the API; what another pattern decides about stays kept."""
    rule = {"name": "Folder", "rule": "^/folder/", "ruleType": 0, "weight": -1}
    rule["options"] = {"image_stack": {"enabled": True, "quality": 10, "webp_enabled": True}}
    keep(stack, "/folder/b.jpg", "/other/d.jpg")
    made = api.post(f"{resource(api)}/rules", json=rule).json()
    started = time.monotonic()
    until(lambda: stack.get("/folder/b.jpg", accept=AVIF).headers["content-type"] == "image/webp", seconds=10)
    assert time.monotonic() - started < 10  # What the operator is promised; it takes a fraction of it.
    assert kept(stack, "/other/d.jpg")
    api.patch(f"{resource(api)}/rules/{made['id']}", json={"active": False})
    until(lambda: stack.get("/folder/b.jpg", accept=AVIF).headers["content-type"] == "image/avif", seconds=10)
