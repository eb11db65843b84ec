"""Requests images before viewers do: once for each path, query and class of browsers, at a limited rate."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

import urllib3

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
# Statuses that are retried, after the time that Retry-After gives.
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
        path: The path, percent-encoded.
        query: The query without `?`; empty for none.
        accept: The Accept header.
    """

    path: str
    query: str
    accept: str

    @property
    def path_and_query(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True)
class Outcome:
    """The outcome of a request: the bytes of the response and its X-Cache, or why it failed."""

    wanted: Wanted
    received: int = 0
    cache: str = ""
    failure: str = ""


@dataclass
class Summary:
    """The outcome of all requests; `before` of them were done in an earlier run."""

    before: int = 0
    done: int = 0
    received: int = 0
    caches: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        if outcome.failure:
            self.failures.append(outcome)
            return
        self.done += 1
        self.received += outcome.received
        if outcome.cache:
            self.caches[outcome.cache] += 1


class State:
    """The requests that are done: a file with a line for each, so that an interrupted run can continue.

    Args:
        file: The file; None if nothing is remembered.
        site: The site of the requests. The file may have requests to other sites too.

    Raises:
        OSError: The file cannot be read or written.
    """

    def __init__(self, file: Path | None, site: str) -> None:
        self._site = site
        self._done: set[str] = set()
        self._opened: IO[str] | None = None
        if file is not None:
            self._opened = file.open("a+", encoding="utf-8")
            self._opened.seek(0)
            text = self._opened.read()
            # The last line has no end if the run was interrupted while it was written.
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
    """Lets a number of requests through a second, evenly; all if the rate is None. For one thread."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 1 / rate if rate else 0
        self._next = time.monotonic()

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        turn = max(self._next, time.monotonic())
        self._next = turn + self._gap
        time.sleep(max(0, turn - time.monotonic()))


class Site:
    """The site of the images. `host` is the Host header, if it is not that of the address."""

    def __init__(self, url: str, host: str | None, connections: int) -> None:
        self._url = url
        self._headers = {"Host": host} if host else {}
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=_TIMEOUT, retries=_RETRIES)

    def request(self, wanted: Wanted) -> Outcome:
        """Request an image, and read the whole response."""
        headers = {**self._headers, "Accept": wanted.accept, "User-Agent": "imagestack-prefetch"}
        received = 0
        try:
            answer = self._pool.request(
                "GET", f"{self._url}{wanted.path_and_query}", headers=headers, preload_content=False
            )
            for chunk in answer.stream(_CHUNK, decode_content=False):
                received += len(chunk)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            reason = getattr(error, "reason", None) or error
            return Outcome(wanted, failure=type(reason).__name__)
        if answer.status >= _REFUSED:
            return Outcome(wanted, failure=str(answer.status))
        return Outcome(wanted, received, answer.headers.get("X-Cache", ""))


def warm(  # noqa: PLR0913, PLR0917 - each is an option of the command
    site: Site,
    wanted: Iterable[Wanted],
    state: State,
    pace: Pace,
    concurrency: int,
    report: Callable[[Outcome | None], None],
) -> Summary:
    """Send all requests that are not done yet. A request that fails is sent again by the next run.

    `report` is called with each outcome, and with None for a request that was done before.
    """
    summary = Summary()

    def left() -> Iterator[Wanted]:
        for one in wanted:
            if one not in state:
                yield one
            else:
                summary.before += 1
                report(None)

    with ThreadPoolExecutor(concurrency) as pool:
        for outcome in _in_turn(pool, site, left(), pace, concurrency):
            if not outcome.failure:
                state.add(outcome.wanted)
            summary.add(outcome)
            report(outcome)
    return summary


def _in_turn(
    pool: ThreadPoolExecutor, site: Site, wanted: Iterable[Wanted], pace: Pace, most: int
) -> Iterator[Outcome]:
    """Outcomes as they come. No request waits in the pool, so that an interrupted run ends soon."""
    under_way: set[Future[Outcome]] = set()
    for request in wanted:
        # Outcomes are reported before the next request, however slow the pace is.
        seconds = None if len(under_way) >= most else 0
        done, under_way = wait(under_way, seconds, FIRST_COMPLETED)
        yield from (future.result() for future in done)
        pace.wait()
        under_way.add(pool.submit(site.request, request))
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
