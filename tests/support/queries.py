"""Random queries: valid, nearly valid, junk, repeated, percent-encoded, with odd names."""

from hypothesis import strategies as st

from imagestack.request.parameters import PARAMETERS
from imagestack.request.query import canonical
from tests.support.strategies import parameters

HUGE = "1" + "0" * 40
SIGNATURE = "DNLH5wjbX7_k-1u_-pn5oA"
ODD_NAMES = ["", "__proto__", "constructor", "toString", "hasOwnProperty", "length", "0", "1", "v", "utm_source"]
ODD_NAMES += ["Width", "WIDTH", "width ", "width\n", "width[]", "widthh", "\u0175idth", "md5 ", "Expires"]
TOKENS = ["0", "1", "05", "50", "050", "99", "100", "101", "0101", "400", HUGE, "-1", "+1", "1.5", "1e2", " 1", "1\n"]
TOKENS += ["\u0663", "\uff11", "é", "\x00", "", ":", ",", "4:5", "04:05", "1,1", "1,1,", "0:1", "1:0", "a:b", "1:1:1"]
TOKENS += ["x", "y", "p", "x1", "y2", "x01", "y02", "x1p", "y2p", "x101p", "y101p", "xp", "yp", "x1\n", "X1", "x1pp"]
TOKENS += ["offset-x", "offset-y", "offset-x10", "offset-y20", "offset-x50", "offset-y050", "offset-x101", "offset-y9p"]
TOKENS += ["auto", "AUTO", "auto ", "auto\n", "auto75"]
TOKENS += ["90", "090", "180", "270", "h", "v", "hv", "vh"]
TOKENS += ["webp", "avif", "gif", "WEBP", "webp\n", "fit", "cover", "force", "bounds", "Cover", "cover "]
TOKENS += ["contain", "pad", "clamp", "true", "false", "high", "medium", "low", "High", "high\n", "jpg", "jpeg", "png"]
TOKENS += [
    "1.50",
    "01.5",
    "2.",
    ".5",
    "5.00",
    "5.01",
    "1.333",
    "1.5\n",
    "1.5.5",
    "ffffff",
    "FF8800ff",
    "ff880080",
    "fff",
]
TOKENS += ["center", "north", "southwest", "focus", "smart", "x30p,y40p", "x030p,y4p", "x101p,y0p", "x1,y2", "x1p"]
TOKENS += ["auto,webp", "avif,webp,jpg", "4:5,offset-x50,offset-y50", "constructor"]
MALFORMED = ["%", "%4", "%zz", "%g1", "%FF", "%C3", "%ED%A0%80", "%2535", "+", "%00", "%0A"]

_names = st.one_of(st.sampled_from([*PARAMETERS, "md5", "expires"]), st.sampled_from(ODD_NAMES), st.text(max_size=4))
_tokens = st.sampled_from(TOKENS)
_positions = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from("xy"), st.integers(0, 120), st.sampled_from(["", "p"])),
    st.builds("offset-{}{}".format, st.sampled_from("xy"), st.integers(0, 120)),
)
_crops = st.builds(
    ",".join,
    st.lists(st.one_of(_positions, _tokens, st.integers(0, 500).map(str)), min_size=1, max_size=5),
)
_values = st.one_of(
    _tokens,
    st.lists(_tokens, max_size=5).map(",".join),
    st.lists(_tokens, max_size=3).map("".join),
    _crops,
    st.integers(0, 10**12).map(str),
    st.sampled_from([SIGNATURE, SIGNATURE[1:], SIGNATURE + "a", SIGNATURE[1:] + "\n", SIGNATURE[1:] + "+"]),
    st.text(max_size=6),
)


def _escaped(text: str, where: set[int]) -> str:
    """Percent-encode the characters that need it, and the characters at the given places."""
    return "".join(
        "".join(f"%{byte:02x}" if i % 2 else f"%{byte:02X}" for byte in character.encode(errors="replace"))
        if i in where or character in "&=%#"
        else character
        for i, character in enumerate(text)
    )


def escaped(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with some of their characters percent-encoded."""
    return st.builds(_escaped, texts, st.sets(st.integers(0, 8), max_size=4))


_parts = st.one_of(
    st.builds("{}={}".format, escaped(_names), escaped(_values)),
    st.builds("{}={}".format, st.sampled_from([*PARAMETERS]), st.sampled_from(MALFORMED)),
    st.builds(
        "{}={}{}".format, st.sampled_from([*PARAMETERS]), _tokens.map(lambda text: _escaped(text, set())), _names
    ),
    escaped(_names),
)
_said = parameters.map(canonical)
_signed = st.builds("md5={}&expires={}".format, st.just(SIGNATURE), st.integers(0, 10**11))

queries = st.one_of(
    st.lists(_parts, max_size=8).map("&".join),
    st.builds(lambda said, parts: "&".join([said, *parts]), _said, st.lists(_parts, max_size=3)),
    st.builds(
        lambda said, signed, parts: "&".join([*parts, signed, said]), _said, _signed, st.lists(_parts, max_size=2)
    ),
)
"""Raw query strings."""
