"""The examples of docs/parameters.md, on the local stack with its sample photographs."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.serving import Serving, serving

PAGE = (Path(__file__).parents[2] / "docs/parameters.md").read_text(encoding="utf-8")
# The default of `ask` in the page.
_ACCEPT = "image/avif,image/webp"
EXAMPLES = re.findall(r"`ask '(/\S+)'(?: '?([^'`]+)'?)?` \| (.*) \|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def samples() -> Iterator[Serving]:
    """The stack of `make run`."""
    with serving() as found:
        yield found


def test_every_example_is_read() -> None:
    """Each call in a table is an example. The page has one more, below its definition of `ask`."""
    assert len(EXAMPLES) == PAGE.count("ask '/") - 1
    assert f"${{2:-{_ACCEPT}}}" in PAGE


@pytest.mark.parametrize(
    ("path", "accept", "result"), EXAMPLES, ids=[f"{path} {accept}" for path, accept, _ in EXAMPLES]
)
def test_example(samples: Serving, path: str, accept: str, result: str) -> None:
    """The response has the size, the format, the operations and the reason that the table says."""
    answer = samples.get(path, Accept=accept or _ACCEPT)
    assert answer.status_code == 200
    image = Image.open(BytesIO(answer.content))
    for width, height in re.findall(r"^(?:JPEG of )?(\d+) × (\d+)", result):
        assert image.size == (int(width), int(height))
    for name in re.findall(r"^(AVIF|JPEG|PNG|WebP)\b", result):
        assert image.format == name.upper()
    if result.startswith("the original"):
        assert "X-Img-Operations" not in answer.headers
    for operations in re.findall(r"operations `([^`]*)`", result):
        assert answer.headers["X-Img-Operations"] == operations
    assert answer.headers.get("Img-Skip-Reason", "") == "".join(re.findall(r"`(\w+: [^`]*)`$", result))
