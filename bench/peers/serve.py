"""The loop of a worker in Python: a job per line, an answer per line."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[dict[str, Any]], bytes | dict[str, Any]]


def serve(version: str, work: Work) -> None:
    """Print the version, then work until the input ends.

    Args:
        version: name and version of the encoder.
        work: turns a job into the bytes to write, or into the answer itself.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    # The answer goes to a copy of stdout; output of libraries must not mix with it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), work)), file=answers, flush=True)


def _answer(job: dict[str, Any], work: Work) -> dict[str, Any]:
    try:
        made = work(job)
    except Exception as error:  # noqa: BLE001 - the report shows every error
        return {"error": f"{type(error).__name__}: {error}"}
    if isinstance(made, dict):
        return made
    Path(job["output"]).write_bytes(made)
    return {}
