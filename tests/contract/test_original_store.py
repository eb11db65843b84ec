"""Every implementation of OriginalStore has the same behaviour."""

from datetime import UTC, datetime, timedelta

import pytest

from imagestack.errors import OriginStatusError
from tests.contract.conftest import Originals

AT_MOST = 10**6

KEYS = [
    *["a.jpg", "a", "a/b/c.jpg", "a b.jpg", "a+b.jpg", "a%20b.jpg", "a%2Fb.jpg", "100%.jpg", "a?b.jpg", "a#b.jpg"],
    *["é.jpg", "e\u0301.jpg", "日本.jpg", "😀.jpg", "a&b=c.jpg", "a;b:c@d.jpg", "'a'.jpg", '"a".jpg', "(a)*!.jpg"],
    *["a~b.jpg", "a,b.jpg", "a$b.jpg", "a=b", "[a]{b}.jpg", "a|b^c`d.jpg", "a..b", "...", ".a", "<a>.jpg"],
]


@pytest.mark.parametrize("key", KEYS)
def test_keys(originals: Originals, key: str) -> None:
    """Every key is reached as it is, and no other in its place."""
    originals.put(key, b"this one")
    assert originals.store.fetch(key, AT_MOST).body == b"this one"
    assert originals.store.head(key).key == key
    with pytest.raises(OriginStatusError):
        originals.store.head(f"{key}x")


def test_facts(originals: Originals) -> None:
    """The headers stored with the bytes are returned."""
    before = datetime.now(UTC) - timedelta(seconds=2)
    originals.put(
        "a.jpg",
        b"0123456789",
        content_type="image/jpeg",
        content_encoding="gzip",
        headers={
            "Cache-Control": "max-age=60",
            "Content-Disposition": 'attachment; filename="a.jpg"',
            "Content-Language": "de",
        },
    )
    stored = originals.store.head("a.jpg")
    assert stored.key == "a.jpg"
    assert stored.size == 10
    assert stored.content_type == "image/jpeg"
    assert stored.content_encoding == "gzip"
    assert stored.headers == {
        "Cache-Control": "max-age=60",
        "Content-Disposition": 'attachment; filename="a.jpg"',
        "Content-Language": "de",
    }
    assert before <= stored.version.last_modified <= datetime.now(UTC) + timedelta(seconds=2)


def test_least_facts(originals: Originals) -> None:
    """Headers that are not stored are absent."""
    originals.put("a.jpg", b"0123456789")
    stored = originals.store.head("a.jpg")
    assert stored.content_encoding == ""
    assert stored.headers == {}


def test_encoded(originals: Originals) -> None:
    """The bytes of an encoded original come as they are stored."""
    originals.put("a.jpg", b"not really gzip", content_encoding="gzip")
    assert originals.store.fetch("a.jpg", AT_MOST).body == b"not really gzip"


def test_user_metadata(originals: Originals) -> None:
    """User metadata has the names that S3 sends."""
    originals.put("a.jpg", b"a", metadata={"photographer": "me", "two-words": "a b, c"})
    assert originals.store.head("a.jpg").headers == {
        "x-amz-meta-photographer": "me",
        "x-amz-meta-two-words": "a b, c",
    }


def test_version(originals: Originals) -> None:
    """A version is a strong ETag with its quotes, and a time in UTC in whole seconds, as in HTTP."""
    originals.put("a.jpg", b"a")
    version = originals.store.head("a.jpg").version
    assert version.etag.startswith('"')
    assert version.etag.endswith('"')
    assert len(version.etag) > 2
    assert version.last_modified.tzinfo is UTC
    assert version.last_modified.microsecond == 0


def test_head_and_fetch_agree(originals: Originals) -> None:
    """The facts are the same whether the bytes come along or not."""
    originals.put("a.jpg", b"0123456789", content_type="image/jpeg", metadata={"a": "b"})
    original = originals.store.fetch("a.jpg", AT_MOST)
    assert original.stored == originals.store.head("a.jpg")
    assert original.body == b"0123456789"
    assert original.is_whole


def test_new_version(originals: Originals) -> None:
    """Other bytes under the same key are another version; the same bytes read twice are one."""
    originals.put("a.jpg", b"one")
    first = originals.store.head("a.jpg").version
    assert originals.store.head("a.jpg").version == first
    originals.put("a.jpg", b"two")
    assert originals.store.head("a.jpg").version != first
    assert originals.store.fetch("a.jpg", AT_MOST).body == b"two"


def test_empty(originals: Originals) -> None:
    """An empty original is whole."""
    originals.put("a.jpg", b"")
    original = originals.store.fetch("a.jpg", AT_MOST)
    assert (original.body, original.stored.size, original.is_whole) == (b"", 0, True)


@pytest.mark.parametrize("key", ["a.jpg", "a/", "a/b", "é"])
def test_missing(originals: Originals, key: str) -> None:
    """If the key does not exist, head and fetch report 404."""
    originals.put("a", b"a")
    for ask in (lambda: originals.store.head(key), lambda: originals.store.fetch(key, AT_MOST)):
        with pytest.raises(OriginStatusError) as raised:
            ask()
        assert raised.value.status == 404


LARGE = bytes(range(256)) * 4096


@pytest.mark.parametrize(("at_most", "whole"), [(len(LARGE), True), (len(LARGE) - 1, False), (0, False)])
def test_beginning(originals: Originals, at_most: int, whole: object) -> None:
    """Of an original that is larger than wanted there is the beginning, enough to read its header."""
    originals.put("a.jpg", LARGE)
    original = originals.store.fetch("a.jpg", at_most)
    assert original.stored.size == len(LARGE)
    assert original.is_whole is whole
    assert LARGE.startswith(original.body)
    assert len(original.body) >= 64 * 1024


def test_short_beginning(originals: Originals) -> None:
    """The beginning of an original shorter than a header is all that there is, at most."""
    originals.put("a.jpg", b"0123456789")
    assert b"0123456789".startswith(originals.store.fetch("a.jpg", 5).body)


def test_after_a_beginning(originals: Originals) -> None:
    """What was left unread of one original disturbs no other."""
    originals.put("large", LARGE)
    originals.put("small", b"small")
    for _ in range(3):
        originals.store.fetch("large", 10)
        assert originals.store.fetch("small", 10).body == b"small"
