"""Copy the code of the edge into the template, minified; `make edge` runs it.

The table of parameters is written into `viewer_request.js` first. The template must contain the code, since
CloudFormation takes the code of a CloudFront Function inline only. It is minified, since CloudFront takes at most
10,240 bytes.
"""

import json
import re
import textwrap
from pathlib import Path

import minify

from imagestack.formats import FORMATS, NEGOTIABLE
from imagestack.request.kinds import LARGEST_NUMBER
from imagestack.request.parameters import GROUPS, PARAMETERS, Parameter

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
SOURCES = ROOT / "functions/edge"

FUNCTIONS = {
    "ViewerRequestFunction": SOURCES / "viewer_request.js",
    "ViewerResponseFunction": SOURCES / "viewer_response.js",
    "ObjectFunction": SOURCES / "object_request.js",
    "ControlRequestFunction": SOURCES / "control_request.js",
}
"""By logical id: the files in functions/edge with the code of the template's functions."""

_TABLE = re.compile(r"^var TABLE = .*?;$", re.MULTILINE | re.DOTALL)
_INDENT = " " * 8
_WIDTH = 100
_ECMASCRIPT = 5


def with_table(code: str) -> str:
    """Insert the current table of parameters into code of the edge, if the code has a table."""
    table = {
        # As text, so that numbers keep their digits.
        "largest": str(LARGEST_NUMBER),
        "formats": [fmt.name for fmt in NEGOTIABLE],
        "universal": [fmt.name for fmt in FORMATS.values() if fmt.universal],
        "groups": [[_row(PARAMETERS[name]) for name in group] for group in GROUPS],
    }
    # No value contains a space, so lines can be wrapped at any space.
    literal = textwrap.fill(json.dumps(table), _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return _TABLE.sub(lambda _: f"var TABLE = {literal};", code)


def _row(parameter: Parameter) -> dict[str, object]:
    row: dict[str, object] = {"name": parameter.name, **parameter.kind.facts, "needs": parameter.needs}
    if parameter.default is not None:
        row["unspelled"] = parameter.kind.spell(parameter.default)
    if parameter.bad and parameter.bad.spelling != f"{parameter.name}=":
        row["void"] = parameter.bad.spelling
    return {name: value for name, value in row.items() if value}


def minified(code: str) -> str:
    """Minify a program; the result is still ECMAScript 5.1."""
    minify.config({"js-version": _ECMASCRIPT})
    text: str = minify.string("application/javascript", code)
    return text


def with_code(template: str, logical_id: str, code: str) -> str:
    """Replace the code of a function in a template.

    Raises:
        ValueError: the template has no such function, or its code is not a literal block.
    """
    block = re.compile(
        rf"^(  {logical_id}:\n(?:(?:    .*)?\n)*?      FunctionCode: (?:!Sub )?\|\n)(?:(?:{_INDENT}.*)?\n)+",
        re.MULTILINE,
    )
    indented = "".join(f"{_INDENT}{line}".rstrip() + "\n" for line in code.splitlines())
    changed, times = block.subn(lambda found: f"{found[1]}{indented}\n", template)
    if times != 1:
        raise ValueError(f"the template has no FunctionCode of {logical_id} to replace")
    return changed


def main() -> None:
    """Write the table, then the minified code of all functions."""
    template = TEMPLATE.read_text(encoding="utf-8")
    for logical_id, path in FUNCTIONS.items():
        code = with_table(path.read_text(encoding="utf-8"))
        path.write_text(code, encoding="utf-8")
        template = with_code(template, logical_id, minified(code))
    TEMPLATE.write_text(template, encoding="utf-8")


if __name__ == "__main__":
    main()
