"""Which answers of a busy function are no mistake."""

import pytest

from tests.conftest import Reply
from tests.e2e.seen import Asked, Seen, is_less

LESS = "compression: rate limit is exceeded"
SECONDS = {"Cache-Control": "public, max-age=5"}


@pytest.mark.parametrize(
    ("status", "headers", "less"),
    [
        (200, SECONDS | {"Img-Skip-Reason": LESS}, True),
        (200, SECONDS | {"Img-Skip-Reason": f"{LESS}; original image is damaged"}, True),
        (200, {"Cache-Control": "public, max-age=86400", "Img-Skip-Reason": LESS}, False),
        (200, SECONDS, False),
        (503, {"Retry-After": "5"}, True),
        (429, {"Retry-After": "1"}, True),
        (503, SECONDS, False),
        (502, {"Retry-After": "5"}, False),
    ],
)
def test_is_less(status: int, headers: dict[str, str], less: bool) -> None:  # noqa: FBT001 - a column
    """What says why, and holds for seconds."""
    assert is_less(Reply(status, headers, b"")) is less


def answer(body: str, status: int = 200, **headers: str) -> dict[str, object]:
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


def test_seen() -> None:
    """Another body is wrong, and so is another status; less is neither, and no body that others are compared with."""
    seen = Seen()
    asked = Asked("hit", ("hit", "a.jpg"), {})
    seen.note(asked, 3, answer("", 503, **{"Retry-After": "5"}))
    for body, status in (("a", 200), ("a", 200), ("b", 200), ("a", 404)):
        seen.note(asked, 2, answer(body, status))
    assert dict(seen.statuses) == {"hit 503, less": 1, "hit 200": 3, "hit 404": 1}
    assert (seen.less, seen.slowest) == (1, 3)
    assert seen.wrong == ["('hit', 'a.jpg'): 200, another body", "('hit', 'a.jpg'): 404, the same"]
