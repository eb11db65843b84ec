"""Previews: responses of the data plane, with rules that are not saved."""

import json
import os
import subprocess
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from PIL import Image

from imagestack.serving.origin_secret import OriginSecretCheck
from tests.conftest import BOTH, ORIGINALS, http_event
from tests.control.conftest import HOST, RULES, Deployment
from tests.control.test_back_door import HEADER, Secrets
from tests.support.context import Context
from tests.support.images import encoded, jpeg, photograph

WEBP = {"image_stack": {"enabled": True, "quality": 65, "webp_enabled": True}}
EVERYTHING = "/.*"
ROOT = Path(__file__).parents[2]


class Site:
    """A resource with originals, and a viewer's token."""

    def __init__(self, deployment: Deployment, client: httpx.Client) -> None:
        self.deployment = deployment
        self.client = client
        self.base = ""

    def ask(self, path: str = "/photos/cat.jpg", accept: str = BOTH, **body: Any) -> httpx.Response:
        """Request a preview."""
        return self.client.post(f"{self.base}/preview", json={"path": path, "accept": accept, **body})

    def preview(self, *args: Any, **body: Any) -> dict[str, Any]:
        """The answer of a successful preview."""
        answer = self.ask(*args, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def admin(self, method: str, path: str, body: Any) -> Any:
        """Send a request as an admin."""
        with self.deployment.http(self.deployment.token("admin")) as client:
            answer = client.request(method, f"{self.base}{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def rule(self, name: str = "stored", rule: str = EVERYTHING, **fields: Any) -> int:
        """Save a rule."""
        number: int = self.admin("POST", "/rules", {"name": name, "rule": rule, "ruleType": 0, **fields})["id"]
        return number


class Hurried(Context):
    """An invocation with one second for pixels beyond the reserve for the response."""

    def get_remaining_time_in_millis(self) -> int:
        return 4_000


@pytest.fixture
def site(deployment: Deployment) -> Any:
    deployment.original("shop/photos/cat.jpg", jpeg(), CacheControl="max-age=60")
    deployment.original("photos/beside.jpg", jpeg())
    with deployment.http(deployment.token("viewer")) as client:
        site = Site(deployment, client)
        resource = {"cname": HOST, "origin": f"{ORIGINALS}/shop"}
        with deployment.http(deployment.token("admin")) as admin:
            site.base = f"/cdn/resources/{admin.post('/cdn/resources', json=resource).json()['id']}"
        yield site


def test_a_draft(site: Site) -> None:
    """A draft answers like a saved rule.

    The format fits the browser, and the headers are the viewer's (docs/specification.md#section-7).
    """
    found = site.preview(rule={"id": None, "rule": r"/.*\.jpg$", "weight": None, "active": True, "options": WEBP})
    assert (found["status"], found["error"]) == (200, None)
    assert found["rule"] == {"id": None, "name": "", "draft": True}
    body = b64decode(found["body"])
    image = Image.open(BytesIO(body))
    assert (image.format, image.size) == ("WEBP", (400, 300))
    assert (found["width"], found["height"], found["bytes"]) == (400, 300, len(body))
    headers = found["headers"]
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Img-Operations"] == "convert"
    assert headers["X-Img-Origin-Size"] == str(len(jpeg()))
    assert headers["X-Img-Saved-Bytes"] == str(len(jpeg()) - len(body))
    assert headers["Vary"] == "Accept"
    assert headers["Content-Length"] == str(len(body))
    assert found["saved_percent"] == pytest.approx(100 * (1 - len(body) / len(jpeg())), abs=0.06)
    original = found["original"]
    assert (original["bytes"], original["content_type"]) == (len(jpeg()), "image/jpeg")
    assert (original["width"], original["height"]) == (400, 300)
    assert original["url"].startswith("/_original/shop/photos/cat.jpg")


def test_nothing_is_stored(site: Site) -> None:
    """Neither the draft nor its image is stored."""
    rules = site.deployment.items(RULES)
    buckets = {one["Name"] for one in site.deployment.s3.list_buckets()["Buckets"]}
    keys = [(name, site.deployment.s3.list_objects_v2(Bucket=name).get("KeyCount")) for name in sorted(buckets)]
    site.preview(rule={"rule": EVERYTHING, "options": WEBP})
    assert site.deployment.items(RULES) == rules
    assert keys == [(name, site.deployment.s3.list_objects_v2(Bucket=name).get("KeyCount")) for name in sorted(buckets)]
    assert site.preview()["rule"] is None


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [(BOTH, "image/avif"), ("image/webp,*/*", "image/webp"), ("", "image/jpeg"), ("*/*", "image/jpeg")],
)
def test_browsers(site: Site, accept: str, content_type: str) -> None:
    """Each class of browsers gets its own format (docs/specification.md#section-5)."""
    options = {"image_stack": {"enabled": True, "webp_enabled": True, "avif_enabled": True, "quality": 50}}
    found = site.preview("/photos/cat.jpg", accept, rule={"rule": EVERYTHING, "options": options})
    assert found["headers"]["Content-Type"] == content_type


def test_query(site: Site) -> None:
    """The query may request a size."""
    found = site.preview("/photos/cat.jpg?width=100", rule={"rule": EVERYTHING, "options": WEBP})
    assert (found["width"], found["height"]) == (100, 75)
    assert found["headers"]["X-Img-Operations"] == "resize convert"


def test_stored_rules(site: Site) -> None:
    """Without a draft the saved rules apply; without a matching rule, the resource's options."""
    assert site.preview()["headers"]["Content-Type"] == "image/jpeg"
    number = site.rule(options=WEBP)
    found = site.preview()
    assert found["rule"] == {"id": number, "name": "stored", "draft": False}
    assert found["headers"]["Content-Type"] == "image/webp"


def test_original_that_passes(site: Site) -> None:
    """An image that needs no work is the original itself."""
    found = site.preview()
    assert b64decode(found["body"]) == jpeg()
    assert (found["rule"], found["saved_percent"]) == (None, 0.0)
    assert found["headers"]["Cache-Control"].startswith("max-age=60")


def test_in_place_of_a_rule(site: Site) -> None:
    """A draft with an id replaces that rule: its pattern, its options and, if given, its weight."""
    first = site.rule("first", weight=1, options=WEBP)
    second = site.rule("second", weight=2)
    found = site.preview(rule={"id": first, "name": "new", "rule": EVERYTHING, "options": {}})
    assert found["rule"] == {"id": first, "name": "new", "draft": True}
    assert found["headers"]["Content-Type"] == "image/jpeg"
    found = site.preview(rule={"id": first, "rule": "/elsewhere/", "options": WEBP})
    assert found["rule"] == {"id": second, "name": "second", "draft": False}
    found = site.preview(rule={"id": first, "rule": EVERYTHING, "weight": 3})
    assert found["rule"] == {"id": second, "name": "second", "draft": False}
    found = site.preview(rule={"id": first, "rule": EVERYTHING, "active": False})
    assert found["rule"] == {"id": second, "name": "second", "draft": False}


def test_after_the_others(site: Site) -> None:
    """A new rule without a weight is matched last; with a weight, at its place."""
    number = site.rule(weight=5)
    assert site.preview(rule={"rule": EVERYTHING})["rule"] == {"id": number, "name": "stored", "draft": False}
    assert site.preview(rule={"rule": EVERYTHING, "weight": 4})["rule"] == {"id": None, "name": "", "draft": True}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/photos/none.jpg", 404),
        ("/../photos/beside.jpg", 400),
        ("/%2e%2e/photos/beside.jpg", 400),
        ("/photos/beside.jpg", 404),
        ("//photos/beside.jpg", 404),
        ("/a%00b.jpg", 400),
    ],
)
def test_failures_of_the_data_plane(site: Site, path: str, status: int) -> None:
    """A preview shows refusals of the data plane, and cannot leave the origin."""
    found = site.preview(path)
    assert (found["status"], found["body"], found["bytes"], found["original"]) == (status, None, 0, None)
    assert found["error"]
    assert found["headers"]["Content-Type"] == "application/json"


def test_a_resource_that_is_switched_off(site: Site) -> None:
    """The preview of an inactive resource shows that nothing is served."""
    site.admin("PATCH", "", {"active": False})
    found = site.preview()
    assert found["status"] >= 400
    assert found["body"] is None


def test_access_is_no_matter(site: Site) -> None:
    """Signed addresses and referrer rules do not restrict previews."""
    guards = {
        "secure_key": {"enabled": True, "key": "a-secret-key", "type": 2},
        "referrer_acl": {"enabled": True, "policy_type": "deny", "excepted_values": []},
    }
    number = site.rule(options={**WEBP, **guards})
    found = site.preview()
    assert (found["status"], found["rule"]["id"]) == (200, number)
    assert "a-secret-key" not in str(found)
    # As the API shows it to viewers.
    draft = {**WEBP, "secure_key": {"enabled": True, "key": None, "type": 2}}
    assert site.preview(rule={"id": number, "rule": EVERYTHING, "options": draft})["status"] == 200


@pytest.mark.parametrize(
    ("draft", "where"),
    [
        ({"rule": "no-slash"}, ["rule", "rule"]),
        ({"rule": "/("}, ["rule", "rule"]),
        ({}, ["rule", "rule"]),
        ({"rule": "/", "weight": "1"}, ["rule", "weight"]),
        ({"rule": "/", "options": {"image_stack": {"enabled": True, "quality": 101}}}, None),
        ({"rule": "/", "options": {"gzip_on": {"enabled": True}}}, ["rule", "options", "gzip_on"]),
    ],
)
def test_drafts_that_make_no_sense(site: Site, draft: dict[str, Any], where: list[str] | None) -> None:
    """If a draft is invalid, the response is a 400 with messages by field."""
    answer = site.ask(rule=draft)
    assert answer.status_code == 400
    messages = answer.json()
    for name in where or ["rule", "options", "image_stack", "quality"]:
        assert list(messages) == [name]
        messages = messages[name]
    assert all(isinstance(text, str) for text in messages)


def test_what_is_not_there(site: Site) -> None:
    """An unknown resource or rule has no preview."""
    assert site.ask(rule={"id": 12345, "rule": "/"}).status_code == 404
    site.base = "/cdn/resources/99"
    assert site.ask().status_code == 404


def test_large_bodies(site: Site) -> None:
    """A body over 4 MB is left out of the answer; the other fields stay."""
    noise = encoded(Image.effect_noise((2200, 2200), 100).convert("RGB"), quality=100, subsampling=0)
    assert len(noise) > 4_500_000
    site.deployment.original("shop/noise.jpg", noise)
    found = site.preview("/noise.jpg")
    assert (found["status"], found["body"], found["bytes"]) == (200, None, len(noise))
    assert (found["width"], found["original"]["width"]) == (2200, 2200)


def test_hand_written_rules(site: Site) -> None:
    """Rules with words for ids answer under their numbers in the API."""
    site.deployment.item(RULES, {"pk": f"RESOURCE#{HOST}", "sk": "RULE#word", "rule": EVERYTHING, "options": WEBP})
    (number,) = [rule["id"] for rule in site.client.get(f"{site.base}/rules").json()]
    assert site.preview()["rule"] == {"id": number, "name": "", "draft": False}
    found = site.preview(rule={"id": number, "rule": EVERYTHING})
    assert found["rule"] == {"id": number, "name": "", "draft": True}


def test_upright_sizes(site: Site) -> None:
    """Sizes are those of the upright image (docs/specification.md#section-3)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    site.deployment.original("shop/lies.jpg", encoded(photograph().resize((300, 200)), exif=exif))
    found = site.preview("/lies.jpg", rule={"rule": EVERYTHING, "options": WEBP})
    assert (found["original"]["width"], found["original"]["height"]) == (200, 300)
    assert (found["width"], found["height"]) == (200, 300)


def test_behind_the_distribution(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a distribution the original's address is signed."""
    monkeypatch.setattr(site.deployment.module, "ORIGIN_SECRET_CHECK", OriginSecretCheck(Secrets(), 300, monotonic))
    answer = site.client.post(f"{site.base}/preview", json={"path": "/photos/cat.jpg"}, headers=HEADER)
    url = httpx.URL(answer.json()["original"]["url"])
    assert url.path == "/_original/shop/photos/cat.jpg"
    assert set(url.params) == {"v", "e", "s"}
    assert "the-proof" not in answer.text


def test_the_codecs_are_not_there_before(aws: str) -> None:
    """Codecs are loaded with the first preview, not by other calls."""
    script = "import sys, functions.control.handler; print({'PIL', 'pillow_avif'} & set(sys.modules))"
    environment = {**os.environ, "ORIGINALS_BUCKET": ORIGINALS, "RULES_TABLE": RULES, "CONTROL_TABLE": "control"}
    assert aws
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - it runs what is under test
    assert done.stdout == "set()\n"


def test_what_is_left_of_an_invocation(site: Site) -> None:
    """A preview may use the remaining time except a reserve for the response, as a viewer's request does."""
    event = http_event(f"{site.base}/preview", method="POST")
    event["headers"] |= {"authorization": site.client.headers["authorization"], "content-type": "application/json"}
    draft = {"id": None, "rule": EVERYTHING, "weight": None, "active": True, "options": WEBP}
    event["body"] = json.dumps({"path": "/photos/cat.jpg?width=200", "accept": BOTH, "rule": draft})
    found = json.loads(site.deployment.module.handler(event, Hurried())["body"])
    assert (found["headers"]["X-Img-Operations"], found["width"]) == ("resize convert", 200)
