"""Writes the tables of docs and console that are made from tables of the library: `python -m tools.tables`."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagestack.quality import AUTO
from imagestack.request.accept import BROWSERS
from imagestack.request.foreign_names import FOREIGN_NAMES
from imagestack.request.parameters import overview
from imagestack.rules.option_kinds import Choice, Quality, Switch, Whole
from imagestack.rules.option_metadata import ConsoleRow, Kind, OptionField, option_fields
from imagestack.rules.options import ImageStack

ROOT = Path(__file__).resolve().parent.parent

# The first rows of the form in the console; all others follow in the order of the fields.
_FIRST_ROWS = ("quality", "quality_target", "png_lossless", "webp_enabled", "avif_enabled", "linear", "refine")


@dataclass(frozen=True)
class Generated:
    """A file that is made from tables, or a block of one.

    Attributes:
        path: of the file, relative to the repository.
        make: returns the text, with a line feed at its end.
        markers: the lines before and after the block; None: the text is the whole file.
    """

    path: str
    make: Callable[[], str]
    markers: tuple[str, str] | None = None

    def applied(self, content: str) -> str:
        """The content of the file with the text as it is now.

        Raises:
            ValueError: the file has not exactly one pair of markers.
        """
        if self.markers is None:
            return self.make()
        begin, end = (f"{marker}\n" for marker in self.markers)
        before, *after = content.split(begin)
        if len(after) != 1 or end not in after[0]:
            raise ValueError(f"{self.path} has not one block between {begin.strip()} and {end.strip()}")
        return f"{before}{begin}{self.make()}{end}{after[0].partition(end)[2]}"

    def is_current(self) -> bool:
        """Whether the file has the text as it is now."""
        path = ROOT / self.path
        content = path.read_text(encoding="utf-8") if path.exists() else ""
        return self.applied(content) == content

    def write(self) -> None:
        """Write the text as it is now."""
        path = ROOT / self.path
        content = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(self.applied(content), encoding="utf-8")


def markdown(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    titles = list(titles)
    lines = [titles, ["---"] * len(titles), *rows]
    first, rule, *others = ("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join((first, rule.replace(" ", ""), *others, ""))


def options_table() -> str:
    """The fields of `image_stack`, for `docs/rules.md`."""
    rows = ([f"`{one.attribute}`", _type(one.kind), f"`{_literal(one.default)}`", one.meaning] for one in _fields())
    return markdown(("name", "type", "default", "meaning"), rows)


def options_script() -> str:
    """The fields of `image_stack`, for the form of the console."""
    order = {name: at for at, name in enumerate(_FIRST_ROWS)}
    shown = sorted(_fields(), key=lambda one: order.get(one.attribute, len(order)))
    rows = {one.attribute: _described(one, one.row) for one in shown if one.row}
    return "\n".join(
        (
            "// The fields of the option image_stack. Written by `make tables` from imagestack/rules/options.py.",
            "",
            "/** The word for a quality that is chosen for each image. */",
            f"export const AUTO = {json.dumps(AUTO)};",
            "",
            "/** By name, in the order of the form. */",
            f"export const FIELDS = {json.dumps(rows, indent=2)};",
            "",
        )
    )


def parameters_table() -> str:
    """The parameters of the query, for `docs/parameters.md`."""
    rows = ((name and f"`{name}`", value, meaning) for name, value, meaning in overview())
    return markdown(("parameter", "value", "meaning"), rows)


def parameters_script() -> str:
    """The parameters of the query, for the overview in the console."""
    rows = [[text.replace("`", "") for text in row] for row in overview()]
    return "\n".join(
        (
            "// The parameters of the query. Written by `make tables` from imagestack/request/parameters.py.",
            "",
            "/** Names, values and meanings; a row without a name belongs to the parameter above it. */",
            f"export const PARAMETERS = {json.dumps(rows, indent=2, ensure_ascii=False)};",
            "",
        )
    )


def names_table() -> str:
    """What other products call the parameters, for `docs/names-elsewhere.md`."""
    rows = (
        [f"`{row.parameter}={row.value}`" if row.value else f"`{row.parameter}`"]
        + [text and f"`{text.replace(', ', '`, `')}`" for text in (row.cloudflare, row.imgix, row.imgproxy, row.sharp)]
        for row in FOREIGN_NAMES
    )
    return markdown(("here", "Cloudflare Images", "imgix", "imgproxy", "sharp"), rows)


def browsers_script() -> str:
    """The Accept headers of browsers, for the console and for the page of the local stack."""
    return "\n".join(
        (
            "// What classes of browsers send as Accept. Written by `make tables` from imagestack/request/accept.py.",
            "",
            "/** By the best format that they decode. */",
            f"export const ACCEPTS = {json.dumps(BROWSERS, indent=2)};",
            "",
        )
    )


_NAMES = ("<!-- names: generated by make tables -->", "<!-- end -->")
_PARAMETERS = ("<!-- parameters: generated by make tables -->", "<!-- end -->")
GENERATED = (
    Generated("docs/parameters.md", parameters_table, _PARAMETERS),
    Generated("functions/control/console/js/generated/parameters.js", parameters_script),
    Generated("functions/control/console/js/generated/accepts.js", browsers_script),
    Generated("local/imagestack_local/site/pages/accepts.js", browsers_script),
    Generated("docs/names-elsewhere.md", names_table, _NAMES),
    Generated("docs/rules.md", options_table, ("<!-- options: generated by make tables -->", "<!-- end -->")),
    Generated("functions/control/console/js/generated/image_stack_fields.js", options_script),
)
"""All that is made from tables."""


def main() -> None:
    """Write all tables."""
    for generated in GENERATED:
        generated.write()


def _fields() -> tuple[OptionField, ...]:
    return option_fields(ImageStack)


def _type(kind: Kind) -> str:
    """The type of a field in words."""
    match kind:
        case Switch():
            return "boolean"
        case Whole(low=low, high=high):
            return f"integer {low} to {high}"
        case Quality(number=number):
            return f"{_type(number)}, or `{AUTO}`"
        case Choice(words=words):
            *others, last = (f"`{word}`" for word in words)
            return f"{', '.join(others)} or {last}"
        case _:
            raise ValueError(f"the docs have no words for {kind}")


def _described(one: OptionField, row: ConsoleRow) -> Mapping[str, Any]:
    """A field as the console's form takes it."""
    known = {"label": row.label, "hint": row.hint, "default": one.default}
    if row.summary:
        known["summary"] = row.summary
    match one.kind:
        case Switch():
            return {"kind": "switch", **known}
        case Whole() as number:
            return {"kind": "number", **known, "low": number.low, "high": number.high}
        case Quality(number=number):
            return {"kind": "quality", **known, "low": number.low, "high": number.high}
        case Choice(words=words):
            return {"kind": "choice", **known, "choices": {word: row.choices[word] for word in words}}
        case kind:
            raise ValueError(f"the console has no control for {kind}")


def _literal(value: object) -> str:
    """A value as JSON has it, a word without its quotes."""
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    main()
