"""Keys of derived objects."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.plan.derived_key import derived_key, derived_prefix
from imagestack.plan.plan import Plan, make_plan
from imagestack.rules.options import ImageStack
from tests.support.strategies import asked, hosts, keys, plan_pairs, plans

S3_LIMIT = 1024
HOST = "site.example"
ENGINE = "3-pillow13.0.0-avif1.6.0"
LONGEST_QUERY = (
    "rotate=270&flip=hv&area=9999999999,9999999999,x9999999999,y9999999999&width=9999999999&height=9999999999"
    "&fit=contain&crop=9999999999,9999999999,x9999999999,y9999999999&dpr=1.25&enlarge=clamp&gravity=x100p,y100p"
    "&background=ffffff80&fmt=avif,webp,jpeg,png&quality=auto"
)


def plan(query: str, **option: Any) -> Plan:
    return make_plan(asked(query), ImageStack(enabled=True, **option), ("avif", "webp"))


PLAN = plan("width=200&fmt=webp")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("width=200&fmt=webp", "fmt=webp&width=0200&utm=5"),
        ("width=5&height=6", "height=6&fit=fit&width=5"),
        ("crop=5,6", "crop=5,6,offset-x50,offset-y50"),
        ("width=5&height=x", "height=x&crop=1:1:1"),
        # Nothing is cut or placed.
        ("width=5&height=6&fit=contain", "width=5&height=6&fit=contain&gravity=north"),
        ("width=5&height=6&fit=force", "width=5&height=6&fit=force&gravity=x1p,y2p"),
        ("width=5&height=6&fit=bounds", "width=5&height=6&fit=bounds&gravity=focus"),
        ("width=5&height=6&fit=cover", "width=5&height=6&fit=cover&gravity=west"),
    ],
)
def test_equal_requests(one: str, other: str) -> None:
    """Requests that mean the same share a derived object, whatever they got wrong beside."""
    assert derived_key(HOST, "a.jpg", plan(one), ENGINE) == derived_key(HOST, "a.jpg", plan(other), ENGINE)


@pytest.mark.parametrize(
    "query", ["width=5&height=6", "width=5&height=6&fit=pad", "width=5&height=6&fit=contain&crop=2,3"]
)
def test_gravity_that_matters(query: str) -> None:
    """Where something is cut or placed, each gravity has a derived object of its own."""
    found = {
        derived_key(HOST, "a.jpg", plan(f"{query}{gravity}"), ENGINE)
        for gravity in ("", "&gravity=north", "&gravity=focus", "&gravity=x1p,y2p", "&gravity=x2p,y1p")
    }
    assert len(found) == 5


@given(plan_pairs)
def test_different_plans(pair: tuple[Plan, Plan]) -> None:
    """Different plans of an original have different keys, equal ones the same."""
    one, other = pair
    same = derived_key(HOST, "a.jpg", one, ENGINE) == derived_key(HOST, "a.jpg", other, ENGINE)
    assert same == (one.canonical() == other.canonical())


def test_readable() -> None:
    """An operator sees host, original, operations and format."""
    key = derived_key(HOST, "photos/a.jpg", PLAN, ENGINE)
    assert key.startswith(f"{HOST}/photos/a.jpg/")
    assert "width=200" in key
    assert key.endswith(".webp")


@given(hosts, keys, plans)
def test_prefix_covers_its_derived_keys(host: str, key: str, made: Plan) -> None:
    """A purge that lists by the prefix finds every derived object of an original."""
    assert derived_key(host, key, made, ENGINE).startswith(derived_prefix(host, key))


@given(hosts, keys, plans)
def test_s3_takes_every_key(host: str, key: str, made: Plan) -> None:
    """S3 keys hold 1,024 bytes of UTF-8."""
    assert len(derived_key(host, key, made, ENGINE).encode()) <= S3_LIMIT


@pytest.mark.parametrize("character", ["a", "@", "%", "/", "é", "€", "😀"])
def test_longest_key(character: str) -> None:
    """The longest host, the longest original and the longest plan together fit."""
    key = character * (S3_LIMIT // len(character.encode()))
    made = plan(LONGEST_QUERY, png_lossless=True, linear=True)
    assert len(derived_key("h" * 253, key, made, ENGINE).encode()) <= S3_LIMIT


def test_long_plans_have_keys_of_their_own() -> None:
    """Where a plan is too long for the key, its hash still distinguishes plans, formats and encoders."""
    host, key = "h" * 253, "x" * S3_LIMIT
    made = {
        derived_key(host, key, plan(LONGEST_QUERY.replace(*change)), engine)
        for engine in ("1", "2")
        for change in [("", ""), ("dpr=1.25", "dpr=1.26"), ("fmt=avif,", "fmt=")]
    }
    assert len(made) == 6
    assert all(name.startswith(derived_prefix(host, key)) for name in made)


# Pairs of originals whose derived objects could be taken for one another's.
NEIGHBOURS = [
    ("a", "a/b.jpg"),
    ("a", "a/@/b"),
    ("a", "a/@"),
    ("a", "a@"),
    ("a", "a/"),
    ("a", "a/@/width=200&fmt=webp&preset=95&v=2.webp"),
    ("a", "a/%40/b"),
    ("@", "%40"),
    ("@", "@/@"),
    ("%", "%25"),
    ("%40", "%2540"),
    ("a", "/a"),
    ("a/", "a//"),
    ("a", "A"),
    ("é", "e\u0301"),
    ("x" * 1000, "x" * 1001),
    ("x" * 600, "x" * 600 + "/@/"),
    ("x" * 512, "x" * 513),
    ("x" * 479, "x" * 600),
    ("x" * 479 + "/", "x" * 479 + "/" + "y" * 500),
    ("é" * 300, "é" * 301),
    ("@" * 400, "@" * 401),
    ("x" * 478 + "/" + "y" * 500, "x" * 478),
    ("x" * 478 + "/" + "y" * 500, "x" * 478 + "/"),
]


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS, ids=range(len(NEIGHBOURS)))
def test_neighbours(one: str, other: str) -> None:
    """The prefix of one original never covers a derived object of another."""
    assert_apart((HOST, one), (HOST, other))


def test_hash_cannot_be_forged() -> None:
    """An original that is named like the cut and hashed form of a long one is still another."""
    long = "x" * 1000
    forged = derived_prefix(HOST, long).removeprefix(f"{HOST}/").removesuffix("/@/")
    assert_apart((HOST, long), (HOST, forged))


@given(hosts, keys, hosts, keys, plans)
def test_prefixes_are_free(host: str, key: str, other_host: str, other_key: str, made: Plan) -> None:
    """For any two originals of any hosts, neither prefix covers the other's derived objects."""
    if (host, key) != (other_host, other_key):
        assert_apart((host, key), (other_host, other_key), made)


@given(hosts, keys, st.text("@/%ab0", min_size=1, max_size=6))
def test_longer_names_are_apart(host: str, key: str, more: str) -> None:
    """An original whose key begins like another's is apart from it."""
    assert_apart((host, key), (host, key + more))


def test_hosts_are_apart() -> None:
    """The resource of all hosts and every single host have objects of their own."""
    prefixes = [derived_prefix(host, "a") for host in ("*", "a", "default", "default.example", "site.example", "site")]
    assert len(set(prefixes)) == len(prefixes)
    for one in prefixes:
        assert [other for other in prefixes if other.startswith(one)] == [one]


def test_any_host_is_no_hosts_folder() -> None:
    """The folder of the resource of all hosts is named like no host can be, and S3 needs no escapes for it."""
    folder = derived_prefix("*", "a").partition("/")[0]
    assert folder.startswith("_")
    assert "*" not in folder


def assert_apart(one: tuple[str, str], other: tuple[str, str], made: Plan = PLAN) -> None:
    assert not derived_key(*other, made, ENGINE).startswith(derived_prefix(*one))
    assert not derived_key(*one, made, ENGINE).startswith(derived_prefix(*other))
