"""The response to a viewer from a stored one: all of it, a part of it (206), or 304.

RFC 9110 sections 13 (conditional requests) and 14 (range requests); guide, "How CloudFront processes partial requests".
Only origins evaluate If-Match and If-Unmodified-Since, as section 13.1.1 allows.
"""

from collections.abc import Callable
from http import HTTPStatus

from werkzeug.http import parse_date, parse_etags, parse_range_header, unquote_etag

from imagestack_local.front.cache import Entry, RawHeaders

Lookup = Callable[[str], str | None]
"""Returns the value of a request's header."""

Selected = tuple[int, RawHeaders, bytes]
"""Status, headers, body."""

_OF_THE_BODY = frozenset(
    {b"content-encoding", b"content-language", b"content-length", b"content-range", b"content-type"},
)


def select(entry: Entry, method: str, asked: Lookup) -> Selected:
    """The response to a request, from a stored one.

    Args:
        entry: The stored response.
        method: The method of the request.
        asked: The headers of the request.
    """
    if entry.status != HTTPStatus.OK:
        return entry.status, entry.headers, entry.body
    if _is_known(entry, asked):
        return HTTPStatus.NOT_MODIFIED, tuple(line for line in entry.headers if line[0] not in _OF_THE_BODY), b""
    wanted = asked("range")
    if wanted is None or method != "GET" or not _is_of_this_version(entry, asked("if-range")):
        return entry.status, entry.headers, entry.body
    return _part(entry, wanted)


def _is_known(entry: Entry, asked: Lookup) -> bool:
    """Whether the viewer has this version. If-None-Match overrides If-Modified-Since (section 13.1.3)."""
    tags = asked("if-none-match")
    if tags is not None:
        known = parse_etags(tags)
        etag, _ = unquote_etag(entry.value(b"etag"))
        return known.star_tag or (etag is not None and known.contains_weak(etag))
    since, modified = parse_date(asked("if-modified-since")), parse_date(entry.value(b"last-modified"))
    return since is not None and modified is not None and modified <= since


def _is_of_this_version(entry: Entry, condition: str | None) -> bool:
    """Whether If-Range holds: it has the same strong tag or exactly the same date (section 13.1.5)."""
    if condition is None:
        return True
    etag = entry.value(b"etag")
    if condition.startswith(('"', "W/")):
        return condition == etag and not etag.startswith("W/")
    date = parse_date(condition)
    return date is not None and date == parse_date(entry.value(b"last-modified"))


def _part(entry: Entry, wanted: str) -> Selected:
    """One range of the body; the whole body for several ranges or other units (sections 14.2, 15.3.7)."""
    length = len(entry.body)
    parsed = parse_range_header(wanted)
    if wanted.replace(" ", "") == "bytes=-0":  # A suffix of no bytes, which Werkzeug does not read as a range.
        return _unsatisfiable(entry, length)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return entry.status, entry.headers, entry.body
    first, end = parsed.ranges[0]
    if first >= length:
        return _unsatisfiable(entry, length)
    start = max(0, length + first) if first < 0 else first  # A suffix can be longer than the body.
    stop = length if end is None else min(end, length)
    headers = tuple(line for line in entry.headers if line[0] != b"content-length")
    described = ((b"content-range", f"bytes {start}-{stop - 1}/{length}".encode()), _length(stop - start))
    return HTTPStatus.PARTIAL_CONTENT, (*headers, *described), entry.body[start:stop]


def _unsatisfiable(entry: Entry, length: int) -> Selected:
    headers = tuple(line for line in entry.headers if line[0] not in _OF_THE_BODY)
    described = ((b"content-range", f"bytes */{length}".encode()), _length(0))
    return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, (*headers, *described), b""


def _length(count: int) -> tuple[bytes, bytes]:
    return b"content-length", str(count).encode()
