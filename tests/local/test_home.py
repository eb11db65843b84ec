"""The page at `/` and what it is made of."""

import re

import pytest

from imagestack_local.site.home import ASSETS, PAGES
from tests.local.conftest import ODD
from tests.support.serving import Serving

pytestmark = pytest.mark.xdist_group("served")


def test_the_page_is_there(served: Serving) -> None:
    """`/` is a page, with or without a query."""
    for path in ("/", "/?width=3"):
        response = served.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<title>Image Stack</title>" in response.text


@pytest.mark.parametrize(
    "path", ["/", "/_local/originals.json", "/_local/none", *(f"/_local/{name}" for name in ASSETS)]
)
def test_the_page_may_do_little(served: Serving, path: str) -> None:
    """Everything of the page forbids scripts, styles and connections from anywhere else, and all that is inline."""
    headers = served.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "img-src": "'self' blob:",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"


def test_unknown_parameters(served: Serving) -> None:
    """The page learns which of the typed parameters do not exist."""
    found = served.get("/_local/unknown.json?w=5&height=5&utm%5Fsource=a").json()
    assert found == {"unknown": [{"name": "w", "nearest": "width"}, {"name": "utm_source", "nearest": None}]}
    assert served.get("/_local/unknown.json").json() == {"unknown": []}


def test_every_asset_is_there(served: Serving) -> None:
    """The page names only files that are there, with their types, and none of another server."""
    page = served.get("/").text
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    for script in (name for name in ASSETS if name.endswith(".js")):
        named |= {f"/_local/{name}" for name in re.findall(r'from "\./([^"]+)"', served.get(f"/_local/{script}").text)}
    assert named == {f"/_local/{name}" for name in ASSETS}
    for name, content_type in ASSETS.items():
        response = served.get(f"/_local/{name}")
        assert (response.status_code, response.headers["content-type"]) == (200, content_type)


def test_nothing_is_inline() -> None:
    """The page has no style, script or handler of its own, since its policy would not let it."""
    page = (PAGES / "page.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", page)
    for name in ASSETS:
        if name.endswith(".js"):
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", (PAGES / name).read_text())


@pytest.mark.parametrize(
    "path", ["/_local/none", "/_local/page.html", "/_local/", "/_local/..%2Fhome.py", "/_local/%2e%2e/home.py"]
)
def test_nothing_else_is_there(served: Serving, path: str) -> None:
    """No other file is served."""
    assert served.get(path).status_code in {400, 404}


def test_other_methods_are_405(served: Serving) -> None:
    """The page's files can be read, and nothing else."""
    assert served.request("POST", "/_local/page.css").status_code == 405
    assert served.request("HEAD", "/_local/page.css").status_code == 200


def test_the_list_of_originals(served: Serving) -> None:
    """The page gets the keys and sizes of the originals that are images; other originals are not shown."""
    found = served.get("/_local/originals.json").json()
    keys = [original["key"] for original in found["originals"]]
    assert set(keys) == {"photo.jpg", "flat.png", *ODD} - {"no-extension"}
    assert all(original["bytes"] > 0 for original in found["originals"])
    assert found["more"] is False


def test_the_list_is_of_this_moment(served: Serving) -> None:
    """Originals that others put into the bucket are listed, by their stored type where the name has none."""
    s3 = served.s3()
    s3.put_object(Bucket="originals", Key="zz-nameless", Body=b"1", ContentType="image/png")
    try:
        keys = [original["key"] for original in served.get("/_local/originals.json").json()["originals"]]
        assert "zz-nameless" in keys
    finally:
        s3.delete_object(Bucket="originals", Key="zz-nameless")


def test_many_originals_are_cut(served: Serving) -> None:
    """A page shows two hundred images and says that there are more."""
    s3 = served.s3()
    keys = [f"many/{number:03}.jpg" for number in range(205)]
    for key in keys:
        s3.put_object(Bucket="originals", Key=key, Body=b"1")
    try:
        found = served.get("/_local/originals.json").json()
        assert len(found["originals"]) == 200
        assert found["more"] is True
    finally:
        s3.delete_objects(Bucket="originals", Delete={"Objects": [{"Key": key} for key in keys]})


def test_the_example_can_be_copied(served: Serving) -> None:
    """The page shows the same command that the terminal shows."""
    command = served.get("/_local/example.txt").text
    assert f"  {command}" in served.lines
