"""The program of a worker process: `python -m imagestack.sandbox.worker`, with descriptors and limits as arguments.

It executes one command after another and ends when the function's process closes the pipe.
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
from imagestack.sandbox.frames import PeerLostError, read_body, read_frame, write_body, write_frame
from imagestack.transform import Encoded, transform

# For pipes, bodies, standard streams, and files that a library may open.
_DESCRIPTORS = 64
_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (DamagedImageError, "damaged"),
    (EncodeError, "encode"),
    (MemoryError, "memory"),
)


def main(arguments: list[str]) -> None:
    """Execute commands until the pipe is closed.

    Args:
        arguments: the descriptors of commands, answers, bodies and results; the bytes that pixels and codecs may take.
    """
    commands, answers, bodies, results, memory = map(int, arguments)
    _limit(memory)
    gc.freeze()
    while True:
        try:
            command = read_frame(partial(os.read, commands))
        except PeerLostError:
            return
        # Reports that the work begins. If this process ends after that, the image or the work is the cause.
        write_frame(answers, b"")
        # Commands come from the function's process and never from an image, so pickle is safe.
        name, work, lengths = pickle.loads(command)  # noqa: S301 - see above
        images = [read_body(bodies, length, sum(lengths[:index])) for index, length in enumerate(lengths)]
        write_frame(answers, json.dumps(_answer(name, images, work, results)).encode())


def _answer(name: str, images: list[bytes], work: Any, results: int) -> dict[str, Any]:  # noqa: ANN401 - unpickled
    try:
        encoded = _execute(name, images, work)
    except tuple(kind for kind, _ in _ERRORS) as error:
        return {"error": next(text for kind, text in _ERRORS if isinstance(error, kind)), "text": str(error)[:500]}
    if encoded is None:
        return {"length": None}
    write_body(results, encoded.body)
    return {"length": len(encoded.body), "score": encoded.score, "quality": encoded.quality}


def _execute(name: str, images: list[bytes], work: Any) -> Encoded | None:  # noqa: ANN401 - unpickled
    if name == "transform":
        return transform(images[0], work)
    from imagestack.transform.refine import refine  # noqa: PLC0415 - only the refine function needs it

    return refine(images[0], images[1], work)


def _limit(memory: int) -> None:
    """Limit the memory, files and core dumps of this process."""
    # Pages of data and stack (proc_pid_statm(5)). The limit counts them as soon as they are requested.
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
