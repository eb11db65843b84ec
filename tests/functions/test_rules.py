"""Rules from DynamoDB, through the handler (docs/specification.md#section-4)."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from imagestack.errors import StoreError
from imagestack.rules.cache import CachedRules
from tests.conftest import BOTH, ORIGINALS, Site
from tests.support.images import encoded, jpeg, photograph, png


def rule_item(number: int, pattern: str = "/.*", **attributes: object) -> dict[str, object]:
    return {"pk": "RESOURCE#*", "sk": f"RULE#{number}", "rule": pattern, **attributes}


def image_stack(**option: object) -> dict[str, object]:
    return {"image_stack": {"enabled": True, **option}}


WEBP, AVIF = image_stack(webp_enabled=True), image_stack(avif_enabled=True)


def test_nothing_is_done_without_rules(site: Site) -> None:
    """If a resource has no rules and no options, query parameters have no effect."""
    site.put("a.jpg", jpeg())
    reply = site.get("a.jpg", "width=100&fmt=nonsense&quality=x", BOTH)
    assert (reply.status, reply.reason, reply.body) == (200, None, jpeg())


def test_first_match_by_weight_then_id(site: Site) -> None:
    """The matching rule with the lowest weight applies, then the lowest id. Later rules are ignored."""
    site.put("a.jpg", jpeg())
    site.item(rule_item(10, weight=1, options=AVIF))
    site.item(rule_item(9, weight=1, options=WEBP))
    assert site.get("a.jpg", "", BOTH).type == "image/webp"
    site.item(rule_item(11, weight=0, options={}))
    assert site.get("a.jpg", "", BOTH).type == "image/jpeg"
    site.item(rule_item(11, weight=0, active=False, options={}))
    assert site.get("a.jpg", "", BOTH).type == "image/webp"


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/.*", "a.jpg", True),
        ("^/a", "a.jpg", True),
        ("^/a", "b/a.jpg", False),
        ("/a", "b/a.jpg", True),
        ("/A", "a.jpg", False),
        ("/(?i:A)", "a.jpg", True),
        ("/été$", "été", True),
        (r"/.*\.(?i:jpg|jpeg|png)$", "x/y.JPG", True),
        (r"/.*\.(?i:jpg|jpeg|png)$", "x/y.gif", False),
        ("/a b", "a b.jpg", True),
    ],
)
def test_patterns(site: Site, pattern: str, path: str, *, matches: bool) -> None:
    """A rule's pattern is searched, with case, in the decoded path with its leading slash."""
    site.put(path, jpeg())
    site.item(rule_item(1, pattern, options=WEBP))
    assert (site.get(path, "", BOTH).operations == "convert") is matches


def test_inheritance(site: Site) -> None:
    """An absent or null option is inherited, a present one replaces the whole, and `enabled: false` disables it."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": image_stack(webp_enabled=True, quality=10)})
    inherited = site.get("a.jpg", "", BOTH)
    assert inherited.type == "image/webp"
    for options in ({}, {"image_stack": None}, None):
        site.item(rule_item(1, options=options))
        assert site.get("a.jpg", "", BOTH).body == inherited.body
    # Replaced whole: WebP and quality 10 are gone.
    site.item(rule_item(1, options=image_stack()))
    assert site.get("a.jpg", "", BOTH).type == "image/jpeg"
    assert len(site.get("a.jpg", "fmt=webp", BOTH).body) > len(inherited.body)
    site.item(rule_item(1, options={"image_stack": {"enabled": False}}))
    assert site.get("a.jpg", "fmt=webp", BOTH).type == "image/jpeg"


def test_own_resource_before_the_default(site: Site) -> None:
    """`RESOURCE#*` serves only hosts without their own resource. Ports and case are ignored."""
    site.put("a.jpg", jpeg())
    site.rule(1, "*", webp_enabled=True)
    site.rule(1, "own.example", avif_enabled=True)
    for host, expected in (
        ("own.example", "avif"),
        ("OWN.example:8080", "avif"),
        ("own.example.", "avif"),
        ("other.example", "webp"),
        ("[::1]:8080", "webp"),
        ("", "webp"),
        ("*", "webp"),
    ):
        assert site.get("a.jpg", "", BOTH, host=host).type == f"image/{expected}", host


def test_origin_prefix(site: Site) -> None:
    """The keys of a resource are below its prefix, and two resources never share derived objects."""
    site.put("one/a.jpg", jpeg(400, 300))
    site.put("two/a.jpg", jpeg(200, 100))
    for host in ("one", "two"):
        site.item({"pk": f"RESOURCE#{host}", "sk": "SETTINGS", "origin": {"prefix": f"/{host}/"}})
        site.rule(1, host)
    assert site.get("a.jpg", "width=50", host="one").image.size == (50, 38)
    assert site.get("a.jpg", "width=50", host="two").image.size == (50, 25)
    assert site.get("one/a.jpg", host="two").status == 404


def test_inactive_resource(site: Site) -> None:
    """An inactive resource serves no images."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "active": False})
    reply = site.get("a.jpg")
    assert reply.status == 404
    assert json.loads(reply.body) == {"error": "the resource is not active"}


BROKEN = [
    {"rule": "no slash"},
    {"rule": "/" + "a" * 300},
    {"rule": "/("},
    {"rule": "/(?=a)"},
    {"rule": 7},
    {"rule": "/.*", "weight": "first"},
    {"rule": "/.*", "active": "yes"},
    {"rule": "/.*", "ruleType": 1},
    {"rule": "/.*", "options": "webp"},
    {"rule": "/.*", "options": {"image_stack": {"enabled": True, "quality": 101}}},
    {"rule": "/.*", "options": {"image_stack": {"enabled": 1}}},
]


@pytest.mark.parametrize("broken", BROKEN, ids=[str(item)[:60] for item in BROKEN])
def test_broken_item_is_left_out(
    site: Site,
    broken: dict[str, object],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An invalid item is skipped, logged and included in the metrics. The other items stay in effect."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "weight": 0, **broken})
    site.item(rule_item(2, weight=1, options=WEBP))
    assert site.get("a.jpg", "", BOTH).type == "image/webp"
    [logged] = [vars(record) for record in caplog.records if record.getMessage() == "rule item left out"]
    assert (logged["pk"], logged["sk"]) == ("RESOURCE#*", "RULE#1")
    assert logged["problem"]
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "BrokenRuleItems" in line]
    assert [line["BrokenRuleItems"] for line in metrics] == [[1]]


def test_rules_are_kept_while_the_table_fails(site: Site) -> None:
    """If DynamoDB fails, the last good copy is used. A function without a copy returns originals unchanged."""
    site.put("a.jpg", jpeg())
    site.rule(webp_enabled=True)
    table = site.module.PIPELINE.rules._table  # noqa: SLF001 - the real table, to be made to fail
    down = False

    class Table:
        """The real table, until it is down."""

        def items(self, host: str) -> Sequence[Mapping[str, Any]]:
            if down:
                raise StoreError(host)
            items: Sequence[Mapping[str, Any]] = table.items(host)
            return items

    def cold() -> CachedRules:
        return CachedRules(Table(), ORIGINALS, 0, lambda: 0.0, print)

    with site.pipeline(rules=cold()):
        assert site.get("a.jpg", "", BOTH).type == "image/webp"
        down = True
        assert site.get("a.jpg", "", BOTH).type == "image/webp"
    with site.pipeline(rules=cold()):
        reply = site.get("a.jpg", "", BOTH)
        assert (reply.status, reply.type, reply.body) == (200, "image/jpeg", jpeg())
        assert reply.headers["Cache-Control"] == "public, max-age=5"


def test_missing_table(site: Site) -> None:
    """The adapter reports a missing table as a failure of the store."""
    table = site.module.PIPELINE.rules._table  # noqa: SLF001 - the real adapter
    missing = type(table)(table._client, "missing")  # noqa: SLF001 - the same client
    with pytest.raises(StoreError) as caught:
        missing.items("*")
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(("rule_quality", "original_quality"), [(95, 60), (60, 60), (40, 60)])
def test_quality_from_a_rule_is_capped(site: Site, rule_quality: int, original_quality: int) -> None:
    """A rule's quality never goes above the JPEG original's: 95 of a 60 is a 60."""
    site.put("a.jpg", encoded(photograph(), quality=original_quality))
    site.rule(quality=rule_quality)
    reply = site.get("a.jpg", "width=200")
    capped = site.get("a.jpg", f"width=200&quality={min(rule_quality, original_quality)}")
    assert reply.body == capped.body
    expected = Image.open(BytesIO(encoded(photograph(), quality=min(rule_quality, original_quality))))
    assert quantization(reply.image) == quantization(expected)


def quantization(image: Image.Image) -> dict[int, list[int]]:
    assert isinstance(image, JpegImageFile)
    return image.quantization


@pytest.mark.parametrize("quality", [1, 2, 25, 49, 50, 51, 75, 90, 92, 95, 99, 100])
def test_estimated_quality_is_the_one_it_was_encoded_with(site: Site, quality: int) -> None:
    """The reason for a quality above the original's has the estimate, which is exact for IJG's tables."""
    site.put("a.jpg", encoded(photograph().resize((64, 64)), quality=quality))
    site.rule()
    reply = site.get("a.jpg", "fmt=webp&quality=100", BOTH)
    if quality == 100:
        assert "OriginQ" not in (reply.reason or "")
    else:
        reason = f"convert: converted image bigger than origin: OriginQ: {quality}, DesiredQ: 100"
        assert reply.reason == reason


def test_png_has_no_quality_to_cap(site: Site) -> None:
    """A PNG accepts any quality."""
    site.put("a.png", png(), "image/png")
    site.rule()
    assert site.get("a.png", "fmt=webp&quality=100", BOTH).operations == "convert"


def test_automatic_conversion_is_for_jpeg_and_png(site: Site) -> None:
    """Both kinds of originals are converted where the rule says so."""
    site.put("a.jpg", jpeg())
    site.put("a.png", png(), "image/png")
    site.rule(webp_enabled=True, avif_enabled=True)
    for key in ("a.jpg", "a.png"):
        assert site.get(key, "", BOTH).type == "image/avif"
        assert site.get(key, "", "image/webp").type == "image/webp"
        assert site.get(key, "fmt=webp", BOTH).type == "image/webp"
