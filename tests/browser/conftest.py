"""The console of a running local stack in a real browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser import accessibility
from tests.browser.watch import Watch
from tests.local.conftest import Serving, originals, serving
from tests.support.images import encoded, photograph, png
from tests.support.plain import PLAIN

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "images" / "console"
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
BUCKET = "originals"
NUMBERS = count(1)
SECONDS = 30
"""Timeout of a step, long enough for a busy machine."""


def chromium() -> str | None:
    """The browser's path: `CHROMIUM`, or the one of the system."""
    usual = "/usr/bin/chromium"
    return os.environ.get("CHROMIUM") or (usual if Path(usual).exists() else shutil.which("chromium"))


@dataclass(frozen=True)
class Stack:
    """A running local stack, with a client of its API as an administrator."""

    serving: Serving
    token: str
    http: httpx.Client

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the API; returns the answer, and fails on an error status."""
        answer = self.http.request(method, f"/cdn{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def token_of(self, role: str) -> str:
        """Create a token; returns its text."""
        text: str = self.api("POST", "/tokens", {"name": f"a {role}", "role": role})["token"]
        return text

    def image(self, host: str, path: str, accept: str = "*/*") -> httpx.Response:
        """Fetch an image as a viewer."""
        return self.serving.get(path, Host=host, Accept=accept)


@dataclass(frozen=True)
class Resource:
    """A resource that belongs to one test."""

    stack: Stack
    id: int
    host: str

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rules of the resource, from the API."""
        found: list[dict[str, Any]] = self.stack.api("GET", f"/resources/{self.id}/rules")
        return found

    def add(self, name: str, **fields: Any) -> int:
        """Add a rule."""
        body = {"name": name, "rule": "/.*", "ruleType": 0, "options": {}, **fields}
        return int(self.stack.api("POST", f"/resources/{self.id}/rules", body)["id"])


@dataclass
class Console:
    """A user at the console, in a browser context of its own."""

    page: Page
    stack: Stack
    watch: Watch
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"{self.stack.serving.url}/console/"

    def open(self, address: str = "#/resources") -> None:
        """Go to a page of the console."""
        self.page.goto(self.url + address)

    def sign_in(self, token: str | None = None, address: str = "#/resources") -> None:
        """Go to a page of the console and sign in on the way."""
        self.open(address)
        self.page.get_by_label("Token", exact=True).fill(token or self.stack.token)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign in")).to_have_count(0)

    def settled(self) -> None:
        """Wait until nothing is in progress."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def accessible(self) -> None:
        """The page has no serious finding by axe."""
        self.settled()
        assert accessibility.findings(self.page) == []

    def fits(self) -> None:
        """The page is not wider than its window."""
        widths = self.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]

    def picture(self, name: str) -> None:
        """Take a picture of the window; `SCREENSHOTS` keeps it for the docs."""
        self.settled()
        taken = self.page.screenshot(animations="disabled")
        assert Image.open(BytesIO(taken)).size == tuple((self.page.viewport_size or WIDE).values())
        if os.environ.get("SCREENSHOTS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            (PICTURES / f"{name}.png").write_bytes(taken)


# The scope is the package, not the session. Playwright's event loop runs in the worker's thread as long as the browser,
# and other tests in that thread have loops of their own. The tests of this folder are two groups of about the same
# length, so that two workers can run one each, with a browser and a stack of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this folder."""
    executable = chromium()
    if executable is None:
        pytest.skip("there is no Chromium (CHROMIUM may name one): the console was not tested in a browser")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all tests, with a photograph as JPEG and as PNG, and a drawing; see `resource`."""
    cat = photograph("chelsea.png")
    images = {
        "photos/cat.jpg": encoded(cat, quality=95),
        "photos/coffee.jpg": encoded(photograph("coffee.png"), quality=95),
        "photos/cat.png": encoded(cat, "PNG"),
        "drawing.png": png(),
    }
    folder = originals(tmp_path_factory.mktemp("originals"), images)
    with serving("--originals", str(folder)) as found:
        token = next(line.removeprefix("token ") for line in found.lines if line.startswith("token "))
        authorization = {"Authorization": f"APIKey {token}"}
        with httpx.Client(base_url=found.url, headers=authorization, timeout=30, verify=PLAIN) as http:
            yield Stack(found, token, http)


@pytest.fixture
def resource(stack: Stack) -> Resource:
    """A resource without rules."""
    host = f"shop-{next(NUMBERS)}.example.com"
    made = stack.api("POST", "/resources", {"cname": host, "origin": BUCKET})
    return Resource(stack, int(made["id"]), host)


@pytest.fixture
def consoles(browser: Browser, stack: Stack) -> Iterator[Callable[..., Console]]:
    """Opens consoles, each for another user; any problem in one of them fails the test."""
    opened: list[Console] = []

    def opens(viewport: ViewportSize = WIDE, **settings: Any) -> Console:
        context = browser.new_context(
            viewport=viewport, locale="en-GB", timezone_id="UTC", reduced_motion="reduce", **settings
        )
        context.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        watch = Watch(context, stack.serving.url)
        opened.append(Console(context.new_page(), stack, watch))
        return opened[-1]

    yield opens
    problems = [problem for console in opened for problem in console.watch.problems]
    for console in opened:
        console.page.context.close()
    assert problems == []


@pytest.fixture
def console(consoles: Callable[..., Console]) -> Console:
    """A console without a signed-in user."""
    return consoles()
