"""SeaweedFS: an S3 that checks signatures, conditions and checksums, as moto does not."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from bench.ports import free_port
from tests.support.dynamodb_local import NotThereError

KEY, SECRET = "contract", "not-for-anybody-else"
START_SECONDS = 60
OPTIONS = (
    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.port.iceberg=0", "-master.telemetry=false"),
    *("-master.volumeSizeLimitMB=64", "-volume.max=50"),
)
# Tests that fail on it, by their names, because it differs from S3.
DIFFERENCES = {
    "test_remembered_skip[seaweedfs]": "the type application/octet-stream is not told",
    r"test_odd_headers[seaweedfs-'\\x7f']": "a header with a control character is refused",
    "test_missing[seaweedfs-a/]": "a key that ends in a slash is the one without",
}


@dataclass(frozen=True)
class Served:
    """The address of a server, and the environment variables that lead clients there."""

    address: str

    def environment(self, secret: str = SECRET) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": secret,
        }


@contextmanager
def seaweedfs() -> Iterator[Served]:
    """Run an empty server while the context lasts.

    Raises:
        NotThereError: SeaweedFS is not installed.
    """
    weed = shutil.which("weed")
    if weed is None:
        raise NotThereError("there is no weed on the path; make e2e installs it")
    with TemporaryDirectory() as folder:
        identities = Path(folder, "identities.json")
        credentials = [{"accessKey": KEY, "secretKey": SECRET}]
        everything = {"name": "contract", "credentials": credentials, "actions": ["Admin"]}
        identities.write_text(json.dumps({"identities": [everything]}), encoding="utf-8")
        # By default it takes further ports for gRPC, which may be in use.
        ports = {
            f"{name}.{kind}": free_port()
            for name in ("s3", "master", "volume", "filer")
            for kind in ("port", "port.grpc")
        }
        with Path(folder, "log").open("w+", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 - what `make e2e` has installed by its hash
                [
                    *(weed, "-logdir", folder, "server", f"-dir={folder}", f"-s3.config={identities}", *OPTIONS),
                    *(f"-{name}={port}" for name, port in ports.items()),
                ],
                cwd=folder,
                stdout=log,
                stderr=log,
            )
            try:
                _wait_for(f"http://127.0.0.1:{ports['s3.port']}/healthz", process, Path(folder, "log"))
                yield Served(f"http://127.0.0.1:{ports['s3.port']}")
            finally:
                # A graceful end takes long, and there is nothing to keep.
                process.kill()
                process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = monotonic() + START_SECONDS
    while process.poll() is None and monotonic() < until:
        try:
            urlopen(address, timeout=1).close()  # noqa: S310 - http, to this machine
        except (URLError, OSError):
            sleep(0.1)
        else:
            return
    raise AssertionError(f"SeaweedFS does not start: {log.read_text(encoding='utf-8').strip()[-2000:]}")
