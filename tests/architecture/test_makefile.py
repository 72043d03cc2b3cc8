"""Before it works, `make` names what is missing, and does not trust an environment that another folder made."""

from __future__ import annotations

import os
import re
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
    return subprocess.run([MAKE, *arguments], cwd=project, env=environment, check=False, capture_output=True, text=True)


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


@pytest.fixture
def with_sam(bare: Path) -> Path:
    """Yield the bare project with a `sam` that writes down its arguments, and a file that names its stack."""
    sam, stamp = bare / ".venv-sam/bin/sam", bare / ".venv-sam/.requirements"
    sam.parent.mkdir(parents=True)
    stamp.write_text(f"{bare} Python {sys.version.split()[0]}\n")
    (bare / "stack").touch()
    sam.write_text(
        '#!/bin/sh\necho "$@" >> sam.log\n'
        'if [ "$1" = list ]; then read -r known < stack; [ "$4" = "$known" ]; exit; fi\n'
        'if [ "$1" = deploy ]; then echo "$3" > stack; fi\n'
    )
    sam.chmod(0o755)
    (bare.parent / "tools/date").symlink_to(shutil.which("date") or "date")
    (bare.parent / "tools/grep").symlink_to(shutil.which("grep") or "grep")
    return bare


def deployments(project: Path) -> list[str]:
    return [line for line in (project / "sam.log").read_text().splitlines() if line.startswith("deploy ")]


def test_a_missing_region_is_named_before_anything_is_built(with_sam: Path) -> None:
    done = run_make(with_sam, "deploy", "LAMBDA_PYTHON=python3.13")

    assert done.returncode != 0
    assert done.stderr.startswith("make deploy needs a region: set AWS_REGION")
    assert not (with_sam / "sam.log").exists()


def test_the_table_is_protected_once_a_first_deployment_has_succeeded(with_sam: Path) -> None:
    given = ("LAMBDA_PYTHON=python3.13", "AWS_REGION=eu-west-1", "PARAMETERS=MailFrom=links@bank.example")
    first, second = run_make(with_sam, "deploy", *given), run_make(with_sam, "deploy", *given)

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    unprotected, protected, again = deployments(with_sam)
    assert "DeletionProtection=false" in unprotected
    assert "DeletionProtection=true" in protected
    assert "DeletionProtection=true" in again
    assert all(line.endswith(" MailFrom=links@bank.example") for line in (unprotected, protected, again))
    assert "linkgate doctor --stack linkgate" in first.stdout.splitlines()[-1]


def test_each_deployment_is_a_release_of_its_own(with_sam: Path) -> None:
    run_make(with_sam, "deploy", "LAMBDA_PYTHON=python3.13", "AWS_REGION=eu-west-1")

    for line in deployments(with_sam):
        assert re.search(r" Release=20\d{6}T\d{6}Z ", line)


def test_nobody_is_asked_where_nobody_can_answer(with_sam: Path) -> None:
    given = ("deploy", "LAMBDA_PYTHON=python3.13", "AWS_REGION=eu-west-1", "STACK=linkgate-staging")
    run_make(with_sam, *given, "CI=1")
    run_make(with_sam, *given)

    in_ci, asked = deployments(with_sam)[0], deployments(with_sam)[-1]
    assert "--no-confirm-changeset" in in_ci
    assert "--no-confirm-changeset" not in asked
    assert in_ci.startswith("deploy --stack-name linkgate-staging ")
