"""What `sam build` makes: the code that runs on Lambda, for both architectures."""

import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.template.built import FUNCTIONS, PACKAGES, PLATFORMS, ROOT, Platform, kinds, platforms, with_3_13

MEGABYTE = 10**6
# One worker builds and looks, where tests are given out by group; the lock below holds in any case.
pytestmark = pytest.mark.xdist_group("sam-build")

# As auditwheel names them: with a hash of their content.
_WHEEL_LIBRARY = re.compile(rb"lib[\w.+]+-[0-9a-f]{8}\.so[.\d]*")


def _files(folder: Path) -> dict[str, Path]:
    """All files but bytecode."""
    return {name: path for name, path in _all_files(folder).items() if path.suffix != ".pyc"}


def _all_files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def _machine_code(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, path in _files(folder).items():
        content = path.read_bytes()
        if content.startswith(b"\x7fELF"):
            yield name, content


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_its_handler(build: Path, name: str) -> None:
    """A function's folder holds its Python files, that of the control plane the console too, and nothing else."""
    built = _files(build / f"{name.capitalize()}Function")
    assert "handler.py" in built
    source = ROOT / "functions" / name
    console = {path.relative_to(source).as_posix() for path in (source / "console").rglob("*") if path.is_file()}
    assert built.keys() == {path.name for path in source.glob("*.py")} | console
    assert ("console/index.html" in built) == (name == "control")


def test_core_layer_is_the_library(build: Path) -> None:
    """The core layer holds the library where Python on Lambda looks for it, and nothing else."""
    assert [path.name for path in (build / "CoreLayer").iterdir()] == ["python"]
    built = _files(build / "CoreLayer/python")
    assert "imagestack/__init__.py" in built
    assert built.keys() == {f"imagestack/{name}" for name in _files(ROOT / "layers/core/imagestack")}


@platforms
@pytest.mark.parametrize(
    ("kind", "module"),
    [
        ("Dependencies", "PIL/_imaging"),
        ("Dependencies", "PIL/_webp"),
        ("Dependencies", "pillow_avif/_avif"),
        ("Dependencies", "re2/_re2"),
        ("Dependencies", "_cffi_backend"),
        ("Control", "pydantic_core/_pydantic_core"),
    ],
)
def test_native_modules_are_there(build: Path, platform: Platform, kind: str, module: str) -> None:
    """Each comes for CPython 3.13 on this platform."""
    packages = build / platform.layer(kind) / "python"
    assert (packages / f"{module}.cpython-313-{platform.name}-linux-gnu.so").is_file()


@platforms
@kinds
def test_machine_code_is_for_the_platform(build: Path, platform: Platform, kind: str) -> None:
    """Every shared object is for this processor."""
    machines = {
        name: int.from_bytes(content[18:20], "little") for name, content in _machine_code(build / platform.layer(kind))
    }
    assert set(machines.values()) == {platform.elf_machine}, machines


@platforms
@kinds
def test_machine_code_runs_with_the_glibc_of_lambda(build: Path, platform: Platform, kind: str) -> None:
    """Nothing asks for a newer C library than Amazon Linux 2023 has, 2.34."""
    needed = {
        name: max(int(minor) for minor in re.findall(rb"GLIBC_2\.([0-9]+)", content) or [0])
        for name, content in _machine_code(build / platform.layer(kind))
    }
    assert max(needed.values()) <= 34, needed


@platforms
@kinds
def test_packages_are_the_pinned_ones(build: Path, platform: Platform, kind: str) -> None:
    """Every pinned package is there in its version, with its metadata, and no other package is."""
    pinned = re.findall(
        r"^([\w-]+)==(\S+)", (ROOT / "layers/dependencies" / PACKAGES[kind]).read_text(encoding="utf-8"), re.MULTILINE
    )
    found = distributions(path=[str(build / platform.layer(kind) / "python")])
    assert {(_normal(item.name), item.version) for item in found} == {(_normal(name), v) for name, v in pinned}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@platforms
@kinds
def test_layer_holds_no_ballast(build: Path, platform: Platform, kind: str) -> None:
    """Neither what the runtime brings, nor scripts, stubs or what nothing imports; nor where packages came from."""
    names = [Path(name) for name in _files(build / platform.layer(kind))]
    assert {name.parts[0] for name in names} == {"python"}
    assert not {name.parts[1] for name in names} & {"bin", "boto3", "botocore", "s3transfer", "pip", "setuptools"}
    assert not {name.parts[1] for name in names} & {"cffi", "pycparser"}
    assert not {part for name in names for part in name.parts} & {"swagger_ui", "idempotency", "parser"}
    assert not {part for name in names for part in name.parts} & {"__pycache__", ".venv", "direct_url.json"}
    assert not [name for name in names if name.suffix in {".pyi", ".c"}]


@platforms
@kinds
def test_libraries_have_what_they_need(build: Path, platform: Platform, kind: str) -> None:
    """Every library that machine code needs is present, and every library that is present is needed."""
    packages = build / platform.layer(kind) / "python"
    asked = {
        name.decode()
        for file, content in _machine_code(packages)
        for name in set(_WHEEL_LIBRARY.findall(content))
        # A library knows its own name too.
        if Path(file).name != name.decode()
    }
    assert asked == {path.name for path in _libraries(packages)}


def _libraries(packages: Path) -> list[Path]:
    return list(packages.glob("*.libs/*"))


@with_3_13
def test_bytecode_comes_along(build: Path) -> None:
    """Every module has its bytecode, of the Python of the runtime, which nobody compares with times or sources."""
    layers = [platform.layer(kind) for platform in PLATFORMS for kind in PACKAGES]
    for folder in ("ImageFunction", "ControlFunction", "CoreLayer", *layers):
        files = _all_files(build / folder)
        modules = {path for path in files.values() if path.suffix == ".py"}
        compiled = {path for path in files.values() if path.suffix == ".pyc"}
        assert compiled == {path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc" for path in modules}
        assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}


@with_3_13
@kinds
def test_bytecode_is_the_same_for_both_platforms(build: Path, kind: str) -> None:
    """Equal sources make equal bytecode, so that a layer that has not changed is not deployed again."""
    arm64, x86 = (
        {
            name: path.read_bytes()
            for name, path in _all_files(build / platform.layer(kind)).items()
            if path.suffix == ".pyc"
        }
        for platform in PLATFORMS
    )
    assert arm64 == x86


@platforms
def test_unzipped_size(build: Path, platform: Platform) -> None:
    """Function and layers together stay far below the 250 MB that Lambda allows."""
    folders = ("ImageFunction", "CoreLayer", platform.layer("Dependencies"))
    sizes = {name: sum(path.stat().st_size for path in _all_files(build / name).values()) for name in folders}
    assert sum(sizes.values()) < 60 * MEGABYTE, sizes


@platforms
@kinds
def test_zipped_size(build: Path, platform: Platform, kind: str, tmp_path: Path) -> None:
    """Zipped, even at the fastest level, the layer stays far below the 50 MB that Lambda takes."""
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as layer:
        for name, path in _all_files(build / platform.layer(kind)).items():
            layer.write(path, name)
    assert archive.stat().st_size < 25 * MEGABYTE
