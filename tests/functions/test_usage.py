"""The image function records how often each rule is used."""

import json
from typing import Any

import pytest

from imagestack.usage import NO_RULE, Use
from tests.conftest import Site
from tests.support.images import jpeg


@pytest.fixture
def uses(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Use]:
    """All uses from now on."""
    found: list[Use] = []
    monkeypatch.setattr(site.module, "USES", [found.append])
    return found


def metadata(text: str) -> list[dict[str, Any]]:
    """Return the fields that accompany the metrics in each line."""
    lines = [json.loads(line) for line in text.splitlines() if '"_aws"' in line]
    return [{name: line.get(name) for name in ("resource", "rule", "hit", "saved")} for line in lines]


def test_rules(site: Site, uses: list[Use]) -> None:
    """Each request is recorded for its rule, for new and stored objects. Requests without a rule are recorded too."""
    site.put("a.jpg", jpeg())
    site.rule(7, pattern=r"/.*\.jpg$", webp_enabled=True, quality=50)
    site.rule(8, pattern="/other/")
    made = site.get("a.jpg", accept="image/webp")
    site.get("a.jpg", accept="image/webp")
    assert site.get("b.png").status == 404
    saved = int(made.headers["X-Img-Saved-Bytes"])
    assert saved == len(jpeg()) - len(made.body)
    assert uses == [
        Use("*", "7", hit=False, saved=saved),
        Use("*", "7", hit=True, saved=saved),
        Use("*", NO_RULE, hit=False, saved=0),
    ]


def test_resources(site: Site, uses: list[Use]) -> None:
    """A use belongs to the resource that serves the request. Rules written by hand can have words as ids."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#site.example", "sk": "RULE#word", "rule": "/"})
    site.get("a.jpg")
    site.get("a.jpg", host="elsewhere.example")
    assert [(use.resource, use.rule) for use in uses] == [("site.example", "word"), ("*", NO_RULE)]


def test_the_line_of_metrics(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Uses are written next to the metrics at any log level, and are not dimensions."""
    site.put("a.jpg", jpeg())
    site.rule(7, webp_enabled=True, quality=50)
    capsys.readouterr()
    saved = int(site.get("a.jpg", accept="image/webp").headers["X-Img-Saved-Bytes"])
    site.get("a.jpg", accept="image/webp")
    told = capsys.readouterr().out
    assert metadata(told) == [
        {"resource": "*", "rule": "7", "hit": 0, "saved": saved},
        {"resource": "*", "rule": "7", "hit": 1, "saved": saved},
    ]
    line = json.loads(next(line for line in told.splitlines() if '"_aws"' in line))
    assert all(directive["Dimensions"] == [["service"]] for directive in line["_aws"]["CloudWatchMetrics"])


def test_requests_that_nobody_could_read(site: Site, uses: list[Use], capsys: pytest.CaptureFixture[str]) -> None:
    """A request that is refused before its rules are read is not recorded as a use."""
    capsys.readouterr()
    assert site.ask("/%2e%2e/a.jpg").status == 400
    assert uses == []
    assert metadata(capsys.readouterr().out) == [{"resource": None, "rule": None, "hit": None, "saved": None}]
