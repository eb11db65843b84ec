"""Behind the distribution: nobody comes in beside it, and it tells whose request it is."""

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
    """A deployment whose function asks for the proof."""
    monkeypatch.setattr(deployment.module, "ORIGIN_SECRET_CHECK", OriginSecretCheck(Secrets(), 300, monotonic))
    return deployment


def test_the_proof(behind: Deployment) -> None:
    """A right token does not help whoever comes in beside the distribution."""
    with behind.http(behind.token("admin")) as client:
        assert client.get("/cdn/resources").status_code == 403
        assert client.get("/cdn/resources", headers={"X-Origin-Secret": "wrong"}).status_code == 403
        assert client.get("/cdn/resources", headers=HEADER).status_code == 200


def test_failures_count_for_the_viewer(behind: Deployment) -> None:
    """Many callers come from one server of the distribution: the one who guesses waits, the others do not."""
    with behind.http(behind.token("viewer")) as client:
        guess = {**HEADER, "Authorization": "APIKey wrong-wrong-wrong-wrong", "X-Img-Viewer": "198.51.100.7"}
        answers = [client.get("/cdn/resources", headers=guess).status_code for _ in range(11)]
        assert answers == [401] * 10 + [429]
        assert client.get("/cdn/resources", headers={**HEADER, "X-Img-Viewer": "198.51.100.8"}).status_code == 200
        assert client.get("/cdn/resources", headers={**HEADER, "X-Img-Viewer": "198.51.100.7"}).status_code == 429
