"""The results of `sam build`, and the platforms that they are for."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("image", "control", "sync", "prefetch", "refine")
# Layers of packages, and the files in layers/dependencies that list the packages.
PACKAGES = {"Dependencies": "requirements.txt", "Control": "control.txt"}


@dataclass(frozen=True)
class Platform:
    """A platform of machine code, by its names in the template, in Python and in ELF."""

    suffix: str
    name: str
    elf_machine: int

    def layer(self, kind: str) -> str:
        """The name of a layer of packages."""
        return f"{kind}Layer{self.suffix}"


PLATFORMS = [Platform("Arm64", "aarch64", 183), Platform("X86", "x86_64", 62)]
platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=[platform.name for platform in PLATFORMS])
kinds = pytest.mark.parametrize("kind", PACKAGES)


def _runs(python: str) -> bool:
    found = shutil.which(python)
    command = [found or "", "-c", ""]
    return bool(found) and not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603 - fixed


with_3_13 = pytest.mark.skipif(not _runs("python3.13"), reason="there is no python3.13, which Lambda runs")
