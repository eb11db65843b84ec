"""A CloudFront with a quota of concurrent invalidations, which moto's lacks."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree as ET

from tests.support.listening import Listening

_NS = "http://cloudfront.amazonaws.com/doc/2020-05-31/"


class QuotaCloudFront(Listening):
    """Invalidations of any distribution, over HTTP.

    Attributes:
        invalidations: Caller reference and paths, in order.
        calls: Requests for an invalidation, with refused and repeated ones.
        in_progress: Ids of unfinished invalidations.
        takes_time: Whether new invalidations stay in progress until `finish`.
        failure: AWS's code of an error for every request; empty for none.
    """

    def __init__(self) -> None:
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), self._handler()))
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.invalidations: list[tuple[str, list[str]]] = []
        self.calls = 0
        self.in_progress: set[int] = set()
        self.takes_time = False
        self.failure = ""

    @property
    def paths(self) -> list[list[str]]:
        """The paths of each invalidation, sorted."""
        return [sorted(paths) for _, paths in self.invalidations]

    def finish(self) -> None:
        """Complete all invalidations."""
        self.in_progress.clear()

    def create(self, body: bytes) -> tuple[int, str]:
        """Status and body of the answer to CreateInvalidation."""
        self.calls += 1
        root = ET.fromstring(body)  # noqa: S314 - made by the client under test
        told = root.findtext(f"{{{_NS}}}CallerReference") or ""
        paths = [item.text or "" for item in root.iter(f"{{{_NS}}}Path")]
        if self.failure:
            return 400, error(self.failure)
        for number, (known, same) in enumerate(self.invalidations):
            if known == told:
                assert same == paths
                return 201, self.answer(number)
        now = [path for number in self.in_progress for path in self.invalidations[number][1]] + paths
        if sum(path.endswith("*") for path in now) > 15 or sum(not path.endswith("*") for path in now) > 3_000:
            return 400, error("TooManyInvalidationsInProgress")
        self.invalidations.append((told, paths))
        number = len(self.invalidations) - 1
        if self.takes_time:
            self.in_progress.add(number)
        return 201, self.answer(number)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of the answer to GetInvalidation."""
        return 200, self.answer(int(path.rpartition("/")[2].removeprefix("I")))

    def answer(self, number: int) -> str:
        """An invalidation as XML."""
        told, paths = self.invalidations[number]
        status = "InProgress" if number in self.in_progress else "Completed"
        items = "".join(f"<Path>{path.replace('&', '&amp;')}</Path>" for path in paths)
        return (
            f'<Invalidation xmlns="{_NS}"><Id>I{number}</Id><Status>{status}</Status>'
            f"<CreateTime>2026-01-01T00:00:00Z</CreateTime><InvalidationBatch><Paths><Quantity>{len(paths)}</Quantity>"
            f"<Items>{items}</Items></Paths><CallerReference>{told}</CallerReference></InvalidationBatch></Invalidation>"
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        quota = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.reply(*quota.create(self.rfile.read(int(self.headers["Content-Length"]))))

            def do_GET(self) -> None:
                self.reply(*quota.get(self.path))

            def reply(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                """Do not log requests."""

        return Handler


def error(code: str) -> str:
    return f'<ErrorResponse xmlns="{_NS}"><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>'
