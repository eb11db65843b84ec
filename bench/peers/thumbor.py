"""thumbor: its real server, measured over HTTP."""

import os
import socket
import subprocess
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from bench.peers.jobs import Job, PeerError
from bench.peers.process import Measured

_START_SECONDS, _ANSWER_SECONDS = 60, 900
# It stores no results: each job counts as the first of its photograph.
_CONFIG = """
LOADER = 'thumbor.loaders.file_loader'
FILE_LOADER_ROOT_PATH = {folder!r}
STORAGE = 'thumbor.storages.no_storage'
RESPECT_ORIENTATION = True
"""
_VERSION = (
    "import PIL; from importlib.metadata import version; "
    "print(f\"thumbor {version('thumbor')} (Pillow {PIL.__version__})\")"
)


class Thumbor(Measured):
    """A server that reads a folder of photographs."""

    def __init__(self, environment: Path, photographs: Path) -> None:
        """Start the server at a free port of this machine.

        Args:
            environment: a virtual environment that has thumbor.
            photographs: the folder.
        """
        command = [str(environment / "bin" / "python"), "-c", _VERSION]
        self.version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our environment
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._folder = TemporaryDirectory()
        config = Path(self._folder.name, "thumbor.conf")
        config.write_text(_CONFIG.format(folder=str(photographs)), encoding="utf-8")
        program = str(environment / "bin" / "thumbor")
        arguments = ["--ip", "127.0.0.1", "--port", str(self._port), "--conf", str(config), "--log-level", "error"]
        super().__init__([program, *arguments], dict(os.environ))
        self._wait()

    def ask(self, job: Job, output: Path) -> None:
        """See `Measured`."""
        size = f"{job.case.width}x0/" if job.case.width else ""
        quality = "" if job.number is None else f":quality({job.number})"
        filters = f"filters:format({job.encoder.format}){quality}"
        body, kind = self._get(f"/unsafe/{size}{filters}/{quote(job.case.photograph.name)}")
        if kind != f"image/{job.encoder.format}":
            raise PeerError(f"the answer has content type {kind}")
        output.write_bytes(body)

    def close(self) -> None:
        """See `Measured`."""
        super().close()
        self._folder.cleanup()

    def _get(self, path: str) -> tuple[bytes, str]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            raise PeerError(f"{type(error).__name__}: {error}; {self.said()}") from error
        finally:
            connection.close()
        if response.status != 200:  # noqa: PLR2004 - OK
            raise PeerError(f"the answer has status {response.status}")
        return body, response.headers.get_content_type()

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._get("/healthcheck")
            except PeerError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.close()
                    raise
                time.sleep(0.05)
            else:
                return
