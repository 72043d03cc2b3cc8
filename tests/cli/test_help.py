"""The command line has help for everything, and starts without libraries that a command may not need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer

from cli.main import app
from tests.support.command_line import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every command."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path
        return
    for name, child in children.items():
        yield from commands(child, (*path, name))


EVERY = [path for path in commands(typer.main.get_command(app)) if path != ("local",)]


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_has_help_that_says_what_it_does(path: tuple[str, ...]) -> None:
    result = invoke(*path, "--help")

    assert result.exit_code == 0
    after_usage = result.output.partition("Usage:")[2].splitlines()[1:]
    assert any(line.strip() and not line.startswith("╭") for line in after_usage[:3])


def test_starting_loads_neither_the_sdk_nor_pydantic_nor_the_runner() -> None:
    heavy = "boto3 botocore pydantic moto jsonschema_rs phonenumbers linkgate.wiring"
    code = f"import sys, cli.main; print([name for name in {heavy.split()!r} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert loaded.strip() == "[]"
