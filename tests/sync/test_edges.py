"""Invalidators, and the viewer."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from imagestack.sync.aws.cloudfront import CloudFront
from imagestack.sync.aws.viewer import HttpViewer
from imagestack.sync.ports import InProcessInvalidator, Invalidator, NoInvalidator
from tests.support.faulty_server import closed_port

Maker = Callable[[], Invalidator]


@pytest.fixture
def cloudfront(aws: str) -> tuple[Any, str]:
    """Moto's CloudFront, and a distribution."""
    client = boto3.client("cloudfront", endpoint_url=aws)
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": "tests",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "api",
                        "DomainName": "api.example.com",
                        "CustomOriginConfig": {
                            "HTTPPort": 80,
                            "HTTPSPort": 443,
                            "OriginProtocolPolicy": "https-only",
                        },
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "api",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )
    return client, made["Distribution"]["Id"]


def test_cloudfront(cloudfront: tuple[Any, str]) -> None:
    """CloudFront gets the paths and the reference, and reports completion."""
    client, distribution = cloudfront
    edge = CloudFront(client, distribution)
    ticket = edge.invalidate(["/a", "/b*"], "one")
    assert edge.is_done(ticket)
    batch = client.get_invalidation(DistributionId=distribution, Id=ticket)["Invalidation"]["InvalidationBatch"]
    assert sorted(batch["Paths"]["Items"]) == ["/a", "/b*"]
    assert batch["CallerReference"] == "one"


def test_within_the_process() -> None:
    """An in-process invalidator is done when its call returns; without an edge there is nothing to do."""
    told: list[str] = []
    called = InProcessInvalidator(told.extend)
    assert called.is_done(called.invalidate(["/a", "/b*"], "one"))
    assert told == ["/a", "/b*"]
    assert NoInvalidator().is_done(NoInvalidator().invalidate(["/a"], "one"))


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A TLS address with a certificate for images.example.com only, and the hosts that clients named."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("images.example.com")]), critical=False)
        .sign(key, SHA256())
    )
    pem = tmp_path / "pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Do not log requests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", hosts
    server.shutdown()
    thread.join()
    server.server_close()


def test_viewer_with_tls(secured: tuple[str, list[str]]) -> None:
    """The connection goes to the public address, and TLS names the resource's host."""
    url, hosts = secured
    viewer = HttpViewer(url, 1)
    assert viewer.fetch_status("images.example.com", "/a", "*/*") == 200
    assert hosts == ["images.example.com"]


def test_viewer_finds_nobody() -> None:
    """An address without a server gives status 0."""
    assert HttpViewer(closed_port(), 1).fetch_status("*", "/a", "*/*") == 0
