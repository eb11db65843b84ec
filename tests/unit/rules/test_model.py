"""The effective options of a path (docs/specification.md#section-4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.quality import Auto
from imagestack.rules.model import Resource, Rule
from imagestack.rules.options import ImageStack, Options


def marked(quality: int) -> Options:
    """Options that differ by their number."""
    return Options(ImageStack(enabled=True, quality=quality))


def rule(number: int | str, pattern: str = "/.*", **fields: object) -> Rule:
    """A rule that can be recognised by its quality, where its id is a number."""
    fields.setdefault("options", marked(number) if isinstance(number, int) else Options())
    return Rule(number, pattern, **fields)  # type: ignore[arg-type]


def quality(resource: Resource, path: str = "/a.jpg") -> int | Auto:
    return (resource.options_for(path).image_stack or ImageStack()).quality


def test_defaults() -> None:
    """Quality 95, the rest off."""
    assert ImageStack() == ImageStack(
        enabled=False, quality=95, webp_enabled=False, avif_enabled=False, png_lossless=False
    )


def test_nothing_said() -> None:
    """A resource without the option does not change images."""
    assert Resource("site.example").options_for("/a.jpg") == Options()


def test_resource_without_rules() -> None:
    """Without a rule that matches, the resource's own option is in effect."""
    resource = Resource("site.example", options=marked(70), rules=(rule(1, "/other/"),))
    assert quality(resource) == 70


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        ([rule(1, weight=2), rule(2, weight=1)], 2),
        ([rule(2, weight=1), rule(1, weight=2)], 2),
        ([rule(2), rule(1)], 1),
        ([rule(10), rule(9)], 9),
        ([rule(1, weight=0), rule(2, weight=-1)], 2),
        ([rule(1, weight=10), rule(2, weight=9)], 2),
        ([rule(1, active=False), rule(2)], 2),
        ([rule(1, "/b"), rule(2, "/a")], 2),
        ([rule(1, "/b", weight=0), rule(2, "/a", weight=5), rule(3, "/a", weight=4)], 3),
    ],
    ids=[
        "weight",
        "weight-listed-first",
        "id",
        "id-is-a-number",
        "negative",
        "weight-is-a-number",
        "active",
        "match",
        "all",
    ],
)
def test_first_rule_wins(rules: list[Rule], first: int) -> None:
    """The first active rule that matches wins: lowest weight first, ties by id."""
    assert quality(Resource("site.example", rules=tuple(rules))) == first


def test_numbers_before_words() -> None:
    """Rules that are named by a word come after numbered ones of the same weight."""
    worded = rule("a", options=marked(100))
    assert quality(Resource("site.example", rules=(worded, rule(99)))) == 99
    assert [found.id for found in Resource("h", rules=(rule("b"), rule("a"), rule(2))).rules] == [2, "a", "b"]


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 50), st.booleans()), unique_by=lambda row: row[1]), st.data()
)
def test_order_of_items_is_no_matter(rows: list[tuple[int, int, bool]], data: st.DataObject) -> None:
    """However rules are listed, the active one of lowest weight and id decides."""
    rules = [rule(number, weight=weight, active=active) for weight, number, active in data.draw(st.permutations(rows))]
    active = [(weight, number) for weight, number, active in rows if active]
    assert quality(Resource("h", rules=tuple(rules))) == (min(active)[1] if active else 95)


def test_later_rules_are_not_looked_at() -> None:
    """A first match without the option inherits from the resource, not from a later rule."""
    resource = Resource("h", options=marked(70), rules=(rule(1, options=Options()), rule(2)))
    assert quality(resource) == 70


def test_a_rule_switches_off() -> None:
    """Present with `enabled: false`, the option is off for those paths."""
    off = rule(1, "/raw/", options=Options(ImageStack(enabled=False)))
    resource = Resource("h", options=marked(70), rules=(off,))
    assert resource.options_for("/raw/a.jpg").image_stack is None
    assert resource.options_for("/a.jpg").image_stack == ImageStack(enabled=True, quality=70)


def test_a_rule_replaces_whole() -> None:
    """Present and enabled, it replaces the resource's option as a whole: nothing is merged."""
    everything = ImageStack(enabled=True, quality=60, webp_enabled=True, avif_enabled=True, png_lossless=True)
    resource = Resource("h", options=Options(everything), rules=(rule(1, options=marked(80)),))
    assert resource.options_for("/a.jpg").image_stack == ImageStack(enabled=True, quality=80)


@pytest.mark.parametrize(
    ("option", "formats"),
    [
        (ImageStack(enabled=True, webp_enabled=True), {"webp"}),
        (ImageStack(enabled=True, avif_enabled=True), {"avif"}),
        (ImageStack(enabled=True, webp_enabled=True, avif_enabled=True), {"webp", "avif"}),
        (ImageStack(enabled=True), set()),
        (ImageStack(enabled=False, webp_enabled=True, avif_enabled=True), set()),
    ],
    ids=["webp", "avif", "both", "none", "off"],
)
def test_formats(option: ImageStack, formats: set[str]) -> None:
    """What is converted automatically; nothing while the option is off."""
    assert option.formats == formats


TEMPLATE = r"/.*\.(?i:jpg|jpeg|png)$"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        (TEMPLATE, "/a.jpg", True),
        (TEMPLATE, "/a/b/c.JPG", True),
        (TEMPLATE, "/a.JpEg", True),
        (TEMPLATE, "/a.png", True),
        (TEMPLATE, "/a.gif", False),
        (TEMPLATE, "/a.jpg.txt", False),
        (TEMPLATE, "/ajpg", False),
        # Searched, so that only ^ binds to the beginning.
        ("/b/", "/a/b/c", True),
        ("^/b/", "/a/b/c", False),
        ("^/a/", "/a/b/c", True),
        ("/", "/", True),
        # Case-sensitive.
        ("/A", "/a", False),
        ("/(?i:A)", "/a", True),
        ("/(?i:a)b", "/AB", False),
        # The decoded path.
        ("/a b", "/a b.jpg", True),
        ("/é+$", "/éé", True),
        ("/.$", "/é", True),
        ("/.$", "/😀", True),
        ("/a%20b", "/a b.jpg", False),
        (r"/\?", "/a", False),
        # Alternatives.
        ("/a|/b", "/b", True),
        (r"/\d{3}$", "/123", True),
        (r"/[^/]+$", "/a/", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: object) -> None:
    """A pattern is searched in the decoded path with its leading slash, case-sensitively."""
    assert rule(1, pattern).matches(path) is expected


@pytest.mark.parametrize("pattern", ["/" + "a" * 299, "^/" + "a" * 298, "/" + "é" * 299])
def test_longest_pattern(pattern: str) -> None:
    """300 characters are allowed."""
    assert rule(1, pattern).matches(pattern.removeprefix("^"))


BROKEN = {
    "too long": "/" + "a" * 300,
    "empty": "",
    "no slash": "a",
    "any": ".*",
    "optional start": "?/a",
    "inner slash": r"\.jpg$|/",
    "group first": "(?i)/a",
    "anchored without slash": "^a",
    "space first": " /a",
    "open group": "/(a",
    "open class": "/[a",
    "nothing to repeat": "/**",
    "backreference": r"/(a)\1",
    "look-ahead": "/(?=a)",
    "negative look-ahead": "/(?!a)",
    "look-behind": "/(?<=a)b",
    "possessive": "/a++",
    "too many repeats": "/a{1001}",
    "too large": "/((a{100}){100}){100}",
    "surrogate": "/\ud800",
    "trailing backslash": "/\\",
}


@pytest.mark.parametrize("pattern", BROKEN.values(), ids=BROKEN)
def test_broken_patterns(pattern: str) -> None:
    """Patterns start with / or ^/, have 300 characters at most, and are regular expressions of RE2."""
    with pytest.raises(ValueError, match=r"pattern|codec"):
        rule(1, pattern)


@pytest.mark.parametrize(
    "pattern", ["/(a+)+$", "/(a|a)*$", "/(a*)*b", "/(.*a){20}$", "/(?:a?){100}a{100}$", "/([a-z]+)*!"]
)
def test_no_pattern_hangs(pattern: str) -> None:
    """Patterns that never end on a backtracking engine are matched at once."""
    assert rule(1, pattern).matches("/" + "a" * 20_000 + "!") is (pattern == "/([a-z]+)*!")
