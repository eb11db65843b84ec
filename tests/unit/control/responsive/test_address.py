"""Addresses of images as people type them."""

import pytest

from imagestack.control.responsive.address import read_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("/cat.jpg", "/cat.jpg"),
        ("  /cat.jpg ", "/cat.jpg"),
        ("/my cat.jpg", "/my%20cat.jpg"),
        ("/my%20cat.jpg", "/my%20cat.jpg"),
        ("/é.jpg", "/%C3%A9.jpg"),
        ("/what%3F.jpg", "/what%3F.jpg"),
        ("/a+b&c.jpg", "/a+b&c.jpg"),
        ("/100%.jpg", "/100%25.jpg"),
        ("/\"quoted'.jpg", "/%22quoted'.jpg"),
        ("/<b>.jpg", "/%3Cb%3E.jpg"),
        ("/cat.jpg#part", "/cat.jpg"),
        ("/cat.jpg?", "/cat.jpg"),
        ("/cat.jpg?&v=1&&w=2&", "/cat.jpg?v=1&w=2"),
        ('/cat.jpg?v=a b&x=é&y="', "/cat.jpg?v=a%20b&x=%C3%A9&y=%22"),
        ("/cat.jpg?crop=200,100,x10p,y5p", "/cat.jpg?crop=200,100,x10p,y5p"),
        ("https://images.example.com/cat.jpg?v=1", "https://images.example.com/cat.jpg?v=1"),
        ("HTTP://[::1]:8080/cat.jpg", "HTTP://[::1]:8080/cat.jpg"),
    ],
)
def test_encoding(typed: str, address: str) -> None:
    """What an address cannot hold is percent-encoded; what is encoded stays as it is (RFC 3986 section 3.3)."""
    assert str(read_address(typed)) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "cat.jpg",
        "//images.example.com/cat.jpg",
        "ftp://images.example.com/cat.jpg",
        "https://images.example.com",
        "https://me@images.example.com/cat.jpg",
        'https://a"b/cat.jpg',
        "/\ud800.jpg",
    ],
)
def test_no_address(typed: str) -> None:
    """Anything but a path or an address of HTTP is refused."""
    with pytest.raises(ValueError, match=r"is neither a path|no address can have"):
        read_address(typed)


@pytest.mark.parametrize(
    ("typed", "resized"),
    [
        ("/a.jpg", "/a.jpg?width=9"),
        ("/a.jpg?crop=4:5&quality=80", "/a.jpg?crop=4:5&quality=80&width=9"),
        ("/a.jpg?width=3&v=1&width=4", "/a.jpg?v=1&width=9"),
        ("/a.jpg?%77idth=3&height=2&dpr=2&enlarge=true", "/a.jpg?width=9"),
        ("/a.jpg?fmt=webp", "/a.jpg?fmt=webp&width=9"),
    ],
)
def test_another_width(typed: str, resized: str) -> None:
    """All parameters stay but the sizes, dpr and enlarge."""
    assert str(read_address(typed).resized(9)) == resized


def test_another_format() -> None:
    """A format replaces that of the address."""
    assert str(read_address("/a.jpg?fmt=webp").resized(9, 3, fmt="avif")) == "/a.jpg?width=9&height=3&fmt=avif"
