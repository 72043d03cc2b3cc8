"""Requirements of tests on the machine. A test without them is skipped, but fails if CI is set."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def require_commands(needed_by: str, *commands: str) -> None:
    """Skip or fail unless every command is on PATH."""
    missing = [command for command in commands if not shutil.which(command)]
    if missing:
        skip_or_fail(f"{needed_by} needs {' and '.join(missing)}")


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test, or fail it if CI is set."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
