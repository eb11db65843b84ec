"""That the other S3 is a judge, and what it is known to do otherwise than S3."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from imagestack.errors import StoreError
from imagestack.stores.clients import make_clients
from imagestack.stores.s3_derived import S3Derived
from tests.conftest import DERIVED
from tests.support.seaweedfs import Served

pytestmark = pytest.mark.xdist_group("seaweedfs")


def test_wrong_signature(seaweed: Served, seaweed_s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client with a wrong secret is refused; one with the right secret learns that there is no object."""
    assert S3Derived(seaweed_s3, DERIVED).get("a", 1) is None
    for name, value in seaweed.environment("another secret").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="SignatureDoesNotMatch"):
        S3Derived(make_clients().s3, DERIVED).get("a", 1)


def test_condition_on_what_is_gone(seaweed_s3: Any) -> None:
    """If-Match on a key that is not there is refused with 412, where S3 says 404: the adapter takes both for lost."""
    with pytest.raises(ClientError) as raised:
        seaweed_s3.put_object(Bucket=DERIVED, Key="gone", Body=b"late", IfMatch='"0123"')
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
