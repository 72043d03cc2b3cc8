"""The packages that are measured: ours as the build makes them, for this machine's processor, and the yardsticks'."""

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
    """The interpreter that the recipe compiles with; None where this machine has none."""
    asked = "print-python:\n\t@echo $(LAMBDA_PYTHON)\n"
    return _run(["make", "--silent", "-f", str(RECIPE), "-f", "-", "print-python"], given=asked).strip() or None


def build_layer(folder: Path, name: str = "SharedLayer") -> Path:
    """One of our layers; returns what Lambda puts on the path."""
    _make(f"build-{name}", ROOT / "layers/shared", folder)
    return folder / "python"


def build_function(name: str, folder: Path) -> Path:
    """One of our function folders."""
    logical = "".join(word.capitalize() for word in name.split("_"))
    _make(f"build-{logical}Function", ROOT / "functions" / name, folder)
    return folder


def build_yardsticks(folder: Path, python: str) -> Path:
    """What the yardsticks import, with bytecode, which SAM itself would not make."""
    marker = folder / "requirements.txt"
    wanted = HERE / "requirements.txt"
    if not marker.exists() or marker.read_bytes() != wanted.read_bytes() or not _whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        # Copied: links to the installer's cache let whoever writes to one of them change all. A copy of botocore that
        # the layer's build had trimmed that way once took 14 % off P.
        how = "--quiet --no-config --require-hashes --no-deps --link-mode=copy --only-binary :all:"
        into = ["--python", python, "--target", str(folder), "--requirement", str(wanted)]
        _run(["uv", "pip", "install", *how.split(), *into])
        if not _whole(folder):
            raise BuildError(
                f"What was installed into {folder} is not what its packages list; clean the installer's cache."
            )
        shutil.copy(wanted, marker)
    for place in (folder, HERE / "yardsticks", HERE / "floors"):
        _run([python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(place)])
    return folder


def _whole(folder: Path) -> bool:
    """Whether each file of each package still has the size that the package says it has."""
    for record in folder.glob("*.dist-info/RECORD"):
        with record.open(newline="") as lines:
            for name, _, size in csv.reader(lines):
                file = folder / name
                if size and not (file.exists() and file.stat().st_size == int(size)):
                    return False
    return True


def _make(target: str, source: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = [f"ARTIFACTS_DIR={folder}", f"LAMBDA_ARCHITECTURE={ARCHITECTURE}"]
    _run(["make", "--silent", "-f", str(RECIPE), "-C", str(source), target, *settings])


def _run(command: list[str], given: str | None = None) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where uv is
    done = subprocess.run(  # noqa: S603 - our own recipe
        command, check=False, capture_output=True, text=True, input=given, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        raise BuildError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
