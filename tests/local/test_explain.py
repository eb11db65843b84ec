"""`imagestack explain` on the local stack: its explanation agrees with the response and with the stored keys."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from imagestack.request.accept import BROWSERS
from tests.cli.conftest import Operator
from tests.support.images import encoded, jpeg, photograph
from tests.support.serving import Serving, originals, serving

pytestmark = pytest.mark.xdist_group("control")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A photograph of 400 by 300 pixels, upright and turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    files = {"photo.jpg": jpeg(), "turned.jpg": encoded(photograph().resize((400, 300)), exif=exif)}
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    with serving("--originals", str(folder)) as found:
        yield found


def explained(stack: Serving, path: str, accept: str) -> Any:
    """The explanation that the command prints for a path."""
    token = next(line.removeprefix("token ") for line in stack.lines if line.startswith("token "))
    operator = Operator(("--url", stack.url, "--token", token))
    ran = operator.run("explain", stack.url + path, "--accept", accept, "--json")
    assert ran.code == 0, ran.err
    return ran.json["explanation"]


def stored(stack: Serving) -> set[str]:
    """The keys of all derived objects."""
    return {item["Key"] for item in stack.s3().list_objects_v2(Bucket="derived").get("Contents", ())}


@pytest.mark.parametrize("decodes", BROWSERS)
@pytest.mark.parametrize(
    "path",
    [
        "/photo.jpg?width=0120&w=5",
        "/photo.jpg?width=130&height=90&dpr=2.0&gravity=x030p,y40p",
        "/photo.jpg?width=140&height=140&fit=pad&background=F5F5F5ff",
        "/photo.jpg?width=900&height=900&enlarge=clamp",
        "/photo.jpg?crop=500,10&width=150&rotate=5",
        "/photo.jpg?area=200,200&quality=low&width=160",
        "/photo.jpg?fmt=webp,jpg&width=170",
        "/photo.jpg?fmt=png&width=180&dpr=9",
        "/turned.jpg?width=190&flip=hv",
    ],
)
def test_what_viewers_get(stack: Serving, path: str, decodes: str) -> None:
    """Operations, reasons, size and type are those of the response, and both keys are those that are used."""
    accept = BROWSERS[decodes]
    found = explained(stack, path, accept)
    before = stored(stack)
    answer = stack.get(path, Accept=accept)
    # A format that all clients decode is one object for all of them, so that the first browser made it already.
    assert stored(stack) - before in ({found["derived_key"]}, set())
    assert found["derived_key"] in stored(stack)
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (found["result"]["width"], found["result"]["height"])
    headers, result = answer.headers, found["result"]
    assert headers["Content-Type"] == result["content_type"]
    assert headers["X-Img-Operations"] == " ".join(result["operations"])
    assert headers.get("Img-Skip-Reason", "") == "; ".join(result["reasons"])
    browser = next(one for one in found["browsers"] if one["decodes"] == decodes)
    assert (browser["content_type"], browser["derived_key"]) == (result["content_type"], found["derived_key"])
    key = found["cache_key"]
    formats = "" if key["accept"] == "none" else ",".join(f"image/{name}" for name in key["accept"].split(","))
    again = stack.get(f"{key['path']}?{key['query']}", Accept=formats)
    assert again.headers["X-Cache"].startswith("Hit")
    assert again.content == answer.content
