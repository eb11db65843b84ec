"""Random queries of good values for pictures of a given order of size."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.support.reference.geometry import ANCHORS

Query = dict[str, str]
"""Values by the names of parameters."""
FITS = ("fit", "force", "bounds", "cover", "contain", "pad")
BACKGROUNDS = ("ffffff", "000000", "ff8800", "3366cc80", "00000000")


def spelled(query: Query) -> str:
    """The raw query string."""
    return "&".join(f"{name}={value}" for name, value in query.items())


def parsed(raw: str) -> Query:
    """The query of a raw query string without encoded characters."""
    return dict(pair.split("=") for pair in raw.split("&"))


def regions(side: int) -> st.SearchStrategy[str]:
    """Values of `crop` and `area` for pictures with sides of about this length."""
    length, part = st.integers(1, side), st.integers(0, 100)
    place = st.integers(0, side // 2)
    dimensions = st.builds("{},{}".format, length, length)
    ratios = st.builds("{}:{}".format, st.integers(1, 99), st.integers(1, 99))
    offsets = st.builds(",offset-x{},offset-y{}".format, part, part)
    return st.one_of(
        dimensions,
        ratios,
        st.builds("{}{}".format, dimensions | ratios, offsets),
        st.builds("{}{}".format, dimensions, st.builds(",x{},y{}".format, place, place)),
        st.builds("{}{}".format, dimensions, st.builds(",x{}p,y{}p".format, part, part)),
        st.builds("{}{}".format, dimensions, st.builds(",x{},offset-y{}".format, place, part)),
        st.builds("{}{}".format, dimensions, st.builds(",offset-x{},y{}p".format, part, part)),
    )


ENLARGE = ("false", "clamp", "true")


def queries(side: int, enlarge: Sequence[str] = ENLARGE) -> st.SearchStrategy[Query]:
    """Queries for pictures with sides of about this length."""
    lengths = st.integers(1, 2 * side).map(str)
    points = st.builds("x{}p,y{}p".format, st.integers(0, 100), st.integers(0, 100))
    values = {
        "rotate": st.sampled_from(["90", "180", "270"]),
        "flip": st.sampled_from(["h", "v", "hv"]),
        "area": regions(side),
        "width": lengths,
        "height": lengths,
        "fit": st.sampled_from(FITS),
        "crop": regions(side),
        "dpr": st.integers(100, 500).map(lambda hundredths: f"{hundredths / 100:g}"),
        "enlarge": st.sampled_from(enlarge),
        "gravity": st.sampled_from([*ANCHORS, "focus"]) | points,
        "background": st.sampled_from(BACKGROUNDS),
    }
    # Each may be absent, so that a minimal example has only what matters.
    return st.fixed_dictionaries({}, optional=values)
