"""Copies what the edge runs to where it is needed; run by `make edge`.

The facts of the grammar go into `viewer_request.js`, and each file of `functions/edge` into the template, since
CloudFormation takes the code of a CloudFront Function inline only.
"""

import json
import re
import textwrap
from pathlib import Path

from imagestack.quality import AUTO
from imagestack.request import grammar

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
SOURCES = ROOT / "functions/edge"

FUNCTIONS = {
    "ViewerRequestFunction": SOURCES / "viewer_request.js",
    "ViewerResponseFunction": SOURCES / "viewer_response.js",
    "ObjectFunction": SOURCES / "object_request.js",
    "ControlRequestFunction": SOURCES / "control_request.js",
}
"""The files that the template's functions run, by logical id."""

_FACTS = re.compile(r"^var FACTS = .*?;$", re.MULTILINE | re.DOTALL)
_INDENT = " " * 8
_WIDTH = 96


def with_facts(code: str) -> str:
    """Code of the edge with the facts of the grammar as they are in Python, if it has any."""
    table = {
        "parameters": grammar.PARAMETERS,
        "fits": grammar.FITS,
        "formats": grammar.FORMATS,
        # As text: a number stays the digits that it is spelled with.
        "largest": str(grammar.LARGEST_NUMBER),
        "max_quality": grammar.MAX_QUALITY,
        "auto": AUTO.value,
        "max_percent": grammar.MAX_PERCENT,
        "bad": {name: spelling for name, (_, spelling) in grammar.BAD.items()},
    }
    # No value has a space, so that lines can be broken at any; the others go, since CloudFront counts bytes.
    spaced = json.dumps(table, separators=(", ", ":"))
    literal = textwrap.fill(spaced, _WIDTH, subsequent_indent="  ", break_on_hyphens=False).replace(", ", ",")
    return _FACTS.sub(lambda _: f"var FACTS = {literal};", code)


def with_code(template: str, logical_id: str, code: str) -> str:
    """A template whose function of this name runs this code.

    Raises:
        ValueError: The template has no such function, or its code is no literal block.
    """
    block = re.compile(
        rf"^(  {logical_id}:\n(?:(?:    .*)?\n)*?      FunctionCode: (?:!Sub )?\|\n)(?:(?:{_INDENT}.*)?\n)+",
        re.MULTILINE,
    )
    indented = "".join(f"{_INDENT}{line}".rstrip() + "\n" for line in code.splitlines())
    changed, times = block.subn(lambda found: f"{found[1]}{indented}\n", template)
    if times != 1:
        raise ValueError(f"the template has no FunctionCode of {logical_id} to be replaced")
    return changed


def main() -> None:
    """Write all copies."""
    template = TEMPLATE.read_text(encoding="utf-8")
    for logical_id, path in FUNCTIONS.items():
        code = with_facts(path.read_text(encoding="utf-8"))
        path.write_text(code, encoding="utf-8")
        template = with_code(template, logical_id, code)
    TEMPLATE.write_text(template, encoding="utf-8")


if __name__ == "__main__":
    main()
