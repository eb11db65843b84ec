"""The Accept header."""

from itertools import permutations

from fuzz.mutate import of_words
from fuzz.target import Target
from imagestack.formats import NEGOTIABLE
from imagestack.request.accept import accepted_formats

_SEEDS = (
    b"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    b"image/webp;q=0.5, image/avif;q=0.25;a=b",
    b"image/avif;q=0, */*",
    b"",
)
_WORDS = (
    b"image/avif",
    b"image/webp",
    b",",
    b";",
    b"q=",
    b"q =",
    b"0.",
    b"1.000",
    b"0.001",
    b"Q=0",
    b'"',
    b"\t",
    b"*/*",
)
_ANSWERS = {found for length in range(3) for found in permutations([fmt.name for fmt in NEGOTIABLE], length)}


def check(data: bytes) -> None:
    """The result is one of five values, and names no format that the header does not name."""
    header = data.decode(errors="surrogateescape")
    found = accepted_formats(header)
    assert found in _ANSWERS
    for name in found:
        assert f"image/{name}" in header.lower()
        # A later q=0 forbids the format.
        assert name not in accepted_formats(f"{header},image/{name};q=0")


TARGET = Target(check, lambda: list(_SEEDS), of_words(_WORDS), longest=512)
