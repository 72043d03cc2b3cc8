"""The operator's pages name existing commands, resources and pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import app
from local.template import parse_template

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/operations").rglob("*.md"))
RESOURCES = set(parse_template((ROOT / "template.yaml").read_text())["Resources"])
PARAMETERS = set(parse_template((ROOT / "template.yaml").read_text())["Parameters"])


def name_of(page: Path) -> str:
    return page.relative_to(ROOT / "docs").as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_resource_that_is_asked_for_exists(page: Path) -> None:
    names = re.findall(r"\(physical ([A-Za-z]+)\)", page.read_text())

    assert set(names) <= RESOURCES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_of_ours_exists_with_its_options(page: Path) -> None:
    for line in re.findall(r"linkgate ([a-z][^`\n|]*)", page.read_text()):
        words = re.split(r"\s+#|&&|;|>", line)[0].replace(",", " ").replace(")", " ").split()
        command: Any = typer.main.get_command(app)
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands"), line
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
        assert {word for word in words if word.startswith("-")} <= known, line


MAKE_VARIABLES = {"STACK"}


def test_every_parameter_that_is_spelled_out_exists() -> None:
    text = (ROOT / "docs/operations/README.md").read_text()

    assert set(re.findall(r"\b([A-Z][A-Za-z]+)=[a-zA-Z]", text)) - MAKE_VARIABLES <= PARAMETERS
