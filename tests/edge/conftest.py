"""Fixtures of the edge tests: the deployed functions."""

import pytest

from tests.support.edge import Function, deployed


@pytest.fixture(scope="session")
def viewer_request_function() -> Function:
    return Function(deployed("ViewerRequestFunction"))


@pytest.fixture(scope="session")
def viewer_response_function() -> Function:
    return Function(deployed("ViewerResponseFunction"))


@pytest.fixture(scope="session")
def object_request_function() -> Function:
    return Function(deployed("ObjectFunction"))
