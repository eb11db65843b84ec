"""What `sam build` makes: the code that runs on Lambda, for both architectures."""

import fcntl
import os
import re
import shutil
import subprocess
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 10**6
# One worker builds and looks, where tests are given out by group; the lock below holds in any case.
pytestmark = pytest.mark.xdist_group("sam-build")


@dataclass(frozen=True)
class Platform:
    """A layer of packages and what its machine code is for."""

    layer: str
    name: str
    elf_machine: int


PLATFORMS = [Platform("DependenciesLayerArm64", "aarch64", 183), Platform("DependenciesLayerX86", "x86_64", 62)]
platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=[platform.name for platform in PLATFORMS])


# As auditwheel names them: with a hash of their content.
_WHEEL_LIBRARY = re.compile(rb"lib[\w.+]+-[0-9a-f]{8}\.so[.\d]*")


def _runs(python: str) -> bool:
    found = shutil.which(python)
    command = [found or "", "-c", ""]
    return bool(found) and not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603 - fixed


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one build, which all workers share."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "sam-build"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            _build(folder)
            done.touch()
    return folder / "build"


def _build(folder: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    run = subprocess.run(  # noqa: S603 - a fixed command
        [
            f"{scripts}/sam",
            "build",
            *("--template-file", str(ROOT / "template.yaml")),
            *("--build-dir", str(folder / "build")),
            *("--cache-dir", str(folder / "cache")),
        ],
        cwd=folder,
        env=os.environ
        | {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(folder / "settings"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


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


@pytest.mark.parametrize("name", ["image", "control", "sync", "prefetch", "refine"])
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
@pytest.mark.parametrize("module", ["PIL/_imaging", "PIL/_webp", "pillow_avif/_avif", "re2/_re2"])
def test_native_modules_are_there(build: Path, platform: Platform, module: str) -> None:
    """Pillow, the AVIF plugin and the regular expressions come for CPython 3.13 on this platform."""
    packages = build / platform.layer / "python"
    assert (packages / f"{module}.cpython-313-{platform.name}-linux-gnu.so").is_file()


@platforms
def test_machine_code_is_for_the_platform(build: Path, platform: Platform) -> None:
    """Every shared object is for this processor."""
    machines = {
        name: int.from_bytes(content[18:20], "little") for name, content in _machine_code(build / platform.layer)
    }
    assert set(machines.values()) == {platform.elf_machine}, machines


@platforms
def test_machine_code_runs_with_the_glibc_of_lambda(build: Path, platform: Platform) -> None:
    """Nothing asks for a newer C library than Amazon Linux 2023 has, 2.34."""
    needed = {
        name: max(int(minor) for minor in re.findall(rb"GLIBC_2\.([0-9]+)", content) or [0])
        for name, content in _machine_code(build / platform.layer)
    }
    assert max(needed.values()) <= 34, needed


@platforms
def test_packages_are_the_pinned_ones(build: Path, platform: Platform) -> None:
    """Every pinned package is there in its version, with its metadata, and no other package is."""
    pinned = re.findall(
        r"^([\w-]+)==(\S+)", (ROOT / "layers/dependencies/requirements.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    found = distributions(path=[str(build / platform.layer / "python")])
    assert {(_normal(item.name), item.version) for item in found} == {(_normal(name), v) for name, v in pinned}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@platforms
def test_layer_holds_no_ballast(build: Path, platform: Platform) -> None:
    """Neither what the runtime brings itself, nor scripts or stubs; nor where packages came from."""
    names = [Path(name) for name in _files(build / platform.layer)]
    assert {name.parts[0] for name in names} == {"python"}
    assert not {name.parts[1] for name in names} & {"bin", "boto3", "botocore", "s3transfer", "pip", "setuptools"}
    assert not {part for name in names for part in name.parts} & {"__pycache__", ".venv", "direct_url.json"}
    assert not [name for name in names if name.suffix in {".pyi", ".c"}]


@platforms
def test_libraries_have_what_they_need(build: Path, platform: Platform) -> None:
    """Every library of a wheel that machine code asks for is there, and every one that is there is asked for."""
    packages = build / platform.layer / "python"
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


WITHOUT_3_13 = "there is no python3.13, so that nothing is built with bytecode"


@pytest.mark.skipif(not _runs("python3.13"), reason=WITHOUT_3_13)
def test_bytecode_comes_along(build: Path) -> None:
    """Every module has its bytecode, of the Python of the runtime, which nobody compares with times or sources."""
    for folder in ("ImageFunction", "ControlFunction", "CoreLayer", *(platform.layer for platform in PLATFORMS)):
        files = _all_files(build / folder)
        modules = {path for path in files.values() if path.suffix == ".py"}
        compiled = {path for path in files.values() if path.suffix == ".pyc"}
        assert compiled == {path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc" for path in modules}
        assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}


@pytest.mark.skipif(not _runs("python3.13"), reason=WITHOUT_3_13)
def test_bytecode_is_the_same_for_both_platforms(build: Path) -> None:
    """Equal sources make equal bytecode, so that a layer that has not changed is not deployed again."""
    arm64, x86 = (
        {name: path.read_bytes() for name, path in _all_files(build / platform.layer).items() if path.suffix == ".pyc"}
        for platform in PLATFORMS
    )
    assert arm64 == x86


@platforms
def test_unzipped_size(build: Path, platform: Platform) -> None:
    """Function and layers together stay far below the 250 MB that Lambda allows."""
    folders = ("ImageFunction", "CoreLayer", platform.layer)
    sizes = {name: sum(path.stat().st_size for path in _all_files(build / name).values()) for name in folders}
    assert sum(sizes.values()) < 60 * MEGABYTE, sizes


@platforms
def test_zipped_size(build: Path, platform: Platform, tmp_path: Path) -> None:
    """Zipped, in haste even, the layer stays far below the 50 MB that Lambda takes."""
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as layer:
        for name, path in _all_files(build / platform.layer).items():
            layer.write(path, name)
    assert archive.stat().st_size < 25 * MEGABYTE
