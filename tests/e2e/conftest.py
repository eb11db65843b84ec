"""The output of `sam build`, in Lambda's runtime; moto serves S3 and DynamoDB in a process of its own."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from bench.deployment import DERIVED, ORIGINALS, RULES, served, stores
from bench.emulated import Built, more_stores
from imagestack_local import template
from tests.conftest import pytest_terminal_summary as summary_of_skips
from tests.e2e.built import find
from tests.e2e.pool import Pool, pool
from tests.e2e.site import BOTH_FORMATS, Site

FIGURES: list[str] = []


@pytest.fixture(scope="session")
def figures() -> list[str]:
    """Lines that the summary ends with."""
    return FIGURES


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Report the figures, and loudly the tests that did not run."""
    yield from summary_of_skips(terminalreporter)
    for line in FIGURES:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def built() -> Built:
    """The built function, and its runtime."""
    return find()


@pytest.fixture(scope="session")
def settings() -> dict[str, Any]:
    """The function's properties in the template."""
    return template.read().properties("ImageFunction", "AWS::Serverless::Function")


@pytest.fixture(scope="session")
def memory(settings: dict[str, Any]) -> int:
    """The function's memory in megabytes."""
    return int(settings["MemorySize"])


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """A client of S3; the environment leads to the stores."""
    with served():
        client = stores()
        more_stores()
        boto3.resource("dynamodb").Table(RULES).put_item(Item=BOTH_FORMATS)
        yield client


@pytest.fixture
def clean(s3: Any) -> Any:
    """The client of S3, with nothing stored."""
    for bucket in (ORIGINALS, DERIVED):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", ()):
                s3.delete_object(Bucket=bucket, Key=item["Key"])
    return s3


@pytest.fixture(scope="session")
def shared_pool(built: Built, s3: Any, memory: int, settings: dict[str, Any], figures: list[str]) -> Iterator[Pool]:
    """Two functions that have started."""
    assert s3
    timeout = str(settings["Timeout"])
    with pool(built, 2, memory, TIMEOUT_SECONDS=timeout, AWS_LAMBDA_FUNCTION_TIMEOUT=timeout) as found:
        found.start()
        figures.append(f"Memory: {memory} MB by {found.all[0].limit.name}")
        yield found


@pytest.fixture
def site(shared_pool: Pool, clean: Any) -> Site:
    """A viewer of both functions, with nothing stored."""
    return Site(shared_pool, clean)
