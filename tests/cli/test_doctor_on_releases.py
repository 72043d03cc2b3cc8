"""The doctor notices a function that serves something other than what was deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cli.findings import State
from cli.release_check import release
from tests.cli.test_doctor import ACCOUNT, Account, account, stack

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["account"]

LAYER = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:shared"
DEPLOYED: dict[str, Any] = {
    "CodeSha256": "c29tZSBjb2Rl",
    "MemorySize": 1024,
    "Layers": [{"Arn": f"{LAYER}:7"}],
    "Environment": {"Variables": {"MAIL_FROM": "links@bank.example", "RELEASE": "20261126T100000Z"}},
}
OLDER = {"MAIL_FROM": "old@bank.example", "RELEASE": "20261101T100000Z"}


def compared(account: Account, serving: dict[str, Any]) -> None:
    stack(account, ManageFunction=("AWS::Lambda::Function", "bank-manage"), Table=("AWS::DynamoDB::Table", "t"))
    account.answers("lambda", "get_function_configuration", DEPLOYED, FunctionName="bank-manage")
    account.answers("lambda", "get_function_configuration", serving, FunctionName="bank-manage", Qualifier="live")


def test_what_was_deployed_is_serving(account: Callable[..., Account]) -> None:
    bank = account()
    compared(bank, DEPLOYED)

    (found,) = release(bank)

    assert (found.state, found.text) == (State.OK, "20261126T100000Z is serving")
    bank.done()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"CodeSha256": "b3RoZXIgY29kZQ=="}, "CodeSha256"),
        ({"MemorySize": 512}, "MemorySize"),
        ({"Layers": [{"Arn": f"{LAYER}:6"}]}, "Layers"),
        ({"Environment": {"Variables": OLDER}}, "MAIL_FROM, RELEASE"),
    ],
)
def test_a_function_that_serves_something_older_is_named(
    account: Callable[..., Account], changed: dict[str, Any], named: str
) -> None:
    bank = account()
    compared(bank, {**DEPLOYED, **changed})

    (found,) = release(bank)

    assert found.state is State.WRONG
    assert f"ManageFunction ({named})" in found.text
    assert "make deploy" in found.advice
