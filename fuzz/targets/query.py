"""The grammar of the query."""

from fuzz.mutate import of_words
from fuzz.target import Target
from imagestack.formats import CONVERSIONS
from imagestack.operations.gravity import Anchor
from imagestack.operations.resize import Enlarge, Fit
from imagestack.plan.plan import make_plan
from imagestack.quality import LEVELS
from imagestack.request import parameters
from imagestack.request.query import canonical, pairs, parse
from imagestack.rules.options import ImageStack

_SEEDS = (
    "width=800&fmt=avif",
    "width=800&height=600&fit=bounds",
    "height=600&crop=4:5,offset-x0,offset-y100&quality=80",
    "crop=200,100,x10,y20&fmt=webp,avif",
    "crop=200,100,x10p,y20p&quality=auto",
    "width=300&height=200&fit=pad&dpr=1.50&gravity=x030p,y40p&background=FF880080&fmt=avif,webp,jpg",
    "area=4:5,offset-x50,offset-y50&width=600&enlarge=clamp&gravity=focus&fmt=auto&quality=high",
    *(bad.spelling for bad in parameters.BAD),
)
_WORDS: tuple[str, ...] = (
    *(f"{name}=" for name in parameters.PARAMETERS),
    *Fit,
    *Enlarge,
    *Anchor,
    *LEVELS,
    *CONVERSIONS,
)
_WORDS += (
    "&",
    "%26",
    "%",
    "%zz",
    "+",
    ",",
    ":",
    "x",
    "y",
    "p",
    "offset-x",
    "offset-y",
    "auto",
    "jpg",
    "smart",
    "x30p,y40p",
    "1.5",
    "01.50",
    "5.01",
    ".",
    "ffffff",
    "FF880080",
    "0",
    "00",
    "9999999999",
)
_WORDS += ("10000000000", "\u0663", "é", "%C3%A9", "%ff", "-1", "1e3", "1_0")


def check(data: bytes) -> None:
    """Reading a query raises no exception; its canonical spelling is stable and printable ASCII."""
    said = parse(pairs(data.decode(errors="surrogateescape")))
    spelled = canonical(said)
    assert spelled.isascii(), spelled
    assert parse(pairs(spelled)) == said
    assert canonical(parse(pairs(spelled))) == spelled
    plan = make_plan(said, ImageStack(enabled=True, avif_enabled=True), ("avif", "webp"))
    for reason in plan.reasons:
        assert reason.isascii(), reason
        assert reason.isprintable(), reason


TARGET = Target(
    check,
    lambda: [seed.encode() for seed in _SEEDS],
    of_words([word.encode() for word in _WORDS]),
    longest=512,
)
