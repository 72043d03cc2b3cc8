"""Workers together keep to the account's rate, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from linkgate.model.link import Channel
from linkgate.sending.pacing import LONGEST_WAIT, RATE_KEPT, AccountRate, Pace
from linkgate.store.delivery.sending_rates import DynamoSendingTurns
from linkgate.store.table import Table

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS
START = datetime(2026, 11, 27, 12, tzinfo=UTC)


@dataclass
class Time:
    """A clock that sleeping moves."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Turns:
    """Turns of one process."""

    taken: dict[tuple[Channel, datetime], int] = field(default_factory=dict)

    def take(self, channel: Channel, began: datetime, most: int) -> bool:
        count = self.taken.get((channel, began), 0)
        self.taken[channel, began] = count + (count < most)
        return count < most


def paced(time: Time, turns: Turns, email: float = 14, sms: float = 20) -> Pace:
    return Pace({EMAIL: lambda: email, SMS: lambda: sms}, turns, time.now, time.sleep, lambda _: b"\x80")


@pytest.mark.parametrize(("rate", "seconds"), [(14, 10), (1, 140), (0.5, 280)])
def test_workers_together_send_as_many_as_the_account_may(rate: float, seconds: float) -> None:
    turns, workers = Turns(), [Time() for _ in range(10)]
    paces = [paced(time, turns, email=rate) for time in workers]
    sent: list[datetime] = []

    while len(sent) < 140:
        first = min(range(10), key=lambda number: workers[number].at)
        if paces[first](EMAIL):
            sent.append(workers[first].at)
        workers[first].at += timedelta(milliseconds=130)

    periods = [at - START for at in sorted(sent)]
    assert timedelta(seconds=seconds * 0.9) <= periods[-1] <= timedelta(seconds=seconds * 1.1)
    assert max(turns.taken.values()) == max(1, int(rate))


def test_channels_do_not_wait_for_each_other() -> None:
    time, turns = Time(), Turns()
    pace = paced(time, turns, email=1, sms=1)

    assert [pace(EMAIL), pace(SMS)] == [True, True]

    assert time.at == START
    assert pace(SMS)
    assert time.at == START + timedelta(seconds=1)


def test_a_worker_does_not_wait_for_longer_than_its_timeout_allows() -> None:
    time, turns = Time(), Turns()
    pace = paced(time, turns, email=0)
    assert pace(EMAIL)

    assert not pace(EMAIL)

    assert time.at - START <= LONGEST_WAIT


def test_a_turn_is_taken_in_the_table_as_often_as_it_says(cloud: Cloud) -> None:
    client = cloud.aws.client("dynamodb")
    turns = DynamoSendingTurns(Table(cloud.environment()["TABLE_NAME"], lambda: client))

    assert [turns.take(EMAIL, START, 3) for _ in range(5)] == [True] * 3 + [False] * 2
    assert turns.take(SMS, START, 3)
    assert turns.take(EMAIL, START + timedelta(seconds=1), 3)


class Account:
    """SES as far as the rate is concerned."""

    def __init__(self, *answers: float | None) -> None:
        self.answers = list(answers)

    def get_account(self) -> dict[str, Any]:
        rate = self.answers.pop(0)
        if rate is None:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccount")
        return {"SendQuota": {"MaxSendRate": rate}}


def rate_of(account: Account, time: Time) -> AccountRate:
    client: Any = account
    return AccountRate(lambda: client, time.now)


def test_the_accounts_rate_is_asked_for_every_ten_minutes() -> None:
    account, time = Account(14.0, 50.0), Time()
    rate = rate_of(account, time)

    assert [rate(), rate()] == [14, 14]
    time.at += RATE_KEPT
    assert rate() == 50
    assert account.answers == []


def test_without_an_answer_the_last_rate_holds_and_the_first_is_one() -> None:
    account, time = Account(None, 14.0, None), Time()
    rate = rate_of(account, time)

    found = []
    for _ in range(3):
        found.append(rate())
        time.at += RATE_KEPT

    assert found == [1, 14, 14]
