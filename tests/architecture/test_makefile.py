"""Before it works, `make` names what is missing, and does not trust an environment that another folder made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MAKE = shutil.which("make") or "make"


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Path:
    """Yield a project with little more than its recipes, and a PATH with a Python but no other tool."""
    project, tools = tmp_path / "project", tmp_path / "tools"
    (project / "layers/shared").mkdir(parents=True)
    (project / "requirements").mkdir()
    tools.mkdir()
    for name in ("Makefile", "layers/shared/Makefile", "pyproject.toml", "requirements/dev.txt"):
        shutil.copy(root / name, project / name)
    for name in ("sam.txt", "installer.txt"):
        (project / "requirements" / name).touch()
    for name in ("sh", "cat", "uname"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    (tools / "python3").symlink_to(sys.executable)
    return project


def run_make(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    tools = project.parent / "tools"
    environment = {"PATH": str(tools), "HOME": "/nonexistent", "PYENV_ROOT": "/nonexistent"}
    return subprocess.run(  # noqa: S603 - fixed words
        [MAKE, *arguments], cwd=project, env=environment, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("build", "Bytecode for Lambda needs Python 3.13, which was not found"),
        ("deploy", "Bytecode for Lambda needs Python 3.13, which was not found"),
        ("bench", "make bench needs valgrind"),
        ("sam-local", "make sam-local needs a Docker engine"),
    ],
)
def test_what_is_missing_is_said_before_any_work(bare: Path, target: str, says: str) -> None:
    done = run_make(bare, target)

    assert done.returncode != 0
    assert done.stdout == ""
    first, *others = done.stderr.splitlines()
    assert first.startswith(says)
    assert all(line.startswith("make") for line in others), "nothing but make's own word that it failed"
    assert not (bare / ".venv").exists()
    assert not (bare / ".venv-sam").exists()


def test_dynamodb_local_says_what_it_needs(root: Path, bare: Path) -> None:
    shutil.copytree(root / "tests/support", bare / "tests/support", ignore=shutil.ignore_patterns("__pycache__"))
    (bare / "tests/__init__.py").touch()
    done = run_make(bare, "dynamodb-local")

    assert done.returncode != 0
    assert done.stderr.startswith("DynamoDB Local needs java and npm, which this machine does not have.\nmake: ")
    assert not (bare / ".venv").exists()


def test_an_environment_is_kept_in_its_folder_and_made_anew_in_another(bare: Path) -> None:
    version = f"Python {sys.version.split()[0]}"
    (bare / ".venv").mkdir()
    requirements, project = bare / ".venv/.requirements", bare / ".venv/.project"

    def is_kept(made_by: str) -> bool:
        requirements.write_text(f"{made_by}\n")
        project.touch()
        return "venv --clear" not in run_make(bare, "--dry-run", "venv").stdout

    assert is_kept(f"{bare} {version}")
    assert not is_kept(f"{bare.with_name('original')} {version}")
    assert not is_kept(f"{bare} Python 3.10.1")
    assert not is_kept("")


def test_an_environment_is_made_anew_when_its_requirements_change(bare: Path) -> None:
    version = f"Python {sys.version.split()[0]}"
    (bare / ".venv").mkdir()
    (bare / ".venv/.requirements").write_text(f"{bare} {version}\n")
    (bare / ".venv/.project").touch()
    os.utime(bare / ".venv/.requirements", (1, 1))

    assert "venv --clear" in run_make(bare, "--dry-run", "venv").stdout
