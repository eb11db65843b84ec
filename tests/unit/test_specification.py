"""The page `docs/specification.md`: its skip reasons, and the citations that lead to it."""

import inspect
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

from imagestack import skips
from imagestack.errors import OriginStatusError
from imagestack.request.parameters import PARAMETERS
from imagestack.skips import SkipReason

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/specification.md").read_text(encoding="utf-8")
ANCHORS = re.findall(r'<a id="([^"]*)"></a>', PAGE)

# How the page writes the arguments of the reasons that have some.
PARTS: dict[Callable[..., SkipReason], tuple[str, ...]] = {
    skips.unsupported_type: ("<type>",),
    skips.unsupported_encoding: ("<encoding>",),
    skips.conversion_failed: ("image/<format>",),
    skips.not_lossless: ("<format>",),
    skips.quality_above_origin: ("<n>", "<m>"),
    skips.crop_conflict: ("<w>", "<h>", "<rw>", "<rh>"),
}

_SUFFIXES = {".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".toml", ".yaml"}
_LEFT_OUT = {"node_modules", "build", "dist"}
_CITATION = re.compile(r"specification\.md#([\w-]+)((?:(?:,|,? and|,? to)\s+#[\w-]+)*)")
_FURTHER = re.compile(r"#([\w-]+)")
# Comment markers and line ends may stand between the words.
_GAP = r"[\s#*/]+"
_OLD_CITATION = re.compile(rf"\bspec(?:ification)?{_GAP}(?:sections?{_GAP})?[0-9]", re.IGNORECASE)


def constants() -> Iterator[SkipReason]:
    for name, value in vars(skips).items():
        if name.isupper() and not name.startswith("_") and isinstance(value, str):
            yield SkipReason(value)


def functions() -> Iterator[Callable[..., SkipReason]]:
    for name, value in inspect.getmembers(skips, inspect.isfunction):
        if not name.startswith("_") and get_type_hints(value).get("return") is SkipReason:
            yield value


def rows() -> Iterator[tuple[str, str]]:
    """Each reason as the page writes it, and as its anchor is made of it."""
    bad_values = (parameter.reason for parameter in PARAMETERS.values() if parameter.reason)
    for reason in dict.fromkeys((*constants(), *bad_values)):
        yield reason, reason
    for function, parts in PARTS.items():
        yield function(*parts), function(*[""] * len(parts))
    status = OriginStatusError(404).reason or ""
    yield status.replace("404", "<code>"), status.replace("404", "")


def anchor(reason: str) -> str:
    return "reason-" + "-".join(re.findall(r"[a-z0-9]+", reason.lower()))


def texts() -> Iterator[tuple[str, str]]:
    """Paths and contents of the project's own text files."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _LEFT_OUT]
        for path in (Path(folder, name) for name in names):
            if path.suffix in _SUFFIXES:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def cited(text: str) -> list[str]:
    """The anchors of the specification that a text cites."""
    return [
        name
        for first, further in _CITATION.findall(re.sub(r"\s+(?:#\s+)?", " ", text))
        for name in (first, *_FURTHER.findall(further))
    ]


def test_every_reason_with_arguments_has_a_row() -> None:
    """The table of this file has all functions that make a reason."""
    assert set(functions()) == {*PARTS, skips.bad_parameter}


@pytest.mark.parametrize(("reason", "named"), list(rows()), ids=[reason for reason, _ in rows()])
def test_reasons(reason: str, named: str) -> None:
    """Every reason has a row with its anchor and its exact text."""
    assert f'| <a id="{anchor(named)}"></a>`{reason}` |' in PAGE


def test_anchors_are_unique() -> None:
    """An anchor names one place, and each section has one."""
    assert len(ANCHORS) == len(set(ANCHORS))
    assert {f"section-{number}" for number in (*range(1, 9), 10)} <= set(ANCHORS)
    assert {"section-3-fit", "section-3-crop", "section-3-rotate"} <= set(ANCHORS)
    parts = ("dpr", "pad", "enlarge", "gravity", "area", "background", "fmt")
    assert {f"section-10-{part}" for part in parts} <= set(ANCHORS)


def test_links_of_the_page() -> None:
    """Links of the page to itself lead to an anchor."""
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= set(ANCHORS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(docs/specification.md#section-4)", ["section-4"]),
        (
            "docs/specification.md#section-2, #section-3 and #section-6",
            ["section-2", "section-3", "section-6"],
        ),
        ("# docs/specification.md#section-3\n# to #section-6", ["section-3", "section-6"]),
        ("[rules](specification.md#section-4) and #other", ["section-4"]),
        ("docs/specification.md", []),
    ],
)
def test_reading_of_citations(text: str, expected: list[str]) -> None:
    """A citation may name several anchors, over several lines."""
    assert cited(text) == expected


def test_citations_lead_to_an_anchor() -> None:
    """Every citation of the specification, in code, tests and docs, names an anchor that exists."""
    wrong = [f"{path}: #{name}" for path, text in texts() for name in cited(text) if name not in ANCHORS]
    assert not wrong


def test_citations_are_links() -> None:
    """No citation names a section by its number alone."""
    wrong = [
        f"{path}: {' '.join(citation.group().split())}"
        for path, text in texts()
        for citation in _OLD_CITATION.finditer(text)
    ]
    assert not wrong
