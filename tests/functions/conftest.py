"""A refine function, for tests that need one."""

from collections.abc import Iterator
from time import monotonic

import pytest

from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.stores.clients import make_queue_client
from imagestack.stores.sqs_refinements import SqsRefinements
from tests.conftest import Site
from tests.support.refinery import Refinery


@pytest.fixture(scope="module")
def served(aws: str) -> Iterator[Refinery]:
    """One function and one queue for all tests."""
    assert aws
    # The handler reads the environment when it is imported.
    import functions.refine.handler as module  # noqa: PLC0415

    sqs = make_queue_client()
    yield Refinery(module, sqs, sqs.create_queue(QueueName="functions-refine")["QueueUrl"])
    module.WORKERS.end()


@pytest.fixture
def refinery(site: Site, served: Refinery) -> Iterator[Refinery]:
    """An image function that requests refinements, and an empty queue."""
    served.messages()
    throttle = RefinementThrottle(SqsRefinements(lambda: served.sqs, served.url), monotonic)
    with site.pipeline(refinements=throttle):
        yield served
