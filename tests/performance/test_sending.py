"""A campaign larger than the account's rate and quota arrives whole, nearly as fast as the account allows."""

from __future__ import annotations

import pytest

from benchmarks.sending import Account, campaign


@pytest.mark.parametrize(
    ("links", "account"),
    [
        (20_000, Account(14)),
        (5_000, Account(50, 2_000)),
        (2_000, Account(1, 200)),
        (20_000, Account(20)),
    ],
    ids=["rate", "quota", "sandbox", "sms"],
)
def test_nothing_is_lost_and_little_is_asked_in_vain(links: int, account: Account) -> None:
    done = campaign(links, account, workers=10)

    assert done.sent == links
    assert done.calls <= 1.2 * links
    assert done.hours * 3600 <= 1.1 * account.shortest(links)
