"""Asking for images ahead of viewers: once for each path, plan and class of browsers, at a limited rate."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

import urllib3

# The Accept headers of the three classes that the edge tells apart.

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
# What is worth another attempt, which waits as long as the answer says.
_RETRIES = urllib3.Retry(
    3,
    redirect=False,
    status_forcelist=(429, 502, 503, 504),
    backoff_factor=0.5,
    raise_on_status=False,
    retry_after_max=30,
)
_CHUNK = 65_536
_REFUSED = 400


class Wanted(NamedTuple):
    """A request.

    Attributes:
        path: percent-encoded.
        query: without `?`, empty if there is none.
        accept: the Accept header.
    """

    path: str
    query: str
    accept: str

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True)
class Outcome:
    """What came of a request: bytes of the answer, what the edge said of its cache; or why it failed."""

    wanted: Wanted
    received: int = 0
    cache: str = ""
    failure: str = ""


@dataclass
class Summary:
    """What came of all of them; `before` were done already."""

    before: int = 0
    done: int = 0
    received: int = 0
    caches: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        if outcome.failure:
            self.failures.append(outcome)
            return
        self.done += 1
        self.received += outcome.received
        if outcome.cache:
            self.caches[outcome.cache] += 1


class State:
    """Which requests are done: a file with a line for each, so that what breaks off can go on.

    Args:
        file: None if nothing is remembered.
        site: where; the file may hold what was done at others too.

    Raises:
        OSError: the file cannot be read or written.
    """

    def __init__(self, file: Path | None, site: str) -> None:
        self._site = site
        self._done: set[str] = set()
        self._opened: IO[str] | None = None
        if file is not None:
            self._opened = file.open("a+", encoding="utf-8")
            self._opened.seek(0)
            text = self._opened.read()
            # A last line without its end was being written when everything broke off.
            if text and not text.endswith("\n"):
                self._opened.write("\n")
            self._done = set(text.splitlines())

    def __contains__(self, wanted: Wanted) -> bool:
        return self._line(wanted) in self._done

    def add(self, wanted: Wanted) -> None:
        """Remember a request as done."""
        if self._opened is not None:
            self._opened.write(f"{self._line(wanted)}\n")
            self._opened.flush()

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened.close()

    def _line(self, wanted: Wanted) -> str:
        return json.dumps([self._site, *wanted])


class Pace:
    """Lets so many through a second, evenly; all if the rate is None. For one thread."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 1 / rate if rate else 0
        self._next = time.monotonic()

    def wait(self) -> None:
        """Wait for one's turn."""
        turn = max(self._next, time.monotonic())
        self._next = turn + self._gap
        time.sleep(max(0, turn - time.monotonic()))


class Site:
    """Where images are, as viewers ask for them; `host` is the Host header if it is not that of the address."""

    def __init__(self, url: str, host: str | None, connections: int) -> None:
        self._url = url
        self._headers = {"Host": host} if host else {}
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=_TIMEOUT, retries=_RETRIES)

    def ask(self, wanted: Wanted) -> Outcome:
        """Ask for an image, and read it to its end."""
        headers = {**self._headers, "Accept": wanted.accept, "User-Agent": "imagestack-prefetch"}
        received = 0
        try:
            answer = self._pool.request("GET", f"{self._url}{wanted.target}", headers=headers, preload_content=False)
            for chunk in answer.stream(_CHUNK, decode_content=False):
                received += len(chunk)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            reason = getattr(error, "reason", None) or error
            return Outcome(wanted, failure=type(reason).__name__)
        if answer.status >= _REFUSED:
            return Outcome(wanted, failure=str(answer.status))
        return Outcome(wanted, received, answer.headers.get("X-Cache", ""))


def warm(  # noqa: PLR0913, PLR0917 - each is one thing that an operator decides
    site: Site,
    wanted: Iterable[Wanted],
    state: State,
    pace: Pace,
    concurrency: int,
    told: Callable[[Outcome | None], None],
) -> Summary:
    """Ask for everything that is not done yet; what fails is asked for again the next time.

    `told` is given each outcome, None for what was done before.
    """
    summary = Summary()

    def left() -> Iterator[Wanted]:
        for one in wanted:
            if one not in state:
                yield one
            else:
                summary.before += 1
                told(None)

    with ThreadPoolExecutor(concurrency) as pool:
        for outcome in _in_turn(pool, site, left(), pace, concurrency):
            if not outcome.failure:
                state.add(outcome.wanted)
            summary.add(outcome)
            told(outcome)
    return summary


def _in_turn(
    pool: ThreadPoolExecutor, site: Site, wanted: Iterable[Wanted], pace: Pace, most: int
) -> Iterator[Outcome]:
    """Outcomes as they come; none waits in the pool, so that whoever breaks off waits for what is under way only."""
    under_way: set[Future[Outcome]] = set()
    for request in wanted:
        # What is done is told before the next turn, however slow the pace is.
        seconds = None if len(under_way) >= most else 0
        done, under_way = wait(under_way, seconds, FIRST_COMPLETED)
        yield from (future.result() for future in done)
        pace.wait()
        under_way.add(pool.submit(site.ask, request))
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
