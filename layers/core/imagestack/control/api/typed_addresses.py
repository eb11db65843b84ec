"""Addresses as people type them. Browsers percent-encode what a URL cannot hold, and keep what is encoded already."""

import re
from urllib.parse import quote

# A `%` without two hex digits is itself (docs/specification.md#section-2).
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The characters of a path besides letters and digits (RFC 3986 section 3.3), and those of a part of a query.
_IN_PATH = "%/-._~!$&'()*+,;=:@"
_IN_QUERY = "%/-._~!$'()*+,;=:@?"


def encode_path(path: str) -> str:
    """A path as a browser sends it.

    Raises:
        UnicodeEncodeError: It holds half of a surrogate pair.
    """
    return _encoded(path, _IN_PATH)


def encode_query_part(part: str) -> str:
    """A name with its value, as a browser sends them.

    Raises:
        UnicodeEncodeError: It holds half of a surrogate pair.
    """
    return _encoded(part, _IN_QUERY)


def _encoded(text: str, safe: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=safe)
