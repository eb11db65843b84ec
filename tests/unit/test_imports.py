"""Imports point one way, and few modules know what lies outside."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"imagestack": ROOT / "layers/core", "functions": ROOT, "local": ROOT}

# From the outside in: a module may import from rows below its own, and within its own package.
LAYERS = (
    ("local",),
    ("functions",),
    ("imagestack.sync.aws",),
    ("imagestack.sync",),
    ("imagestack.control.aws",),
    ("imagestack.control",),
    (
        "imagestack.pipeline",
        "imagestack.refiner",
        "imagestack.aws",
        "imagestack.isolation",
        "imagestack.config",
        "imagestack.events",
    ),
    ("imagestack.derive", "imagestack.aim"),
    ("imagestack.transform",),
    ("imagestack.flight", "imagestack.gate", "imagestack.delivery", "imagestack.access", "imagestack.asked"),
    ("imagestack.work", "imagestack.keys", "imagestack.remembered", "imagestack.response", "imagestack.guard"),
    ("imagestack.plan", "imagestack.request", "imagestack.limits"),
    ("imagestack.query", "imagestack.geometry", "imagestack.negotiate", "imagestack.ports", "imagestack.rule_items"),
    (
        "imagestack.grammar",
        "imagestack.redirect",
        "imagestack.refinement",
        "imagestack.signature",
        "imagestack.caching",
        "imagestack.cors",
        "imagestack.option_items",
    ),
    ("imagestack.operations", "imagestack.rules", "imagestack.hosts", "imagestack.attributes"),
    ("imagestack.options", "imagestack.effort"),
    (
        "imagestack.skips",
        "imagestack.formats",
        "imagestack.quality",
        "imagestack.errors",
        "imagestack.journal",
        "imagestack",
    ),
    ("imagestack.chunks",),
)

# Packages of others, and who may import them; all further ones are for `local` alone.
OTHERS = {
    "PIL": ("imagestack.transform",),
    "pillow_avif": ("imagestack.transform",),
    "blazediff_ssim": ("imagestack.transform",),
    "mozjpeg_lossless_optimization": ("imagestack.transform",),
    "oxipng": ("imagestack.transform",),
    "_libvips": ("imagestack.transform",),
    "re2": ("imagestack.rules",),
    "boto3": ("imagestack.aws.sessions", "imagestack.control.aws", "imagestack.sync.aws", "local"),
    "botocore": ("imagestack.aws", "imagestack.control.aws", "imagestack.sync.aws", "local"),
    "mypy_boto3_dynamodb": ("imagestack.aws", "imagestack.control.aws", "imagestack.sync.aws", "local"),
    "mypy_boto3_s3": ("imagestack.aws", "imagestack.control.aws", "imagestack.sync.aws", "local"),
    "mypy_boto3_secretsmanager": ("imagestack.aws", "imagestack.control.aws", "local"),
    "mypy_boto3_sqs": ("imagestack.aws", "imagestack.sync.aws", "local"),
    "urllib3": ("imagestack.sync.aws", "local"),
    "pydantic": ("imagestack.control", "local"),
    "aws_lambda_powertools": ("functions",),
    "aws_xray_sdk": ("functions",),
    "snapshot_restore_py": ("functions",),
}

# What reads or writes, or asks the world for anything: not in the core.
OUTSIDE = {"asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "random", "shutil", "socket", "subprocess"}
OUTSIDE |= {"sys", "tempfile", "urllib.request", "uuid"}


def modules() -> dict[str, Path]:
    """All modules of ours by name."""
    found = {}
    for package, root in SOURCES.items():
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            found[name] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """What a module imports, wherever in it: modules of ours by their whole name."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names}
            yield from inner & set(MODULES) or {module}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> tuple[int, str]:
    """The row of a module, and the entry that it belongs to; the longest name counts."""
    rows = [(row, entry) for row, entries in enumerate(LAYERS) for entry in entries if within(name, entry)]
    return max(rows, key=lambda row: len(row[1]))


def ours(name: str) -> set[str]:
    return {imported for imported in imports(name) if imported.partition(".")[0] in SOURCES}


def test_the_table_is_whole() -> None:
    """Every module of the library has a place in the table, and every place has a module."""
    entries = {entry for row in LAYERS for entry in row}
    assert {layer(name)[1] for name in MODULES} == entries
    assert {name for name in MODULES if layer(name)[1] == "imagestack"} == {"imagestack"}


@pytest.mark.parametrize("name", MODULES)
def test_direction(name: str) -> None:
    """A module imports from rows below its own, and within its own package."""
    row, entry = layer(name)
    for imported in ours(name):
        assert layer(imported)[1] == entry or layer(imported)[0] > row, imported


def test_no_cycles() -> None:
    """Nothing imports itself around a corner, within a package either."""
    order = list(TopologicalSorter({name: ours(name) - {name} for name in MODULES}).static_order())
    assert set(MODULES) <= set(order)


@pytest.mark.parametrize("name", MODULES)
def test_others(name: str) -> None:
    """Each package of others has its few importers: pictures, stores and Lambda do not leak."""
    for imported in imports(name):
        top = imported.partition(".")[0]
        if top not in SOURCES and top not in sys.stdlib_module_names:
            assert any(within(name, package) for package in OTHERS.get(top, ("local",))), imported


@pytest.mark.parametrize(
    "name",
    [name for name in MODULES if within(name, "imagestack") and not within(name, "imagestack.isolation")],
)
def test_the_core_does_no_io(name: str) -> None:
    """The library reads no environment, no file, no socket: `aws` alone has stores, `isolation` alone processes."""
    for imported in imports(name):
        assert not any(within(imported, outside) for outside in OUTSIDE), imported


CONTROL = ("imagestack.control", "functions.control", "imagestack.sync", "functions.sync", "functions.prefetch")


@pytest.mark.parametrize(
    "name", [name for name in MODULES if not any(within(name, one) for one in (*CONTROL, "local"))]
)
def test_the_data_plane_knows_no_control_plane(name: str) -> None:
    """What serves images does not load what changes rules: no cold start waits for it."""
    for imported in imports(name):
        assert not any(within(imported, one) for one in CONTROL), imported
