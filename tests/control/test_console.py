"""The console's files, over real sockets."""

from pathlib import Path

import pytest

from tests.control.conftest import Deployment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
PAGE = "<!doctype html><title>é</title>"


@pytest.fixture
def folder(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A console of a few files, with a secret file beside it."""
    console = tmp_path / "console"
    (console / "js" / "pages").mkdir(parents=True)
    (console / "index.html").write_text(PAGE, encoding="utf-8")
    (console / "js" / "pages" / "rules_list.js").write_text("export {};\n", encoding="utf-8")
    (console / "base.css").write_text("", encoding="utf-8")
    (console / "icon.svg").write_text("<svg/>", encoding="utf-8")
    for name in ("notes.txt", ".hidden.js", "handler.py"):
        (console / name).write_text("not for anybody", encoding="utf-8")
    (tmp_path / "secret.js").write_text("not for anybody", encoding="utf-8")
    monkeypatch.setattr(deployment.module, "CONSOLE", console)
    return console


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/console/", "text/html; charset=utf-8", PAGE),
        ("/console/index.html", "text/html; charset=utf-8", PAGE),
        ("/console/js/pages/rules_list.js", "text/javascript; charset=utf-8", "export {};\n"),
        ("/console/base.css", "text/css; charset=utf-8", ""),
        ("/console/icon.svg", "image/svg+xml", "<svg/>"),
    ],
)
def test_files(deployment: Deployment, folder: Path, path: str, content_type: str, body: str) -> None:
    """Files need no token. They have their content types and headers that keep other sites and scripts out."""
    assert folder.is_dir()
    with deployment.http(None) as client:
        answer = client.get(path)
        head = client.head(path)
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, content_type, body)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Content-Security-Policy"):
        assert head.headers[name] == answer.headers[name]


def test_the_address_without_a_slash(deployment: Deployment, folder: Path) -> None:
    """The page has relative addresses, so that its own address must end in a slash."""
    assert folder.is_dir()
    with deployment.http(None) as client:
        answer = client.get("/console")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/console/")


def test_unchanged(deployment: Deployment, folder: Path) -> None:
    """A cached file is not sent again until it changes; a change shows without a restart."""
    with deployment.http(None) as client:
        tag = client.get("/console/").headers["ETag"]
        for sent in (tag, f'W/{tag}, "other"', "*"):
            answer = client.get("/console/", headers={"If-None-Match": sent})
            assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
            assert answer.headers["Content-Security-Policy"] == POLICY
        (folder / "index.html").write_text("new", encoding="utf-8")
        answer = client.get("/console/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.text) == (200, "new")
    assert answer.headers["ETag"] != tag


@pytest.mark.parametrize(
    "path",
    [
        "/console/none.js",
        "/console/notes.txt",
        "/console/.hidden.js",
        "/console/handler.py",
        "/console/js",
        "/console/js/",
        "/console/%2e%2e/secret.js",
        "/console/..%2fsecret.js",
        "/console/js/%2e%2e/%2e%2e/secret.js",
        "/console//etc/secret.js",
        "/console/index.html%00.js",
        "/console/index.html%0a",
    ],
)
def test_nothing_else(deployment: Deployment, folder: Path, path: str) -> None:
    """Only the page's own files are served."""
    assert folder.is_dir()
    with deployment.http(None) as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert "not for anybody" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/console", "/console/", "/console/index.html"])
def test_methods(deployment: Deployment, folder: Path, method: str, path: str) -> None:
    """Files are read-only."""
    assert folder.is_dir()
    with deployment.http(None) as client:
        answer = client.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_without_the_folder(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment without a console still has its API."""
    monkeypatch.setattr(deployment.module, "CONSOLE", tmp_path / "none")
    with deployment.http(deployment.token("viewer")) as client:
        assert client.get("/console/").status_code == 404
        assert client.get("/cdn/resources").status_code == 200
