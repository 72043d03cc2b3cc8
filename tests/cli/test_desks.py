"""`linkgate agent desk` makes the link to an agent's desk and says what is wrong otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import invoke

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

AGENT = "id: ana\nname: Ana\nqueues: [desk]\n"


def test_an_agents_file_has_name_and_queues(bank: Shell) -> None:
    bank.run("agent", "create", "-", given=AGENT)

    (agent,) = bank.json("agent", "list")

    assert agent == {"id": "ana", "name": "Ana", "queues": ["desk"]}


def test_a_dry_run_makes_nothing(bank: Shell) -> None:
    bank.run("agent", "create", "-", given=AGENT)
    before = bank.cloud.table()

    said = bank.run("agent", "desk", "ana", "--dry-run")

    assert said == "A link to the desk of ana would be made.\n"
    assert bank.cloud.table() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ben",), 1, "Example Bank has no agent 'ben'; see `linkgate agent list`"),
        (("ana", "--days", "91"), 2, "--days: must be between 1 and 90"),
        (("ana", "--send"), 2, "--send: has no address that a message may be sent to"),
    ],
)
def test_a_desk_that_cannot_be_made(bank: Shell, arguments: tuple[str, ...], code: int, said: str) -> None:
    bank.run("agent", "create", "-", given=AGENT)

    assert said in bank.run("agent", "desk", *arguments, "--dry-run", code=code)


def test_it_needs_more_than_a_table(bank: Shell) -> None:
    bank.run("agent", "create", "-", given=AGENT)

    assert "--stack" in bank.run("agent", "desk", "ana", code=2)


def test_help_names_the_options() -> None:
    said = invoke("agent", "desk", "--help").output

    assert all(option in said for option in ("--days", "--send", "--replace"))
