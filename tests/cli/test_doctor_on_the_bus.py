"""The doctor compares the rules of the event bus with the events that go to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.bus_check import bus
from cli.failures import CommandError
from cli.findings import State
from tests.cli.test_doctor import Account, account

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["account"]


def rule(*kinds: str, state: str = "ENABLED") -> dict[str, Any]:
    pattern = {"source": ["linkgate"], **({"detail-type": kinds} if kinds else {})}
    return {"Name": "crm", "State": state, "EventPattern": json.dumps(pattern)}


@pytest.mark.parametrize(
    ("chosen", "rules", "state", "says"),
    [
        ("staff.acted,webhook.disabled", [], State.OK, "gets staff.acted,webhook.disabled; rules: 0"),
        ("", [], State.OK, "gets nothing"),
        ("link.submitted", [rule("link.submitted")], State.OK, "rules: 1"),
        ("link.submitted", [rule()], State.OK, "rules: 1"),
        ("all", [rule("link.opened")], State.OK, "gets all"),
        ("link.submitted", [rule("link.submitted"), rule("link.opened")], State.WRONG, "wait for link.opened,"),
        ("link.submitted", [rule("link.opened", state="DISABLED")], State.OK, "rules: 0"),
        ("all", [], State.WARNING, "no rule listens"),
        (None, [rule("link.opened")], State.OK, "gets all"),
    ],
)
def test_rules_get_what_they_wait_for(
    account: Callable[..., Account], chosen: str | None, rules: list[dict[str, Any]], state: State, says: str
) -> None:
    bank = account()
    described = {
        "StackName": "bank",
        "CreationTime": "2026-11-22T00:00:00Z",
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [{"ParameterKey": "BusEvents", "ParameterValue": chosen}] if chosen is not None else [],
    }
    bank.answers("cloudformation", "describe_stacks", {"Stacks": [described]}, StackName="bank")
    bank.answers("events", "list_rules", {"Rules": rules}, EventBusName="bank")

    (found,) = bus(bank)

    assert (found.state, says in found.text) == (state, True), found
    bank.done()


def test_whoever_names_no_stack_is_asked_for_one(account: Callable[..., Account]) -> None:
    with pytest.raises(CommandError, match="--stack"):
        list(bus(account(stack=None)))
