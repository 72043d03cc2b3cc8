"""Command line in this process, with a cloud that has no tenants yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.command_line import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Shell:
    """Runs `linkgate ...` against a cloud's table."""

    cloud: Cloud

    def run(self, *arguments: object, given: str | None = None, code: int = 0) -> str:
        """Run a command and return its output on both streams. Fails unless the exit code is `code`."""
        table = self.cloud.template.tables[0]["TableName"]
        result = invoke(*arguments, given=given, env={"LINKGATE_TABLE": table})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output

    def stdout(self, *arguments: object, given: str | None = None) -> str:
        """Run a command and return its standard output only."""
        table = self.cloud.template.tables[0]["TableName"]
        result = invoke(*arguments, given=given, env={"LINKGATE_TABLE": table})
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: object) -> Any:
        return json.loads(self.stdout(*arguments, "--json"))


@pytest.fixture
def shell() -> Iterator[Shell]:
    started = Cloud(TEMPLATE, domain=DOMAIN, portal_url="").start(seed=False)
    try:
        yield Shell(started)
    finally:
        started.stop()


@pytest.fixture
def bank(shell: Shell) -> Shell:
    """Yield a shell on a table with one tenant, Example Bank."""
    shell.run("tenant", "create", "-", given="name: Example Bank\nregion: GB\n")
    return shell
