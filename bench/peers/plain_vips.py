"""libvips by pyvips: a thumbnail, then its own writers."""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from bench.peers.serve import serve

pyvips = import_module("pyvips")  # not among the project's packages
_ANY_SIDE = 10_000_000
# By format: the writer and its settings.
_WRITERS: dict[str, tuple[str, dict[str, str]]] = {
    "jpeg": ("jpegsave_buffer", {}),
    "webp": ("webpsave_buffer", {}),
    "avif": ("heifsave_buffer", {"compression": "av1"}),
    "png": ("pngsave_buffer", {}),
}


def encode(job: dict[str, Any]) -> bytes:
    """Do one job."""
    if job["width"]:
        image = pyvips.Image.thumbnail(job["path"], job["width"], height=_ANY_SIDE, size="down")
    else:
        image = pyvips.Image.new_from_file(job["path"], access="sequential").autorot()
    writer, settings = _WRITERS[job["format"]]
    number = {} if job["number"] is None else {"Q": job["number"]}
    made: bytes = getattr(image, writer)(keep="icc", **settings, **number)
    return made


if __name__ == "__main__":
    # Each job counts as the first of its photograph.
    pyvips.cache_set_max(0)
    libvips = ".".join(str(pyvips.version(part)) for part in range(3))
    serve(f"pyvips {version('pyvips')} (libvips {libvips})", encode)
