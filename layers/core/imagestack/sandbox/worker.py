"""The worker: `python -m imagestack.sandbox.worker`, with descriptors and limits as arguments.

It does one thing after another as it is told, and ends when nobody is there any more to tell it.
"""

import gc
import json
import os
import pickle
import resource
import sys
from functools import partial
from pathlib import Path
from typing import Any

from imagestack.errors import DamagedImageError, EncodeError
from imagestack.sandbox.frames import LostError, read_body, read_frame, write_body, write_frame
from imagestack.transform import Encoded, transform

# Pipes, bodies, standard streams, and what a library opens now and then.
_DESCRIPTORS = 64
_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (DamagedImageError, "damaged"),
    (EncodeError, "encode"),
    (MemoryError, "memory"),
)


def main(arguments: list[str]) -> None:
    """Serve until the other side is gone.

    Args:
        arguments: descriptors of commands, answers and bodies in and out; bytes that pixels and codecs may take.
    """
    commands, answers, bodies, results, memory = map(int, arguments)
    _limit(memory)
    gc.freeze()
    while True:
        try:
            command = read_frame(partial(os.read, commands))
        except LostError:
            return
        # Begun: from here on it is the image's doing, or the work's, if this process ends.
        write_frame(answers, b"")
        # From the function's own process, and never from an image: it may be trusted.
        name, work, lengths = pickle.loads(command)  # noqa: S301 - see above
        given = [read_body(bodies, length, sum(lengths[:at])) for at, length in enumerate(lengths)]
        write_frame(answers, json.dumps(_answer(name, given, work, results)).encode())


def _answer(name: str, given: list[bytes], work: Any, results: int) -> dict[str, Any]:  # noqa: ANN401 - as `main` got it
    try:
        encoded = _done(name, given, work)
    except tuple(kind for kind, _ in _ERRORS) as error:
        return {"error": next(text for kind, text in _ERRORS if isinstance(error, kind)), "text": str(error)[:500]}
    if encoded is None:
        return {"length": None}
    write_body(results, encoded.body)
    return {"length": len(encoded.body), "score": encoded.score, "quality": encoded.quality}


def _done(name: str, given: list[bytes], work: Any) -> Encoded | None:  # noqa: ANN401 - likewise
    if name == "transform":
        return transform(given[0], work)
    from imagestack.transform.refine import refine  # noqa: PLC0415 - only one of the functions refines

    return refine(given[0], given[1], work)


def _limit(memory: int) -> None:
    """Take from this process what it has no use for."""
    # Of proc_pid_statm(5), in pages: data and stack. They count as soon as they are asked for.
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_DATA, memory + used),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


if __name__ == "__main__":
    main(sys.argv[1:])
