"""Packages to measure: ours, built by the recipe for this machine's processor, and those of the yardsticks."""

from __future__ import annotations

import csv
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
RECIPE = ROOT / "layers/shared/Makefile"
ARCHITECTURE = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine().lower()]


class BuildError(Exception):
    """A package could not be made. The message says which command failed, and what it printed."""


def lambda_python() -> str | None:
    """Return the interpreter with which the recipe compiles, or None if this machine has none."""
    asked = "print-python:\n\t@echo $(LAMBDA_PYTHON)\n"
    return _run(["make", "--silent", "-f", str(RECIPE), "-f", "-", "print-python"], given=asked).strip() or None


def build_layer(folder: Path, python: str, name: str = "SharedLayer") -> Path:
    """Build one of our layers and return the folder that Lambda puts on the path."""
    _make(f"build-{name}", ROOT / "layers/shared", folder, python)
    return folder / "python"


def build_function(name: str, folder: Path, python: str) -> Path:
    """Build one of our functions and return its folder."""
    logical = "".join(word.capitalize() for word in name.split("_"))
    _make(f"build-{logical}Function", ROOT / "functions" / name, folder, python)
    return folder


def build_yardsticks(folder: Path, python: str) -> Path:
    """Install the packages of the yardsticks, with bytecode, which SAM itself would not make."""
    marker = folder / "requirements.txt"
    wanted = HERE / "requirements.txt"
    if not marker.exists() or marker.read_bytes() != wanted.read_bytes() or not _whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        # Files are copied, because writing to a link into the installer's cache changes all other links, too. The
        # layer's build once trimmed botocore that way, which took 14 % off P.
        how = "--quiet --no-config --require-hashes --no-deps --link-mode=copy --only-binary :all:"
        into = ["--python", python, "--target", str(folder), "--requirement", str(wanted)]
        _run(["uv", "pip", "install", *how.split(), *into])
        if not _whole(folder):
            raise BuildError(f"The files in {folder} differ from what its packages list. Clean the installer's cache.")
        shutil.copy(wanted, marker)
    for place in (folder, HERE / "yardsticks", HERE / "floors"):
        _run([python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(place)])
    return folder


def _whole(folder: Path) -> bool:
    """Tell whether each file of each package has the size that the package lists."""
    for record in folder.glob("*.dist-info/RECORD"):
        with record.open(newline="") as lines:
            for name, _, size in csv.reader(lines):
                file = folder / name
                if size and not (file.exists() and file.stat().st_size == int(size)):
                    return False
    return True


def _make(target: str, source: Path, folder: Path, python: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = [f"ARTIFACTS_DIR={folder}", f"LAMBDA_ARCHITECTURE={ARCHITECTURE}", f"LAMBDA_PYTHON={python}"]
    _run(["make", "--silent", "-f", str(RECIPE), "-C", str(source), target, *settings])


def _run(command: list[str], given: str | None = None) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the folder of uv
    done = subprocess.run(  # noqa: S603 - our own recipe
        command, check=False, capture_output=True, text=True, input=given, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        raise BuildError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
