"""The back door: the API answers to the distribution only, and believes it only."""

import json
from collections.abc import Callable, Iterator

import boto3
import pytest

from imagestack.serving.origin_secret import OriginSecretCheck
from imagestack.stores.secrets_manager import ManagedSecret
from tests.conftest import BOTH, Site
from tests.support.images import jpeg

Rotate = Callable[[str], None]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rotate(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rotate]:
    """A deployment with a secret, `first`, in Secrets Manager; makes another one the current."""
    client = boto3.client("secretsmanager")
    name = client.create_secret(Name="origin", SecretString="first")["ARN"]
    monkeypatch.setattr(site.module, "ORIGIN_SECRET_CHECK", OriginSecretCheck(ManagedSecret(client, name), 300, clock))
    site.put("a.jpg", jpeg())

    def put(secret: str) -> None:
        client.put_secret_value(SecretId=name, SecretString=secret)

    yield put
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


@pytest.mark.usefixtures("rotate")
@pytest.mark.parametrize(
    "sent", [{}, {"x_origin_secret": ""}, {"x_origin_secret": "wrong"}, {"x_origin_secret": "First"}]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_direct_calls(site: Site, sent: dict[str, str], method: str, caplog: pytest.LogCaptureFixture) -> None:
    """If a request lacks the secret, the response is 403, is cached for seconds and is logged."""
    reply = site.ask("/a.jpg", method=method, **sent)
    assert reply.status == 403
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert json.loads(reply.body) == {"error": "forbidden"}
    [line] = [vars(record) for record in caplog.records if record.getMessage() == "request"]
    assert (line["status"], line["error"]) == (403, "forbidden")


def test_rotation(site: Site, rotate: Rotate, clock: Clock) -> None:
    """During a rotation the previous secret stays valid, and the one before it is refused."""

    def status(secret: str) -> int:
        return site.get("a.jpg", x_origin_secret=secret).status

    assert status("first") == 200
    rotate("second")
    assert status("first") == 200
    clock.now += 5
    assert (status("second"), status("first")) == (200, 200)
    clock.now += 5
    rotate("third")
    assert (status("third"), status("second"), status("first")) == (200, 200, 403)


@pytest.mark.usefixtures("rotate")
def test_what_the_edge_tells(site: Site) -> None:
    """The viewer's host and the formats that it accepts are believed with the secret."""
    site.rule(1, "*", webp_enabled=True)
    site.rule(1, "own.example", avif_enabled=True, webp_enabled=True)
    api = {"x_origin_secret": "first", "host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"}
    assert site.get("a.jpg", "", BOTH, **api).type == "image/webp"
    own = {**api, "x_forwarded_host": "own.example"}
    expected = {"none": "jpeg", "webp": "webp", "avif": "avif", "avif,webp": "avif", "webp,avif": "webp", "": "jpeg"}
    for reduced, kind in expected.items():
        assert site.get("a.jpg", "", BOTH, x_img_accept=reduced, **own).type == f"image/{kind}", reduced
    assert site.get("a.jpg", "fmt=webp,avif", x_img_accept="webp,avif", **own).type == "image/webp"


def test_what_others_tell(site: Site) -> None:
    """If the deployment has no secret, the function uses `Host` and `Accept` and ignores the edge's headers."""
    site.put("a.jpg", jpeg())
    site.rule(1, "own.example", avif_enabled=True)
    told = {"x_forwarded_host": "own.example", "x_img_accept": "avif", "x_origin_secret": "first"}
    assert site.get("a.jpg", "", "*/*", **told).type == "image/jpeg"
    assert site.get("a.jpg", "", "*/*", host="own.example", x_img_accept="avif").type == "image/jpeg"
    assert site.get("a.jpg", "", "image/avif", host="own.example", x_img_accept="none").type == "image/avif"
