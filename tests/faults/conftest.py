"""A real function whose stores are behind a proxy that spoils calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from types import ModuleType
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff

from imagestack.request.image_request import ORIGIN_SECRET_HEADER
from imagestack.serving.origin_secret import SECRET_TTL, OriginSecretCheck
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.stores.clients import Clients, make_clients, make_queue_client
from imagestack.stores.secrets_manager import ManagedSecret
from imagestack.stores.sqs_refinements import SqsRefinements
from tests.conftest import Reply, Site, http_event
from tests.support.fault_proxy import Fault, FaultProxy

# Of a function: its clients wait for 0.75 seconds, for calls that are not answered; for others long enough.
IMPATIENT, PATIENT = 5.0, 29.0
SECRET, SECRET_VALUE = "faults", "open sesame"


class Clock:
    """Monotonic seconds, as a test wants them."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Behind:
    """Clients of stores that are behind the proxy."""

    proxy: FaultProxy
    clients: Clients
    sqs: Any


@dataclass
class Frail:
    """A function that has just started, with a site and a secret, and whose stores may fail."""

    site: Site
    proxy: FaultProxy
    clock: Clock

    def get(self, key: str, query: str = "", accept: str = "*/*") -> Reply:
        """GET a key through the distribution."""
        return self.site.send(
            http_event(f"/{key}", query, headers={ORIGIN_SECRET_HEADER: SECRET_VALUE, "accept": accept})
        )

    def spoil(self, fault: Fault) -> None:
        """Do this to calls from now on."""
        self.proxy.spoil(fault)

    def heal(self) -> None:
        """All stores work again, and a minute passes, so that open circuits close."""
        self.proxy.heal()
        self.clock.now += 60


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried at once: how long botocore pauses is its own affair."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)


@pytest.fixture(scope="session")
def proxy(aws: str) -> Iterator[FaultProxy]:
    with FaultProxy.before(aws) as found:
        yield found


@pytest.fixture(scope="session")
def behind(proxy: FaultProxy) -> dict[float, Behind]:
    """By the timeout of the function."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.url)
        return {
            timeout: Behind(proxy, make_clients(timeout, secrets=True), make_queue_client(timeout))
            for timeout in (IMPATIENT, PATIENT)
        }


@pytest.fixture(scope="session")
def queue(aws: str) -> str:
    """The address of a queue of refinements."""
    assert aws
    found: str = make_queue_client().create_queue(QueueName="faults-refine")["QueueUrl"]
    return found


@pytest.fixture(scope="session")
def secret(aws: str) -> str:
    assert aws
    clients = make_clients(secrets=True)
    assert clients.secrets
    clients.secrets.create_secret(Name=SECRET, SecretString=SECRET_VALUE)
    return SECRET


@pytest.fixture
def timeout() -> float:
    """Of the function; a test may set another by `parametrize`."""
    return PATIENT


@pytest.fixture
def frail(
    site: Site,
    behind: dict[float, Behind],
    queue: str,
    secret: str,
    timeout: float,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Frail]:
    """A function that knows nothing yet."""
    found, clock = behind[timeout], Clock()
    assert found.clients.secrets
    throttle = RefinementThrottle(SqsRefinements(lambda: found.sqs, queue), monotonic)
    check = OriginSecretCheck(ManagedSecret(found.clients.secrets, secret), SECRET_TTL, clock)
    monkeypatch.setattr(site.module, "ORIGIN_SECRET_CHECK", check)
    monkeypatch.setattr(site.module, "PIPELINE", site.module.make_pipeline(found.clients))
    with site.pipeline(refinements=throttle):
        yield Frail(site, found.proxy, clock)
    found.proxy.heal()


@pytest.fixture
def refine(aws: str, behind: dict[float, Behind], timeout: float, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A refine function behind the proxy."""
    assert aws
    # The handler reads the environment when it is imported.
    import functions.refine.handler as found  # noqa: PLC0415

    monkeypatch.setattr(found, "REFINER", found.make_refiner(found.CONFIG, behind[timeout].clients))
    return found
