"""Measure requests per second on hits: the local front against nginx's proxy_cache before the same handler.

    python -m bench.front [--seconds 5] [--rounds 3] [--connections 32] [--width 340]

The script needs wrk and nginx. The front is `imagestack serve`. nginx is one worker before `imagestack serve
--no-edge`; its cache lies in a temporary directory, keyed by address and Accept. Rounds alternate, so that other load
on the machine affects both. All servers listen at 127.0.0.1 and end with the script.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.common import head, table

_ACCEPT = "image/webp"
_READY = re.compile(r"^ready http://127\.0\.0\.1:(\d+)$")
_START_SECONDS = 60
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_NGINX = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=images:10m use_temp_path=off;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache images;
      proxy_cache_key $request_uri|$http_accept;
      proxy_cache_lock on;
      proxy_ignore_headers Vary;
      add_header X-Cache $upstream_cache_status;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Round:
    """Results of wrk: requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


@contextmanager
def imagestack(*options: str) -> Iterator[int]:
    """Run `imagestack serve`; yields its port."""
    command = [sys.executable, "-c", "from imagestack_local.main import app; app()", "serve", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--log-level", "warning", *options],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            found = (_READY.match(line) for line in process.stdout or ())
            yield int(next(match for match in found if match)[1])
        finally:
            process.terminate()


@contextmanager
def nginx(program: str, behind: int) -> Iterator[int]:
    """Run nginx with a cache before a port; yields its own port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        config = Path(folder, "nginx.conf")
        user = "user root;" if os.name == "posix" and os.geteuid() == 0 else ""
        config.write_text(_NGINX.format(folder=folder, port=port, behind=behind, user=user), encoding="utf-8")
        arguments = [program, "-c", str(config), "-p", folder, "-e", str(Path(folder, "error.log"))]
        with subprocess.Popen(arguments) as process:  # noqa: S603 - nginx from the PATH, configured here
            try:
                _wait(port)
                yield port
            finally:
                process.terminate()


def _wait(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                sys.exit(f"nothing answers at port {port}")
            time.sleep(0.05)
        else:
            return


def warm(port: int, path: str, word: str) -> int:
    """Request until the answer comes from the cache; returns its bytes."""
    for _ in range(5):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path, headers={"Accept": _ACCEPT})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if word in (response.headers["x-cache"] or ""):
            return len(body)
    sys.exit(f"port {port} does not answer {path} from its cache")


def measure(wrk: str, port: int, path: str, seconds: int, connections: int) -> Round:
    """Run one round of wrk; exits if there were errors."""
    arguments = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Accept: {_ACCEPT}"]
    command = [wrk, *arguments, f"http://127.0.0.1:{port}{path}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30)  # noqa: S603 - wrk from the PATH, configured here
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(done.stdout)
    times = {
        name: float(value) * _UNITS[unit]
        for name, value, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", done.stdout)
    }
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if rate is None:
        sys.exit(done.stdout)
    return Round(float(rate[1]), times["50"], times["99"])


def main() -> None:
    """Measure, then print a table of medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--connections", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--width", type=int, default=340, help="picture width (default: %(default)s, about 20 kB)")
    arguments = parser.parse_args()
    programs = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in ("wrk", "nginx")}
    missing = [name for name, found in programs.items() if found is None]
    if missing:
        sys.exit(f"This needs {' and '.join(missing)}; on Debian: apt-get install {' '.join(missing)}")
    path = f"/rocket.jpg?width={arguments.width}&fmt=webp"
    results: dict[str, list[Round]] = {"front": [], "nginx": []}
    with ExitStack() as context:
        ports = {"front": context.enter_context(imagestack())}
        behind = context.enter_context(imagestack("--no-edge"))
        ports["nginx"] = context.enter_context(nginx(str(programs["nginx"]), behind))
        sizes = {name: warm(port, path, "Hit" if name == "front" else "HIT") for name, port in ports.items()}
        for _ in range(arguments.rounds):
            for name, port in ports.items():
                found = measure(str(programs["wrk"]), port, path, arguments.seconds, arguments.connections)
                results[name].append(found)
    head("Hits: the local front and nginx")
    print(f"{sizes['front']:,} bytes, {arguments.connections} connections; medians of {arguments.rounds} rounds.\n")
    medians = {
        name: [median(getattr(one, what) for one in rounds) for what in ("rate", "p50", "p99")]
        for name, rounds in results.items()
    }
    rows = [(name, *(f"{value:,.1f}" for value in values)) for name, values in medians.items()]
    ratios = [ours / theirs for ours, theirs in zip(medians["front"], medians["nginx"], strict=True)]
    table(("", "requests/s", "p50 ms", "p99 ms"), [*rows, ("front / nginx", *(f"{ratio:.2f}" for ratio in ratios))])


if __name__ == "__main__":
    main()
