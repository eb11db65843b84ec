"""Imports point one way, and few modules know what lies outside."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = {
    "imagestack": ROOT / "layers/core",
    "imagestack_cli": ROOT / "cli",
    "imagestack_local": ROOT / "local",
    "functions": ROOT,
    "tools": ROOT,
}

# From the outside in: a module may import from rows below its own, and within its own folder.
LAYERS = (
    ("tools",),
    ("imagestack_local", "imagestack_local.main"),
    ("imagestack_local.serve",),
    ("imagestack_local.app",),
    ("imagestack_local.site", "imagestack_local.operator"),
    ("imagestack_local.front", "imagestack_local.aws"),
    ("imagestack_local.gateway", "imagestack_local.originals", "imagestack_local.template"),
    ("imagestack_local.errors",),
    ("imagestack_cli",),
    ("imagestack_cli.commands",),
    ("imagestack_cli.deployment", "imagestack_cli.files"),
    ("imagestack_cli.api",),
    ("imagestack_cli.errors", "imagestack_cli.output", "imagestack_cli.parameters", "imagestack_cli.warming"),
    ("functions",),
    ("imagestack.sync",),
    ("imagestack.control.openapi",),
    ("imagestack.control.routes",),
    ("imagestack.control.authentication", "imagestack.control.rule_order", "imagestack.control.rule_tester"),
    (
        "imagestack.control.jobs",
        "imagestack.control.resources",
        "imagestack.control.rules",
        "imagestack.control.templates",
        "imagestack.control.tokens",
    ),
    (
        "imagestack.control.audit",
        "imagestack.control.preview",
        "imagestack.control.resource_filters",
        "imagestack.control.responsive",
        "imagestack.control.usage",
    ),
    ("imagestack.control.explanation",),
    ("imagestack.control.api", "imagestack.control.aws"),
    ("imagestack.control.roles", "imagestack.control.store"),
    (
        "imagestack.control.backends",
        "imagestack.control.config",
        "imagestack.control.console",
        "imagestack.control.errors",
        "imagestack.control.rule_weights",
        "imagestack.control.times",
    ),
    ("imagestack.control",),
    ("imagestack.serving", "imagestack.sandbox"),
    ("imagestack.transform", "imagestack.response", "imagestack.stores"),
    ("imagestack.plan",),
    ("imagestack.request",),
    ("imagestack.rules",),
    ("imagestack.config",),
    ("imagestack.limits",),
    ("imagestack.operations", "imagestack.ports"),
    ("imagestack.geometry", "imagestack.refinement"),
    ("imagestack.formats", "imagestack.skips", "imagestack.quality", "imagestack.errors", "imagestack.usage"),
    ("imagestack.chunks", "imagestack.effort", "imagestack"),
)

# Packages of others, and who may import them; all further ones are for `TOOLS`.
STORES = ("imagestack.stores", "imagestack.control.aws", "imagestack.sync.aws", "imagestack_cli", "imagestack_local")
CLIENTS = ("imagestack.stores.sessions", *STORES[1:])
OTHERS = {
    "PIL": ("imagestack.transform",),
    "pillow_avif": ("imagestack.transform",),
    "blazediff_ssim": ("imagestack.transform",),
    "mozjpeg_lossless_optimization": ("imagestack.transform",),
    "oxipng": ("imagestack.transform",),
    "_libvips": ("imagestack.transform",),
    "re2": ("imagestack.rules.model",),
    "boto3": CLIENTS,
    "botocore": STORES,
    "mypy_boto3_dynamodb": STORES,
    "mypy_boto3_s3": STORES,
    "mypy_boto3_secretsmanager": STORES,
    "mypy_boto3_sqs": STORES,
    "urllib3": ("imagestack.sync.aws", "imagestack_cli", "imagestack_local"),
    "pydantic": ("imagestack.control", "imagestack_cli"),
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


def violations(names: Iterable[str], is_allowed: Callable[[str, str], bool]) -> list[str]:
    """What modules import and must not, as `importer imports imported`."""
    return [f"{name} imports {one}" for name in names for one in imports(name) if not is_allowed(name, one)]


def test_the_table_is_whole() -> None:
    """Every module of the library has a place in the table, and every place has a module."""
    entries = {entry for row in LAYERS for entry in row}
    assert {layer(name)[1] for name in MODULES} == entries
    for package in ("imagestack", "imagestack.control"):
        assert {name for name in MODULES if layer(name)[1] == package} == {package}


def test_direction() -> None:
    """A module imports from rows below its own, and within its own folder."""

    def points_down(name: str, imported: str) -> bool:
        if imported.partition(".")[0] not in SOURCES:
            return True
        return layer(imported)[1] == layer(name)[1] or layer(imported)[0] > layer(name)[0]

    assert violations(MODULES, points_down) == []


def test_no_cycles() -> None:
    """No module imports itself through others, within a folder either."""
    order = list(TopologicalSorter({name: ours(name) - {name} for name in MODULES}).static_order())
    assert set(MODULES) <= set(order)


def test_others() -> None:
    """Each package of others has its few importers: codecs, stores and Lambda do not leak."""

    def is_importer(name: str, imported: str) -> bool:
        top = imported.partition(".")[0]
        if top in SOURCES or top in sys.stdlib_module_names:
            return True
        return any(within(name, package) for package in OTHERS.get(top, TOOLS))

    assert violations(MODULES, is_importer) == []


def test_the_core_does_no_io() -> None:
    """The library reads no environment, no file, no socket: `stores` alone has stores, `sandbox` alone processes."""
    core = [name for name in MODULES if within(name, "imagestack") and not within(name, "imagestack.sandbox")]
    assert violations(core, lambda _, imported: not any(within(imported, outside) for outside in OUTSIDE)) == []


CONTROL = ("imagestack.control", "functions.control", "imagestack.sync", "functions.sync", "functions.prefetch")
TOOLS = ("imagestack_cli", "imagestack_local", "tools")


def test_the_data_plane_knows_no_control_plane() -> None:
    """What serves images does not load what changes rules: no cold start waits for it."""
    data_plane = [name for name in MODULES if not any(within(name, one) for one in (*CONTROL, *TOOLS))]
    assert violations(data_plane, lambda _, imported: not any(within(imported, one) for one in CONTROL)) == []
