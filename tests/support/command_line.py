"""`linkgate ...` in this process."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import typer.testing

from cli.main import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer.testing import Result

# Typer would build all commands again at each call, which takes longer than most of them run.
setattr(typer.testing, "_get_command", functools.cache(typer.main.get_command))  # noqa: B010 - no public way in


def invoke(*arguments: object, given: str | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Run a command; `given` is its standard input. What it sets in the environment ends with it."""
    with patch.dict(os.environ):
        return typer.testing.CliRunner().invoke(app, [str(argument) for argument in arguments], input=given, env=env)
