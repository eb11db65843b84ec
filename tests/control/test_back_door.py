"""The control function behind a distribution: direct requests are refused, and the distribution names the client."""

from time import monotonic

import pytest

from imagestack.serving.origin_secret import OriginSecretCheck
from tests.control.conftest import Deployment

HEADER = {"X-Origin-Secret": "the-proof"}


class Secrets:
    """A store of one secret."""

    def values(self) -> list[str]:
        return ["the-proof"]


@pytest.fixture
def behind(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment whose function requires the proof."""
    monkeypatch.setattr(deployment.module, "ORIGIN_SECRET_CHECK", OriginSecretCheck(Secrets(), 300, monotonic))
    return deployment


def test_the_proof(behind: Deployment) -> None:
    """A right token does not help a request that bypasses the distribution."""
    with behind.http(behind.token("admin")) as client:
        assert client.get("/cdn/resources").status_code == 403
        assert client.get("/cdn/resources", headers={"X-Origin-Secret": "wrong"}).status_code == 403
        assert client.get("/cdn/resources", headers=HEADER).status_code == 200


def test_failures_count_for_the_viewer(behind: Deployment) -> None:
    """Failures count for the client, not for the server of the distribution: other clients need not wait."""
    with behind.http(behind.token("viewer")) as client:
        guess = {**HEADER, "Authorization": "APIKey wrong-wrong-wrong-wrong", "X-Img-Viewer": "198.51.100.7"}
        answers = [client.get("/cdn/resources", headers=guess).status_code for _ in range(11)]
        assert answers == [401] * 10 + [429]
        assert client.get("/cdn/resources", headers={**HEADER, "X-Img-Viewer": "198.51.100.8"}).status_code == 200
        assert client.get("/cdn/resources", headers={**HEADER, "X-Img-Viewer": "198.51.100.7"}).status_code == 429
