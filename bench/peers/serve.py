"""The loop of a worker in Python: a job a line, an answer a line."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[dict[str, Any]], bytes | dict[str, Any]]


def serve(version: str, work: Work) -> None:
    """Say the version, and work until nobody asks any more.

    Args:
        version: of what encodes.
        work: a job to the bytes to be written, or to something else to be told.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    # Whatever libraries print would be taken for an answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), work)), file=answers, flush=True)


def _answer(job: dict[str, Any], work: Work) -> dict[str, Any]:
    try:
        made = work(job)
    except Exception as error:  # noqa: BLE001 - whatever it is, the report tells
        return {"error": f"{type(error).__name__}: {error}"}
    if isinstance(made, dict):
        return made
    Path(job["output"]).write_bytes(made)
    return {}
