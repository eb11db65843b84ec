"""Which formats a client has proved (spec section 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.request.accept import accepted_formats

NONE: tuple[str, ...] = ()
WEBP = ("webp",)
AVIF = ("avif",)
AVIF_WEBP = ("avif", "webp")
WEBP_AVIF = ("webp", "avif")

# What browsers and other clients send.
CLIENTS = {
    "Chrome 121": ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", AVIF_WEBP),
    "Chrome 121 with svg": ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", AVIF_WEBP),
    "Chrome 59": ("image/webp,image/apng,image/*,*/*;q=0.8", WEBP),
    "Chrome 59, page": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8",
        WEBP,
    ),
    "Firefox 128": ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", AVIF_WEBP),
    "Firefox 128 without avif": ("image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", WEBP),
    "Firefox 65": ("image/webp,*/*", WEBP),
    "Firefox 72, page": ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", WEBP),
    "Firefox 132, page": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", NONE),
    "Firefox 46": ("image/png,image/*;q=0.8,*/*;q=0.5", NONE),
    "Firefox, video": (
        "video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5",
        NONE,
    ),
    "Safari 14": ("image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", WEBP),
    "Safari 13 and scripts": ("*/*", NONE),
    "Internet Explorer": ("image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5", NONE),
    "Edge 12": ("text/html, application/xhtml+xml, image/jxr, */*", NONE),
    "Netscape 4.6": ("image/gif, image/x-xbitmap, image/jpeg, image/pjpeg, image/png, */*", NONE),
    "Java 7": ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", NONE),
    "SDWebImage": ("image/*;q=0.8", NONE),
    "no header": ("", NONE),
    "avif without webp": ("image/avif,image/apng,image/*,*/*;q=0.8", AVIF),
    "heic": ("image/heic", NONE),
}


@pytest.mark.parametrize(("accept", "expected"), CLIENTS.values(), ids=CLIENTS)
def test_clients(accept: str, expected: tuple[str, ...]) -> None:
    """Clients that decode a format get it; those whose wildcard promises too much do not."""
    assert accepted_formats(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        # Wildcards prove nothing, at any weight.
        ("*/*;q=1", NONE),
        ("image/*;q=1.0", NONE),
        ("image/*,*/*", NONE),
        # Equal weights: AVIF. A strictly higher one wins.
        ("image/webp,image/avif", AVIF_WEBP),
        ("image/avif;q=0.5,image/webp;q=0.5", AVIF_WEBP),
        ("image/avif;q=0.50,image/webp;q=0.5", AVIF_WEBP),
        ("image/webp,image/avif;q=1.000", AVIF_WEBP),
        ("image/avif;q=0.5,image/webp;q=0.9", WEBP_AVIF),
        ("image/avif;q=0.9,image/webp", WEBP_AVIF),
        ("image/avif;q=0.001,image/webp;q=0.002", WEBP_AVIF),
        ("image/webp;q=0.9,image/avif;q=0.5", WEBP_AVIF),
        ("image/webp;q=0.5,image/avif;q=0.9", AVIF_WEBP),
        # q=0 forbids, wherever it stands and whatever a wildcard says.
        ("image/avif;q=0,image/webp;q=0,*/*", NONE),
        ("image/avif;q=0,image/webp;q=0.8", WEBP),
        ("image/avif;q=0,image/*;q=1", NONE),
        ("image/avif;q=0.000,image/webp", WEBP),
        ("image/avif;q=0.,image/webp", WEBP),
        ("image/webp;q=0", NONE),
        ("image/webp;q=0,image/avif", AVIF),
        ("image/webp,image/webp;q=0", NONE),
        ("image/webp;q=0,image/webp", NONE),
        # A weight that is none proves nothing.
        ("image/webp;q=abc", NONE),
        ("image/webp;q=", NONE),
        ("image/webp;q", NONE),
        ("image/avif;q=-1,image/webp", WEBP),
        ("image/webp;q=+1", NONE),
        ("image/webp;q=2", NONE),
        ("image/webp;q=1.1", NONE),
        ("image/webp;q=0.0001", NONE),
        ("image/webp;q=1e-1", NONE),
        ("image/webp;q=inf", NONE),
        ("image/webp;q=nan", NONE),
        ("image/webp;q=\u0660.\u0665", NONE),
        # Other parameters, space, capitals.
        ("image/webp;v=1", WEBP),
        ("image/webp;v=1;q=0", NONE),
        ("image/avif;v=1;q=0.5,image/webp;q=0.9", WEBP_AVIF),
        ("IMAGE/AVIF,Image/WebP", AVIF_WEBP),
        ("image/webp;Q=0", NONE),
        (" image/webp ", WEBP),
        ("\timage/avif\t,\timage/webp\t", AVIF_WEBP),
        ("image/webp ; q=0", NONE),
        ("image/avif ; q = 0.5 , image/webp ; q = 0.9", WEBP_AVIF),
        # Other words.
        ("image/webpx,image/avifs,image/x-webp", NONE),
        ("ximage/webp", NONE),
        ("image/avif-sequence", NONE),
        ("image / webp", NONE),
        ("webp", NONE),
        ("avif,webp", NONE),
        ("application/image/webp", NONE),
        # Lists that are hardly any.
        (";;;q=1,image/webp;", WEBP),
        (",,,image/avif,,", AVIF),
        (",", NONE),
        (";", NONE),
        ("image/webp;image/avif", WEBP),
    ],
)
def test_accept(accept: str, expected: tuple[str, ...]) -> None:
    """Only an explicit media range with q > 0 proves that a format can be decoded."""
    assert accepted_formats(accept) == expected


def test_long_header() -> None:
    """What comes late in a long header counts as well."""
    assert accepted_formats("a/b," * 2_000 + "image/webp") == WEBP


ranges = st.builds(
    "{}{}{}".format,
    st.sampled_from(["image/avif", "image/webp", "image/*", "*/*", "IMAGE/WEBP", "text/html", ""]),
    st.sampled_from(["", ";q=", " ; q =", ";v=1;q=", ";"]),
    st.sampled_from(["", "0", "1", "0.5", "0.9", "0.000", "-1", "x"]),
)
headers = st.one_of(st.lists(ranges, max_size=6).map(",".join), st.text(max_size=40))


@given(headers)
def test_five_answers(accept: str) -> None:
    """Whatever a client sends, there are five answers."""
    assert accepted_formats(accept) in (NONE, WEBP, AVIF, AVIF_WEBP, WEBP_AVIF)


@given(st.lists(ranges, max_size=6), st.data())
def test_order_is_no_matter(listed: list[str], data: st.DataObject) -> None:
    """Only weights rank media ranges, not where they stand in the header."""
    shuffled = data.draw(st.permutations(listed))
    assert accepted_formats(",".join(shuffled)) == accepted_formats(",".join(listed))


@given(headers)
def test_refusal_counts_anywhere(accept: str) -> None:
    """A format that is refused is not proved by anything before or behind."""
    assert "avif" not in accepted_formats(f"{accept},image/avif;q=0")
    assert "webp" not in accepted_formats(f"image/webp;q=0,{accept}")
