"""The built wheel: three packages, with all that `imagestack serve` needs of the deployment."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from tests.support.serving import ROOT

pytestmark = pytest.mark.xdist_group("wheel")

FUNCTIONS = ("image", "control", "sync", "refine", "prefetch")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_top_level_packages(wheel: Path) -> None:
    """No package has a general name that could be another project's."""
    names = {path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"imagestack", "imagestack_cli", "imagestack_local"}


def test_the_deployment_is_in_it(wheel: Path) -> None:
    """The template and the functions are those of the repository, without what was compiled from them."""
    deployment = wheel / "imagestack_local/deployment"
    assert (deployment / "template.yaml").read_bytes() == (ROOT / "template.yaml").read_bytes()
    for name in FUNCTIONS:
        handler = f"functions/{name}/handler.py"
        assert (deployment / handler).read_bytes() == (ROOT / handler).read_bytes()
    assert (deployment / "functions/control/console/index.html").is_file()
    assert list(wheel.rglob("*.pyc")) == []


def test_it_reads_its_own_deployment(wheel: Path, tmp_path: Path) -> None:
    """Outside a checkout the template and the functions are those that came along."""
    code = """
from importlib.util import find_spec
from imagestack_local import template
template.make_functions_importable()
print(template.PATH, find_spec("functions.image.handler").origin, sep="\\n")
"""
    done = subprocess.run(  # noqa: S603 - what is under test
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    deployment = wheel / "imagestack_local/deployment"
    assert done.stdout.splitlines() == [
        str(deployment / "template.yaml"),
        str(deployment / "functions/image/handler.py"),
    ]
