"""What the function returns as HTTP responses."""

from base64 import b64encode
from typing import Any

import pytest

from imagestack_local.gateway.http_answer import LARGEST_ANSWER_BYTES, MalformedAnswerError, answer

IMAGE = b"\xff\xd8\xff\x00"


def result(**changed: Any) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "image/jpeg", "Content-Length": "4"},
        "body": b64encode(IMAGE).decode(),
        "isBase64Encoded": True,
        **changed,
    }


def test_an_image() -> None:
    """A base64 body is decoded; status and headers come as they are, names in lower case."""
    found = answer(result(), "GET")
    assert (found.status, found.body) == (200, IMAGE)
    assert found.headers == (("content-type", "image/jpeg"), ("content-length", "4"))


def test_text_and_cookies() -> None:
    """A body that is not base64 is UTF-8; numbers become text; each cookie is a line of its own."""
    found = answer({"statusCode": 404, "headers": {"X-N": 3, "X-B": True}, "body": "é", "cookies": ["a=1", "b"]}, "GET")
    assert found.status == 404
    assert found.body == "é".encode()
    assert found.headers == (
        ("x-n", "3"),
        ("x-b", "true"),
        ("content-length", "2"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b"),
    )


def test_the_content_length_is_the_body_s() -> None:
    """The function's Content-Length is ignored where there is a body."""
    assert dict(answer(result(headers={"Content-Length": "99"}), "GET").headers) == {"content-length": "4"}


def test_head_keeps_the_length() -> None:
    """The answer to HEAD has no body. Its length is the function's Content-Length, or that of the function's body."""
    declared = answer(result(body="", headers={"Content-Length": "99"}), "HEAD")
    assert (declared.body, dict(declared.headers)) == (b"", {"content-length": "99"})
    counted = answer(result(headers={}), "HEAD")
    assert (counted.body, dict(counted.headers)) == (b"", {"content-length": "4"})


@pytest.mark.parametrize("status", [204, 304])
def test_no_body_where_http_has_none(status: int) -> None:
    """204 and 304 have neither a body nor a length."""
    found = answer(result(statusCode=status), "GET")
    assert found.body == b""
    assert "content-length" not in dict(found.headers)


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        "text",
        [],
        {},
        result(statusCode="200"),
        result(statusCode=99),
        result(statusCode=600),
        result(statusCode=None),
        result(body=IMAGE),
        result(body=3),
        result(body="not base64!"),
        result(headers=["a"]),
        result(headers={"a b": "c"}),
        result(headers={"": "c"}),
        result(headers={"a": "b\r\nc: d"}),
        result(headers={"a": None}),
        result(headers={"a": ["b"]}),
        result(headers={"a": "日本"}),
        result(cookies=["a\nb"]),
        result(other=object()),
    ],
)
def test_what_api_gateway_would_not_pass_on(malformed: object) -> None:
    """An answer that would be lost on AWS is refused here, too."""
    with pytest.raises(MalformedAnswerError):
        answer(malformed, "GET")


def test_lambda_s_limit() -> None:
    """An answer may be as large in JSON as Lambda returns, and not a byte larger."""
    overhead = len(b'{"statusCode": 200, "body": ""}')
    body = "x" * (LARGEST_ANSWER_BYTES - overhead)
    assert len(answer({"statusCode": 200, "body": body}, "GET").body) == len(body)
    with pytest.raises(MalformedAnswerError, match="6,291,557 bytes are more than the 6,291,556"):
        answer({"statusCode": 200, "body": body + "x"}, "GET")
