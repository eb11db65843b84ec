"""DynamoDB for the tests of the control plane."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from imagestack_local.aws.transactions import make_fast

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Log no requests."""


def one_at_a_time(application: Wsgi) -> Wsgi:
    """Wrap an application so that it serves one request after another.

    moto undoes a failed transaction by restoring the whole table, which loses what other clients wrote meanwhile.
    """
    lock = Lock()

    def locked(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with lock:
            return list(application(environment, start))

    return locked


@contextmanager
def moto() -> Iterator[str]:
    """The address of a DynamoDB with isolated transactions, as in AWS."""
    make_fast()
    application = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def make_table(client: Any, name: str) -> None:
    """Create a table with the keys that the template has."""
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
