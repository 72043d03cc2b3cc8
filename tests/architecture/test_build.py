"""Repeated statements of the build agree, and it leaves out nothing that is needed."""

import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def recipe(root: Path) -> str:
    return (root / "layers/shared/Makefile").read_text()


def setting(makefile: str, name: str) -> str:
    found = re.search(rf"^{name} [:?]?= (.*)$", makefile, re.MULTILINE)
    assert found, name
    return found[1]


def test_bytecode_is_made_for_the_runtime_of_the_functions(recipe: str, template: dict[str, Any]) -> None:
    runtime = template["Globals"]["Function"]["Runtime"]

    assert runtime == f"python{setting(recipe, 'PYTHON_VERSION')}"
    assert template["Resources"]["SharedLayer"]["Properties"]["CompatibleRuntimes"] == [runtime]


def test_one_architecture_is_the_default_everywhere(root: Path, recipe: str, template: dict[str, Any]) -> None:
    default = template["Parameters"]["Architecture"]["Default"]

    assert setting(recipe, "LAMBDA_ARCHITECTURE") == default
    assert setting((root / "Makefile").read_text(), "ARCHITECTURE") == default


def test_the_layer_keeps_the_model_of_every_service_that_the_code_calls(root: Path, recipe: str) -> None:
    called = {
        service
        for path in (root / "layers/shared/linkgate").rglob("*.py")
        for service in re.findall(r"client\(\s*\"([a-z0-9-]+)\"", path.read_text())
    }

    assert {"dynamodb", "sesv2", "sns"} <= called
    assert called <= set(setting(recipe, "AWS_SERVICES").split())


@pytest.mark.parametrize(
    "file",
    ["layers/shared/requirements.txt", "requirements/dev.txt", "requirements/sam.txt", "requirements/clients.txt"],
)
def test_every_requirement_is_pinned_by_hash_and_none_names_an_index(root: Path, file: str) -> None:
    text = (root / file).read_text()
    requirements = text.replace("\\\n", " ").strip().splitlines()

    assert requirements
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9_.-]+(\[[a-z0-9,_-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), (
            requirement
        )
    assert "://" not in text
    assert "--index" not in text


def test_what_is_tested_is_what_is_shipped(root: Path) -> None:
    def pins(file: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9_.-]+==\S+", (root / file).read_text(), re.MULTILINE))

    assert pins("layers/shared/requirements.txt") <= pins("requirements/dev.txt")
