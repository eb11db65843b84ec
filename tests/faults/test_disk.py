"""A full disk."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import BOTH, Site, http_event
from tests.support.images import encoded, photograph

ROOT = Path(__file__).resolve().parents[2]

# A function in a process for which every file that is opened for writing is one too many.
FUNCTION = """
import errno, json, os, sys
from contextlib import redirect_stdout
from tests.support.context import Context
from functions.image import handler
event = json.loads(sys.argv[1])
def full(name, arguments):
    if name == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR) and arguments[0] != os.devnull:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
sys.addaudithook(full)
try:
    open(sys.argv[2], "wb")
except OSError:
    pass
else:
    raise AssertionError("files can be written all the same")
with redirect_stdout(sys.stderr):
    answers = [handler.handler({**event, "rawQueryString": query}, Context()) for query in sys.argv[3:]]
print(json.dumps([[a["statusCode"], a["headers"].get("X-Img-Operations")] for a in answers]))
"""


def test_full_disk(site: Site, tmp_path: Path) -> None:
    """Where no file can be written images are made all the same, large ones too: in memory."""
    large = photograph().resize((4000, 3000))
    site.put("a.jpg", encoded(large, "JPEG", quality=90, progressive=True))
    site.rule()
    queries = ["width=2000", "width=200&fmt=avif", "width=300&fmt=webp", "quality=auto&width=200&fmt=webp", ""]
    event = json.dumps(http_event("/a.jpg", headers={"accept": BOTH}))
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", FUNCTION, event, str(tmp_path / "file"), *queries],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [
        [200, "resize"],
        [200, "resize convert"],
        [200, "resize convert"],
        [200, "resize convert"],
        [200, None],
    ]
