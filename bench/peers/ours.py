"""Image Stack's handler as a worker: originals come from their folder, the other stores are in memory."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from time import monotonic, perf_counter, process_time
from typing import Any

from bench.deployment import ENVIRONMENT, ORIGINALS, QUALITY, Context, event
from bench.handler import Memory
from bench.peers.serve import serve
from imagestack.effort import Effort
from imagestack.formats import CONVERSIONS, FORMATS, PNG
from imagestack.limits import Budget, Limits
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Work
from imagestack.ports import Original, Stored, Version
from imagestack.request.query import pairs, parse
from imagestack.rules.cache import CachedRules
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import Executed, execute, plan_work
from imagestack.serving.pipeline import Pipeline
from imagestack.transform import ENGINE, in_this_process, transform

_REFINED_BUDGET = Budget(10**10, 900)


class Folder:
    """Originals, as files of a folder; see `imagestack.ports.OriginalStore`."""

    def __init__(self) -> None:
        self.path = Path()

    def head(self, key: str) -> Stored:
        """The facts of an original."""
        facts = (self.path / key).stat()
        kind = "image/png" if key.lower().endswith(".png") else "image/jpeg"
        changed = datetime.fromtimestamp(int(facts.st_mtime), UTC)
        return Stored(key, Version('"e"', changed), facts.st_size, kind)

    def fetch(self, key: str, _at_most: int) -> Original:
        """The original with its body."""
        return Original(self.head(key), (self.path / key).read_bytes())


class Rules:
    """One rule with a quality; see `imagestack.ports.RuleTable`."""

    def __init__(self, quality: int) -> None:
        self._options = {"image_stack": {"enabled": True, "quality": quality}}

    def items(self, host: str) -> list[Mapping[str, Any]]:
        """The items of a host."""
        if host != "*":
            return []
        return [{"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/.*", "options": self._options}]


# The handler reads the environment when it is imported.
os.environ.update(ENVIRONMENT, POWERTOOLS_TRACE_DISABLED="true")
HANDLER: Any = import_module("functions.image.handler")
ORIGINALS_FOLDER = Folder()
DERIVED = Memory(b"")


@cache
def pipeline(quality: int) -> Pipeline:
    """The handler's pipeline, with other stores."""
    own: Pipeline = HANDLER.make_pipeline(HANDLER.CLIENTS)
    rules = CachedRules(Rules(quality), ORIGINALS, 10**9, monotonic, HANDLER.report_broken_item)
    # CPU time and memory are measured in this process, so that codecs must run in it.
    return replace(own, originals=ORIGINALS_FOLDER, derived=DERIVED, rules=rules, transform=in_this_process)


def work(job: dict[str, Any]) -> bytes | dict[str, Any]:
    """Do one job: a first answer, a refined one, or `hits` times a derived hit."""
    path = Path(job["path"])
    ORIGINALS_FOLDER.path = path.parent
    DERIVED.derived.clear()
    HANDLER.PIPELINE = pipeline(job["number"] or QUALITY)
    if job.get("refined") or job["format"] == PNG.name:
        return without_handler(path.name, job)
    made = first(path.name, job)
    return hits(path.name, job) if "hits" in job else made


def query(job: dict[str, Any]) -> str:
    """The query of the request; without `fmt` a JPEG stays JPEG."""
    size = [f"width={job['width']}"] if job["width"] else []
    return "&".join(size + ([f"fmt={job['format']}"] if job["format"] in CONVERSIONS else []))


def first(name: str, job: dict[str, Any]) -> bytes:
    """The first answer, as stored: a body too large for Lambda is a redirect to the derived object."""
    answer = HANDLER.handler(event(name, query(job), "image/avif,image/webp"), Context())
    for derived in DERIVED.derived.values():
        if derived.body and derived.transformed.content_type == f"image/{job['format']}":
            return derived.body
    raise ValueError(json.dumps(answer["headers"]))


def without_handler(name: str, job: dict[str, Any]) -> bytes:
    """The body by the library alone: a refined result, or the resized pixels without an encoder's loss."""
    original = ORIGINALS_FOLDER.fetch(name, 0)
    options = ImageStack(enabled=True, quality=job["number"] or QUALITY)
    plan = make_plan(parse(pairs(query(job))), options, (job["format"],))
    settled = plan_work(original, plan, Limits(), _REFINED_BUDGET)
    fmt = FORMATS[job["format"]]
    effort = Effort.REFINED if job.get("refined") else Effort.FIRST
    made = (
        execute(original, plan, replace(settled, format=fmt, effort=effort), transform)
        if isinstance(settled, Work)
        else settled
    )
    if not isinstance(made, Executed) or made.work.format is not fmt:
        raise ValueError(str(made))
    return made.encoded.body


def hits(name: str, job: dict[str, Any]) -> dict[str, Any]:
    """Wall seconds of each hit, and CPU seconds of all."""
    request = event(name, query(job), "image/avif,image/webp")
    wall, cpu = [], process_time()
    for _ in range(job["hits"]):
        start = perf_counter()
        HANDLER.handler(request, Context())
        wall.append(perf_counter() - start)
    return {"wall": wall, "cpu": process_time() - cpu}


if __name__ == "__main__":
    serve(f"Image Stack (engine {ENGINE}, quality {QUALITY})", work)
