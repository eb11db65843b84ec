"""Images of every kind, whole and damaged, with every query. `CORPUS=DIR` names a folder of other images."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.conftest import Reply, reply_of
from tests.e2e.corpus import QUERIES, images
from tests.e2e.pool import Pool
from tests.e2e.site import Site, asked, put

# Milliseconds: every answer takes less.
LONGEST = 10_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/avif": "AVIF"}


def wrong(reply: Reply, original: bytes) -> str:
    """The mistake in an answer; empty if there is none."""
    if reply.status == 302:
        location = reply.headers["Location"]
        return "" if location.startswith(("/_derived/", "/_original/")) and not reply.body else f"302 to {location}"
    if reply.status != 200:
        return f"{reply.status} {reply.body[:100]!r}"
    if not reply.operations:
        return "" if reply.body == original else "the original is another"
    try:
        found = reply.image.format
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it
        return f"{type(error).__name__}: {error}"
    return "" if found == FORMATS.get(reply.type) else f"{found} as {reply.type}"


def test_every_image(site: Site, shared_pool: Pool, figures: list[str]) -> None:
    """Each answer is an image that decodes, or the untouched original. No process is lost, and no answer takes long."""
    folder = os.environ.get("CORPUS")
    originals = dict(images(Path(folder) if folder else None))
    assert originals
    for key, body in originals.items():
        put(site.s3, key, body)
    assert site.get("none").status == 404
    before = shared_pool.processes
    events = [(key, query, accept) for key in originals for query, accept in QUERIES]
    with ThreadPoolExecutor(len(shared_pool.all)) as threads:
        answers = list(threads.map(lambda event: shared_pool.send(asked(*event)), events))
    replies = [reply_of(answer) for _, answer in answers]
    slowest, which = max((took, event) for (took, _), event in zip(answers, events, strict=True))
    figures += [
        f"Corpus: {len(originals)} files, {len(events)} answers: {dict(Counter(reply.status for reply in replies))}",
        f"Made: {dict(Counter(FORMATS.get(reply.type, 'other') for reply in replies if reply.operations))}",
        f"The slowest took {slowest:.0f} ms: {' '.join(which)}",
        f"Peaks: {[one.limit.peak and round(one.limit.peak) for one in shared_pool.all]} MB, with files read",
    ]
    problems = {event: wrong(reply, originals[event[0]]) for event, reply in zip(events, replies, strict=True)}
    assert {event: problem for event, problem in problems.items() if problem} == {}
    assert shared_pool.processes == before
    assert sum(one.limit.kills for one in shared_pool.all) == 0
    assert slowest < LONGEST
