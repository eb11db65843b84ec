"""The code of the edge as CloudFront receives it: its copies, its size, its language, both engines."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from imagestack.request.parameters import PARAMETERS
from imagestack_local import template
from tests.support.edge import Function, deployed, viewer_request, viewer_response
from tools import edge_code

FILES = [pytest.param(logical_id, path, id=path.name) for logical_id, path in edge_code.FUNCTIONS.items()]
files = pytest.mark.parametrize(("logical_id", "path"), FILES)
NJS = shutil.which("njs")
needs_njs = pytest.mark.skipif(NJS is None, reason="njs, the engine of CloudFront Functions, is not installed")


@files
def test_the_table_is_that_of_the_grammar(logical_id: str, path: Path) -> None:
    """The table in JavaScript equals the table in Python."""
    code = path.read_text(encoding="utf-8")
    assert edge_code.with_table(code) == code, f"{logical_id} has an old table of parameters: run `make edge`"


@files
def test_template_has_the_code(logical_id: str, path: Path) -> None:
    """The template contains the code that the tests run."""
    minified = edge_code.minified(path.read_text(encoding="utf-8"))
    assert deployed(logical_id).rstrip("\n") == minified, "template.yaml is old: run `make edge`"


def test_every_function_of_the_template_has_a_file() -> None:
    """The template and functions/edge contain the same functions; none is left out."""
    resources = template.read().content["Resources"].items()
    functions = {name for name, resource in resources if resource["Type"] == "AWS::CloudFront::Function"}
    assert functions == edge_code.FUNCTIONS.keys()
    assert set(edge_code.SOURCES.glob("*.js")) == set(edge_code.FUNCTIONS.values())


def test_code_is_copied() -> None:
    """New code replaces the old code and changes nothing else in the template."""
    text = edge_code.TEMPLATE.read_text(encoding="utf-8")
    changed = edge_code.with_code(text, "ObjectFunction", "function handler(event) {\n\n  return event;\n}\n")
    assert "        function handler(event) {\n\n          return event;\n        }\n\n" in changed
    assert edge_code.with_code(changed, "ObjectFunction", deployed("ObjectFunction")) == text


def test_a_template_without_the_function_is_an_error() -> None:
    """A template without the function raises an error instead of losing the code."""
    with pytest.raises(ValueError, match="no FunctionCode of ObjectFunction"):
        edge_code.with_code("Resources:\n", "ObjectFunction", "")


def test_an_old_table_is_replaced() -> None:
    """The current table replaces any older one."""
    code = edge_code.with_table("var TABLE = {\n  old: 1\n};\nvar REST = {};\n")
    assert "old" not in code
    assert code.endswith("};\nvar REST = {};\n")


@files
def test_size(logical_id: str, path: Path) -> None:
    """CloudFront takes functions of up to 10 KB (developer guide, "Quotas"); these leave room to grow."""
    assert len(edge_code.minified(path.read_text(encoding="utf-8"))) <= 7_500, logical_id


@files
def test_language(logical_id: str, path: Path) -> None:
    """The code is ECMAScript 5.1 in ASCII, without features of later editions, even those that the runtime supports."""
    source = path.read_text(encoding="ascii")
    code = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE) + deployed(logical_id).encode("ascii").decode()
    statements = code.replace("require('crypto')", "").replace('require("crypto")', "")
    later = r"=>|`|\.\.\.|\?\.|\?\?|\(\?<|\b(?:let|const|class|import|export|async|await|of|require|eval)\b"
    assert not re.findall(later, statements), logical_id


@needs_njs
@files
def test_syntax_by_njs(logical_id: str, path: Path, tmp_path: Path) -> None:
    """The engine that the runtime is based on accepts the source and the deployed code."""
    small = tmp_path / path.name
    small.write_text(deployed(logical_id), encoding="utf-8")
    for file in (path, small):
        run = subprocess.run([str(NJS), str(file)], capture_output=True, text=True, check=False)  # noqa: S603 - ours
        assert run.returncode == 0, f"{logical_id}: {run.stdout}{run.stderr}"


def _by_njs(code: str, events: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    (folder / "events.json").write_text(json.dumps(events), encoding="utf-8")
    call = """
var fs = require('fs');
var answers = JSON.parse(fs.readFileSync(process.argv[2] + '/events.json', 'utf8')).map(function (event) {
  return handler(event);
});
fs.writeFileSync(process.argv[2] + '/answers.json', JSON.stringify(answers));
"""
    (folder / "script.js").write_text(code + call, encoding="utf-8")
    subprocess.run([str(NJS), str(folder / "script.js"), str(folder)], check=True)  # noqa: S603 - ours
    answers: list[dict[str, Any]] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return answers


def _requests() -> list[dict[str, Any]]:
    """Requests of all kinds; the same ones each time."""
    dice = random.Random(20)  # noqa: S311 - not for secrets
    names = [*PARAMETERS, "%77idth", "md5", "expires", "__proto__", "utm"]
    tokens = ["0", "05", "50", "101", "9" * 12, "", "a", "%0A", "5%0A", "%FF", "%", ",", ":", "4:5", "1,1,", "x1", "y1"]
    tokens += [
        "x1p",
        "y1p",
        "offset-x50",
        "offset-y50",
        "90",
        "hv",
        "webp",
        "avif",
        "cover",
        "a" * 22,
        "a" * 21 + "%0A",
        ",",
        "pad",
        "clamp",
        "1.50",
        "2.",
        "x30p,y04p",
        "north",
        "FFffFF",
        "jpg",
        "auto",
        "low",
    ]
    segments = ["a", "%41", "%2F", "%C3%A9", "é", "%FF", "%", "..", ".", "+", "(b)", "%25", "[1]", "%ED%A0%80", "/"]
    ranges = ["image/avif", "image/webp", "*/*", ";q=0", ";q=0.5", "; q = 1 ", ";q=x", ","]
    found = []
    for _ in range(400):
        query = [f"{dice.choice(names)}={''.join(dice.choices(tokens, k=dice.randint(1, 5)))}" for _ in range(4)]
        path = "/" + "".join(dice.choices(segments, k=4))
        accept = [("accept", "".join(dice.choices(ranges, k=4))) for _ in range(dice.randint(0, 2))]
        found.append(viewer_request(path, "&".join(query), dice.choice(["GET", "HEAD", "OPTIONS"]), accept))
    return found


def _responses() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = [
        {"cors": {"value": value}, "referrers": {"policy": policy, "values": ["a.example", "*.b.example"]}}
        for value in (["*"], ["$http_origin"], ["a.example", "*.b.example"])
        for policy in ("allow", "deny")
    ]
    headers = {"vary": "Accept", "etag": '"a"', "x-img-server": "x", "x-img-operations": "resize"}
    hosts = ["https://a.example", "http://x.b.example:80/a", "https://c.example/", "null", ""]
    return [
        viewer_response(headers | {"x-img-edge": text}, {"origin": origin, "referer": referrer}, 200, method)
        for text in [*map(json.dumps, rules), "{", ""]
        for method in ("GET", "HEAD", "OPTIONS")
        for origin in hosts
        for referrer in hosts
    ]


@needs_njs
@pytest.mark.parametrize(
    ("logical_id", "events"),
    [("ViewerRequestFunction", _requests()), ("ViewerResponseFunction", _responses()), ("ObjectFunction", _requests())],
    ids=["viewer_request", "viewer_response", "object_request"],
)
def test_both_engines_agree(logical_id: str, events: list[dict[str, Any]], tmp_path: Path) -> None:
    """The engine of the tests and the local stack gives the same results as the engine of the edge."""
    code = deployed(logical_id)
    function = Function(code)
    assert _by_njs(code, events, tmp_path) == [function(event) for event in events]


@pytest.mark.parametrize(
    ("logical_id", "events"),
    [("ViewerRequestFunction", _requests()), ("ViewerResponseFunction", _responses()), ("ObjectFunction", _requests())],
    ids=["viewer_request", "viewer_response", "object_request"],
)
def test_minified_code_answers_equally(logical_id: str, events: list[dict[str, Any]]) -> None:
    """The deployed, minified code gives the same results as its readable source."""
    source = Function(edge_code.FUNCTIONS[logical_id].read_text(encoding="utf-8"))
    small = Function(deployed(logical_id))
    assert [small(event) for event in events] == [source(event) for event in events]
