"""`NAME.headers.json`."""

import json
from pathlib import Path

import pytest

from imagestack_local.originals import headers_file


def read(tmp_path: Path, content: object) -> headers_file.StoredHeaders:
    path = tmp_path / "a.jpg.headers.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return headers_file.read(path)


def test_every_header_is_stored(tmp_path: Path) -> None:
    """Each header that S3 stores is taken, whatever the case of its name."""
    found = read(
        tmp_path,
        {
            "content-TYPE": "image/png",
            "Content-Encoding": "gzip",
            "Cache-Control": "max-age=60",
            "Content-Disposition": 'inline; filename="a.jpg"',
            "Content-Language": "de",
            "Expires": "Wed, 21 Oct 2026 07:28:00 GMT",
            "X-Amz-Meta-Credit": "NASA",
            "x-amz-meta-Place": "Baikonur",
        },
    )
    assert found.complaints == ()
    assert found.headers == {
        "content-type": "image/png",
        "content-encoding": "gzip",
        "cache-control": "max-age=60",
        "content-disposition": 'inline; filename="a.jpg"',
        "content-language": "de",
        "expires": "Wed, 21 Oct 2026 07:28:00 GMT",
        "x-amz-meta-credit": "NASA",
        "x-amz-meta-place": "Baikonur",
    }


def test_no_file_sets_nothing(tmp_path: Path) -> None:
    """Most originals have no headers file, and that is no problem."""
    assert headers_file.read(tmp_path / "none") == headers_file.StoredHeaders({}, ())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is not JSON"),
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
    ],
)
def test_a_broken_file_is_one_complaint(tmp_path: Path, content: str, complaint: str) -> None:
    """A broken headers file sets nothing and says what is wrong with it."""
    found = read(tmp_path, content)
    assert found.headers == {}
    assert len(found.complaints) == 1
    assert found.complaints[0].startswith(complaint)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ETag", "x"),
        ("x-amz-meta-", "x"),
        ("x-amz-meta-é", "x"),
        ("Cache-Control", 60),
        ("Cache-Control", None),
        ("Cache-Control", ""),
        ("Cache-Control", "a\r\nb"),
        ("x-amz-meta-place", "Würzburg"),
        ("Expires", "tomorrow"),
    ],
)
def test_a_broken_header_leaves_the_others(tmp_path: Path, name: str, value: object) -> None:
    """A header that cannot be stored is left out with a complaint that names it; the others are set."""
    found = read(tmp_path, {name: value, "Content-Language": "de"})
    assert found.headers == {"content-language": "de"}
    assert len(found.complaints) == 1
    assert repr(name) in found.complaints[0]
