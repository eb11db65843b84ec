"""Connections of the clients."""

import pytest
from botocore.exceptions import ClientError

from imagestack.stores.clients import make_clients
from tests.support.keeping import KeepingServer


@pytest.mark.usefixtures("aws")
def test_closed_clients_connect_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is used again until the clients are closed; then they work as before, over new ones."""
    with KeepingServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        clients = make_clients(secrets=True)
        for opened in (2, 4):
            for _ in range(2):
                with pytest.raises(ClientError, match="400"):
                    clients.s3.head_bucket(Bucket="bucket")
                with pytest.raises(ClientError):
                    clients.dynamodb.describe_table(TableName="table")
            assert (server.opened, server.open) == (opened, 2)
            clients.close()
            assert server.left(0)
