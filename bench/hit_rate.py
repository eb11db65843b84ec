"""Count how many of many requests for few pictures get past the edge to the function.

    python -m bench.hit_rate [--accept FILE] [--requests 10000] [--pictures 200]

Requests for one picture spell the same parameters in many ways: shuffled, repeated, with leading zeros or defaults,
with unknown parameters between them. Their Accept headers are those of different browsers. The edge is the local front
with the template's distribution, over real sockets. The function is the real handler; each call is counted.

Two requests need different answers if the picture, the meaning of the parameters, or the formats that the client proves
to decode differ. There are five sets of formats: none, WebP, AVIF, and both in either order. The exit status is 1 if
more requests reach the function than there are different answers.

FILE has one Accept header a line, or is a tab-separated table with a column named accept.
"""

import argparse
import csv
import logging
import random
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import uvicorn
from PIL import Image

from bench.common import head, photographs, scaled, table
from imagestack.request.accept import accepted_formats
from imagestack_local import app, template
from imagestack_local.aws import function, stack
from imagestack_local.front.protocol import LimitedHeads
from imagestack_local.operator import address, rules_file
from imagestack_local.operator.first_rules import FIRST_RULES

_BROWSERS = (
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",  # Chrome, Edge
    "image/avif,image/webp,image/apng,image/*,*/*;q=0.8",  # Chrome before 2022
    "image/webp,image/apng,image/*,*/*;q=0.8",  # Chrome before AVIF
    "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",  # Firefox
    "image/avif,image/webp,*/*",  # Firefox before 2024
    "image/webp,*/*",  # Firefox before AVIF
    "image/png,image/*;q=0.8,*/*;q=0.5",  # Firefox before WebP
    "image/webp,image/avif,image/jxl,image/heic,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",  # Safari
    "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",  # Safari 14
    "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",  # Safari 13
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",  # page
    "*/*",  # curl
)
_JUNK = ("utm_source=mail", "fbclid=IwAR0", "v=17", "cache=%20", "WIDTH=9", "a&&b", "_=1700000000", "q=%zz", "=")
# The format that needs no proof by Accept, so that all clients get the same answer.
_FOR_ALL = "jpeg"
_SIDE = 64
_CLIENTS = 4


@dataclass(frozen=True)
class ViewerRequest:
    """A request."""

    picture: int
    query: str
    accept: str

    @property
    def meaning(self) -> tuple[int, tuple[str, ...]]:
        """Everything that makes an answer different; the parameters mean the same for each picture."""
        is_for_all = _FOR_ALL in wanted(self.picture).get("fmt", ())
        return self.picture, () if is_for_all else tuple(accepted_formats(self.accept))


class Counting:
    """The function, with a count of its calls."""

    def __init__(self, called: function.LocalFunction) -> None:
        self._called = called
        self._lock = threading.Lock()
        self.calls = 0

    def __call__(self, event: dict[str, Any], request_id: str) -> object:
        """Count the call, and make it."""
        with self._lock:
            self.calls += 1
        return self._called(event, request_id)


def wanted(picture: int) -> dict[str, tuple[str, ...]]:
    """The parameters for a picture: the spellings of each value, all with the same meaning."""
    width = str(20 + picture % 40)
    parameters: dict[str, tuple[str, ...]] = {
        "width": (width, f"0{width}", f"00{width}"),
        "quality": ("80", "080", "medium"),
        "crop": ("1:1", "01:1", "1:01"),
    }
    further: tuple[dict[str, tuple[str, ...]], ...] = (
        {"dpr": ("1.5", "1.50", "01.5")},
        {"height": ("20", "020"), "fit": ("pad",), "background": ("ff8800", "FF8800", "ff8800FF")},
        {"height": ("30", "030"), "fit": ("contain",), "enlarge": ("clamp",)},
        {"gravity": ("x30p,y40p", "x030p,y40p"), "enlarge": ("false",)},
        {"area": ("50,40,offset-x50,offset-y50", "50,40", "050,40"), "rotate": ("90", "090")},
        {"flip": ("hv",), "gravity": ("northeast",), "dpr": ("1", "1.0", "01.00")},
        {"fmt": ("avif,webp,jpeg", "avif,webp,jpg", "avif,webp,avif,jpg")},
        {"fmt": ("auto",)},
        {"fmt": (_FOR_ALL, "jpg", "jpg,jpg")},
    )
    return parameters | further[picture % len(further)]


def spelling(picture: int, chance: random.Random) -> str:
    """One of many queries with the same meaning for a picture."""
    spelled = [f"{name}={chance.choice(values)}" for name, values in wanted(picture).items()]
    chance.shuffle(spelled)
    repeated = [f"{name}={chance.randrange(1, 60)}" for name in ("width", "quality") if chance.random() < 0.3]  # noqa: PLR2004 - the first of repeated parameters counts
    junk = chance.sample(_JUNK, chance.randrange(4))
    return "&".join(_mixed([*spelled, *repeated], junk, chance))


def _mixed(ordered: Sequence[str], others: Sequence[str], chance: random.Random) -> list[str]:
    mixed = list(ordered)
    for other in others:
        mixed.insert(chance.randrange(len(mixed) + 1), other)
    return mixed


def accepts(path: Path | None) -> list[str]:
    """Read the Accept headers of a file, or return the built-in ones."""
    if path is None:
        return list(_BROWSERS)
    lines = path.read_text(encoding="utf-8").splitlines()
    if "\t" in lines[0]:
        lines = [row["accept"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    # A word in brackets stands for an empty or absent header, which a line cannot hold.
    found = ["" if line in ("(absent)", "(empty)") else line for line in lines]
    return list(dict.fromkeys(line for line in found if not line.startswith("(") and line.isascii()))


@contextmanager
def edge(pictures: int) -> Iterator[tuple[int, Counting]]:
    """Run the front before the function; yields the port."""
    with redirect_stdout(sys.stderr):
        settings = template.read()
        with stack.running(settings) as aws:
            rules_file.put(aws.rules, FIRST_RULES)
            source = Image.open(photographs(None)[0]).convert("RGB")
            for number in range(pictures):
                body = BytesIO()
                scaled(source.rotate(number), _SIDE * _SIDE).save(body, "JPEG", quality=95)
                aws.s3.put_object(
                    Bucket=stack.ORIGINALS_BUCKET,
                    Key=f"{number}.jpg",
                    Body=body.getvalue(),
                    ContentType="image/jpeg",
                )
            variables = {"REFINE_QUEUE_URL": aws.queues["RefineQueue"]}
            image, control = (
                function.load(settings, name, "ERROR", aws.origin_secret, variables)
                for name in (function.IMAGE, function.CONTROL)
            )
            counting = Counting(image)
            front = app.front(aws, app.Functions(counting, control), 256 * 1024 * 1024)
            with _serving(app.build(aws, "", front), address.listen("127.0.0.1", 0)) as port:
                yield port, counting


@contextmanager
def _serving(application: Any, listening: socket.socket) -> Iterator[int]:  # noqa: ANN401 - as uvicorn takes it
    config = uvicorn.Config(
        application, http=LimitedHeads, ws="none", lifespan="off", log_config=None, date_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def send(port: int, requests: Sequence[ViewerRequest]) -> Counter[str]:
    """Send requests one after the other, and count status and X-Cache."""
    words: Counter[str] = Counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for request in requests:
        headers = {"Accept": request.accept} if request.accept else {}
        connection.request("GET", f"/{request.picture}.jpg?{quote(request.query, safe='=&%:,')}", headers=headers)
        response = connection.getresponse()
        response.read()
        words[f"{response.status} {response.headers['x-cache']}"] += 1
    connection.close()
    return words


def main() -> None:
    """Measure and print the counts; exits with 1 if too many requests reached the function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accept", type=Path, help="a file of Accept headers (default: those of a dozen browsers)")
    parser.add_argument("--requests", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--pictures", type=int, default=200, help="default: %(default)s")
    arguments = parser.parse_args()
    logging.getLogger("local").setLevel(logging.WARNING)
    chance = random.Random(1)  # noqa: S311 - each run must send the same requests
    known = accepts(arguments.accept)
    requests = []
    for _ in range(arguments.requests):
        picture = chance.randrange(arguments.pictures)
        requests.append(ViewerRequest(picture, spelling(picture, chance), chance.choice(known)))
    with edge(arguments.pictures) as (port, image):
        began = perf_counter()
        with ThreadPoolExecutor(_CLIENTS) as clients:
            shares = [requests[start::_CLIENTS] for start in range(_CLIENTS)]
            words = sum(clients.map(lambda share: send(port, share), shares), Counter[str]())
        seconds = perf_counter() - began
    different = len({request.meaning for request in requests})
    head("Requests that reach the function")
    rows = [
        ("requests", len(requests)),
        ("pictures", arguments.pictures),
        ("Accept headers", len(known)),
        ("different by address and Accept as they were sent", len(set(requests))),
        ("really different answers", different),
        ("reached the function", image.calls),
        ("hit rate %", f"{100 * (1 - image.calls / len(requests)):.2f}"),
        ("hit rate % at best", f"{100 * (1 - different / len(requests)):.2f}"),
        ("seconds", f"{seconds:.1f}"),
        *sorted(words.items()),
    ]
    table(("what", "count"), rows)
    failed = sum(count for word, count in words.items() if not word.startswith("200 "))
    if failed or image.calls > different:
        sys.exit(f"{image.calls} requests reached the function for {different} different answers, {failed} failed")


if __name__ == "__main__":
    main()
