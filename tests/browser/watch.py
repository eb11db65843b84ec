"""What goes wrong in a page while a test uses it: each of it fails the test."""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  tellViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))
"""
# The browser's own line for an answer that is an error, which is looked at as an answer.
_ANSWER = re.compile(r"Failed to load resource: the server responded with a status of ")
_ABORTED = "net::ERR_ABORTED"


class Watch:
    """Listens to all pages of a context.

    Attributes:
        problems: what went wrong.
        expected: statuses of answers that the test provokes.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.problems: list[str] = []
        self.expected: set[int] = set()
        self._origin = urlsplit(origin).netloc
        context.expose_function("tellViolation", lambda text: self.problems.append(f"policy: {text}"))
        context.add_init_script(_VIOLATIONS)
        context.on("page", self._follow)

    def _follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("requestfailed", self._request_failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _ANSWER.match(message.text):
            self.problems.append(f"console: {message.text}")

    def _request_failed(self, request: Request) -> None:
        # A page that is left cancels its requests.
        if request.failure != _ABORTED:
            self.problems.append(f"request: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if urlsplit(response.url).netloc not in {self._origin, ""}:
            self.problems.append(f"another host: {response.url}")
        if response.status >= HTTPStatus.BAD_REQUEST and response.status not in self.expected:
            self.problems.append(f"answer: {response.status} {response.request.method} {response.url}")
