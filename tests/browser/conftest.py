"""The console of a running local stack in a real browser."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser import accessibility
from tests.browser.watch import Watch
from tests.support.images import encoded, photograph, png
from tests.support.plain import PLAIN
from tests.support.serving import Serving, originals, serving

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "images" / "console"
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
BUCKET = "originals"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NUMBERS = count(1)
SECONDS = 30
"""How long a busy machine may take for a step."""


def chromium() -> str | None:
    """The browser: `CHROMIUM`, or that of the system."""
    usual = "/usr/bin/chromium"
    return os.environ.get("CHROMIUM") or (usual if Path(usual).exists() else shutil.which("chromium"))


@dataclass(frozen=True)
class Stack:
    """A running local stack, and an administrator's way to its API."""

    serving: Serving
    token: str
    http: httpx.Client

    def api(self, method: str, path: str, body: object = None) -> Any:
        """The answer to what is not refused."""
        answer = self.http.request(method, f"/cdn{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def holder(self, token: str) -> dict[str, Any]:
        """The name and the role of a token."""
        answer = self.http.get("/cdn/tokens/current", headers={"Authorization": f"APIKey {token}"})
        assert answer.is_success, answer.text
        return {name: answer.json()[name] for name in ("name", "role")}

    def token_of(self, role: str) -> str:
        """A new token."""
        text: str = self.api("POST", "/tokens", {"name": f"a {role}", "role": role})["token"]
        return text

    def image(self, host: str, path: str, accept: str = "*/*") -> httpx.Response:
        """An image as a viewer gets it."""
        return self.serving.get(path, Host=host, Accept=accept)


@dataclass(frozen=True)
class Resource:
    """A resource that belongs to one test."""

    stack: Stack
    id: int
    host: str

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Its rules, as the API lists them."""
        found: list[dict[str, Any]] = self.stack.api("GET", f"/resources/{self.id}/rules")
        return found

    def add(self, name: str, **fields: Any) -> int:
        """Add a rule."""
        body = {"name": name, "rule": "/.*", "ruleType": 0, "options": {}, **fields}
        return int(self.stack.api("POST", f"/resources/{self.id}/rules", body)["id"])


@dataclass
class Console:
    """Somebody at the console."""

    page: Page
    stack: Stack
    watch: Watch
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"{self.stack.serving.url}/console/"

    def open(self, address: str = "#/resources") -> None:
        """Go to a page of the console."""
        self.page.goto(self.url + address)

    def reset(self, viewport: ViewportSize) -> None:
        """Forget the last test: its session, its document and what it has set."""
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.unroute_all()
        self.page.set_viewport_size(viewport)
        self.page.emulate_media(color_scheme="light")
        # A small document of the console's host. The tab keeps its process, since the host stays the same.
        self.page.goto(f"{self.url}icon.svg")
        self.page.evaluate("() => sessionStorage.clear()")
        self.watch.problems.clear()
        self.watch.expected = set()

    def sign_in(self, token: str | None = None, address: str = "#/resources") -> None:
        """Go to a page of the console with the session that `sign_in_by_form` leaves, in a fraction of its time."""
        text = token or self.stack.token
        session = {"imagestack.token": text, "imagestack.who": json.dumps(self.stack.holder(text))}
        self.page.evaluate("(session) => Object.assign(sessionStorage, session)", session)
        self.open(address)
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(self.page.get_by_role("button", name="Sign in")).to_have_count(0)

    def sign_in_by_form(self, token: str | None = None, address: str = "#/resources") -> None:
        """Go to a page of the console, by way of the page that asks for a token."""
        self.open(address)
        self.page.get_by_label("Token", exact=True).fill(token or self.stack.token)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign in")).to_have_count(0)

    def settled(self) -> None:
        """Wait until no request is in progress."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def accessible(self) -> None:
        """Nothing serious is found by axe."""
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


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all tests, with a photograph as JPEG and as PNG and a drawing; see `resource`."""
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


# Not for the session: Playwright's event loop runs in the worker's thread as long as the browser, and other tests there
# have loops of their own. The folder's tests are two groups of about the same length, so that two workers can have one
# each, with a browser and a stack of its own.
@pytest.fixture(scope="package")
def tab(stack: Stack) -> Iterator[Console]:
    """One tab for all tests of this folder: a new one starts a process, which takes longer than most tests."""
    executable = chromium()
    if executable is None:
        pytest.skip("there is no Chromium (CHROMIUM names one): the console was not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
        context.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        watch = Watch(context, stack.serving.url)
        yield Console(context.new_page(), stack, watch)
        browser.close()


@pytest.fixture
def console(tab: Console) -> Iterator[Console]:
    """A console at which nobody has signed in; what goes wrong in it fails the test."""
    tab.reset(WIDE)
    yield tab
    assert tab.watch.problems == []


@pytest.fixture
def narrow_console(tab: Console) -> Iterator[Console]:
    """The same on a telephone."""
    tab.reset(NARROW)
    yield tab
    assert tab.watch.problems == []
