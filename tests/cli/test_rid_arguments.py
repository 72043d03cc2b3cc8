"""A rid that begins with a dash is parsed as a rid, and no option looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typer

from cli.main import app
from linkgate.tokens import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Shell


@pytest.mark.parametrize("rid", ["-p6fGRsWxH4x96y55nAdTw", "--FGRsWxH4x96y55nAdTwA", "-tFGRsWxH4x96y55nAdTwA"])
def test_a_name_may_begin_with_a_dash(bank: Shell, rid: str) -> None:
    for arguments in (["verify", rid], ["link", "show", rid, "--json"], ["link", "show", "--json", "--", rid]):
        assert f"There is no link {rid}." in bank.run(*arguments, code=1)


@pytest.mark.parametrize(
    "arguments", [["-p6fGRsWxH4x96y55nAdTw", "api"], ["--dry-run", "-p6fGRsWxH4x96y55nAdTw", "api"]]
)
def test_other_arguments_may_follow_such_a_name(bank: Shell, arguments: list[str]) -> None:
    assert "There is no link -p6fGRsWxH4x96y55nAdTw." in bank.run("link", "revoke-way", *arguments, code=1)


@pytest.mark.parametrize("rid", ["-p6fGRsWxH4x96y55nAdTw", "--FGRsWxH4x96y55nAdTwA", "4p6fGRsWxH4x96y55nAdTw"])
def test_so_may_one_that_an_option_takes(bank: Shell, rid: str) -> None:
    for arguments in (["wh_1", "--link", rid], ["--link", rid, "wh_1"], ["wh_1", f"--link={rid}"]):
        assert "has no webhook 'wh_1'" in bank.run("webhook", "replay", *arguments, code=1)


def test_what_is_no_name_is_still_an_unknown_option(bank: Shell) -> None:
    assert "No such option: -p" in bank.run("link", "show", "-p6fGRsWxH4x96y55nAdT", code=2)


def options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    for inner in getattr(command, "commands", {}).values():
        yield from options(inner)


def test_no_option_looks_like_a_name() -> None:
    every = set(options(typer.main.get_command(app)))

    assert "--endpoint-url" in every
    assert not [option for option in every if is_token(option)]
