"""Pace of the delivery workers: together they send no more messages a second than the account may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_sesv2 import SESV2Client

    from linkgate.model.link import Channel
    from linkgate.ports.delivery import SendingTurns

LONGEST_WAIT = timedelta(seconds=8)
"""Longest time that a worker waits for one turn. Five of them fit into its timeout."""
RATE_KEPT = timedelta(minutes=10)
"""Time for which the account's rate is not asked for again."""
LEAST_RATE = 0.01
"""Messages a second of an account that may send none, which is asked now and then all the same."""

_LOW = 10.0
_SECOND = timedelta(seconds=1)
_EPOCH = datetime.fromtimestamp(0, UTC)


class Pace:
    """Waits for a turn to send. Turns are counted in the table, because workers know nothing of each other."""

    def __init__(
        self,
        rates: Mapping[Channel, Callable[[], float]],
        turns: SendingTurns,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[int], bytes],
    ) -> None:
        self._rates = rates
        self._turns = turns
        self._now = now
        self._sleep = sleep
        self._random = random

    def __call__(self, channel: Channel) -> bool:
        """Return True as soon as a message may be sent over the channel, or False if that takes too long."""
        period, most = _period(max(self._rates[channel](), LEAST_RATE))
        end = self._now() + LONGEST_WAIT
        while True:
            now = self._now()
            began = _EPOCH + (now - _EPOCH) // period * period
            # Two messages around the end of a period would be too close together if each has only one.
            late = most == 1 and now - began > period / 20
            if not late and self._turns.take(channel, began, most):
                return True
            # Where a period has many turns, not everybody who waits for it asks at the same moment.
            spread = period / 8 * (self._random(1)[0] / 255) if most > 1 else timedelta()
            again = began + period + spread
            if again > end:
                return False
            self._sleep((again - now).total_seconds())


def _period(rate: float) -> tuple[timedelta, int]:
    """Return a period and the number of messages in it. At low rates each message has a period of its own."""
    return (_SECOND, int(rate)) if rate >= _LOW else (_SECOND / rate, 1)


class AccountRate:
    """The rate that SES allows the account, asked for on first use and every ten minutes."""

    def __init__(self, client: Callable[[], SESV2Client], now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._rate = 0.0
        self._read_at: datetime | None = None

    def __call__(self) -> float:
        """Return messages a second. If SES does not say, return what it said before, at first one."""
        from botocore.exceptions import BotoCoreError, ClientError

        now = self._now()
        if self._read_at is None or now - self._read_at >= RATE_KEPT:
            self._read_at = now
            try:
                self._rate = self._client().get_account()["SendQuota"]["MaxSendRate"]
            except (BotoCoreError, ClientError, KeyError):
                self._rate = self._rate or 1.0
        return self._rate
