"""The formats that a client has proved (docs/specification.md#section-5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.request.accept import accepted_formats
from tests.support.accept import AVIF, AVIF_WEBP, HEADERS, NONE, WEBP, WEBP_AVIF


@pytest.mark.parametrize(("accept", "expected"), HEADERS.values(), ids=HEADERS)
def test_clients(accept: str | None, expected: tuple[str, ...]) -> None:
    """Clients that decode a format get it; those whose wildcard promises too much do not."""
    assert accepted_formats(accept or "") == expected


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
        ("image/avif;q=0.9,image/webp", WEBP_AVIF),
        ("image/avif;q=0.001,image/webp;q=0.002", WEBP_AVIF),
        ("image/webp;q=0.9,image/avif;q=0.5", WEBP_AVIF),
        ("image/webp;q=0.5,image/avif;q=0.9", AVIF_WEBP),
        # q=0 forbids, wherever it stands and whatever a wildcard says.
        ("image/avif;q=0.000,image/webp", WEBP),
        ("image/avif;q=0.,image/webp", WEBP),
        ("image/webp;q=0", NONE),
        ("image/webp;q=0,image/avif", AVIF),
        ("image/webp,image/webp;q=0", NONE),
        ("image/webp;q=0,image/webp", NONE),
        # A weight that is none proves nothing.
        ("image/webp;q=", NONE),
        ("image/webp;q", NONE),
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
        ("image/webp;Q=0", NONE),
        (" image/webp ", WEBP),
        ("\timage/avif\t,\timage/webp\t", AVIF_WEBP),
        ("image/webp ; q=0", NONE),
        ("image/avif ; q = 0.5 , image/webp ; q = 0.9", WEBP_AVIF),
        # Other words.
        ("ximage/webp", NONE),
        ("image / webp", NONE),
        ("webp", NONE),
        ("avif,webp", NONE),
        ("application/image/webp", NONE),
        # Lists that are hardly any.
        (",,,image/avif,,", AVIF),
        (",", NONE),
        (";", NONE),
        ("image/webp;image/avif", WEBP),
    ],
)
def test_accept(accept: str, expected: tuple[str, ...]) -> None:
    """Only an explicit media range with q > 0 proves that a format can be decoded."""
    assert accepted_formats(accept) == expected


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
