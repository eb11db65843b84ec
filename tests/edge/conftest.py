"""The functions of the edge."""

import pytest

from tests.support.edge import Function
from tools import edge_code


@pytest.fixture(scope="session")
def viewer_request_function() -> Function:
    return Function(edge_code.FUNCTIONS["ViewerRequestFunction"])


@pytest.fixture(scope="session")
def viewer_response_function() -> Function:
    return Function(edge_code.FUNCTIONS["ViewerResponseFunction"])


@pytest.fixture(scope="session")
def object_request_function() -> Function:
    return Function(edge_code.FUNCTIONS["ObjectFunction"])
