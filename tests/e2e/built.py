"""The build of `make e2e`, and the runtime for it."""

import os
import platform
import subprocess
from pathlib import Path

import pytest

from bench.emulated import FOLDERS, Built, emulator


def find() -> Built:
    """The built function and its runtime. Skips loudly where this machine cannot run them."""
    python, folder = Path(os.environ["E2E_PYTHON"]), Path(os.environ["E2E_BUILD"])
    if platform.machine() not in {"x86_64", "aarch64"}:
        pytest.skip(f"there is no Lambda for {platform.machine()}")
    try:
        emulator()
    except SystemExit as error:
        pytest.skip(str(error))
    works = python.exists() and not subprocess.run([python, "-c", "import awslambdaric"], check=False).returncode  # noqa: S603 - the runtime
    if not works:
        pytest.skip("there is no runtime, which needs a python3.13 with pip: make e2e RUNTIME_PYTHON=PATH")
    assert all((folder / name).is_dir() for name in FOLDERS)
    return Built(folder.absolute(), str(python))
