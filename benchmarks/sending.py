"""`python -m benchmarks.sending` writes docs/sending.md: how a campaign fares against the account's rate and quota.

It simulates the delivery workers with the rules of the code: its pace, its pauses, its pause of a channel. Providers
are simulated as AWS describes them: a bucket of messages per second, and a quota for any 24 hours.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkgate.model.delivery_rules import BUSY_JITTER, NO_TURN, PROBE, QUOTA, QUOTA_PAUSE, THROTTLED, busy_pause
from linkgate.model.link import Channel
from linkgate.model.pauses import varied
from linkgate.sending.pacing import Pace

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sending.md"
ACCEPTED, REFUSED = 0.130, 0.090
"""Seconds of a provider call, measured nowhere: the review's estimate."""
LOOK = 0.005
"""Seconds that a worker looks at a message whose channel is paused."""
CACHED = 30.0
"""Seconds for which a worker keeps what it read about a pause (store/delivery/sending_rates.py)."""
DAY = 86_400.0
_OFTEN = 9
"""Earlier attempts that were throttled: the longest pauses."""
_SEED = 20_261_127
_START = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass(frozen=True)
class Account:
    """Limits of a provider. `quota` is the number of messages in any 24 hours, None for no limit."""

    rate: float
    quota: int | None = None

    def shortest(self, links: int) -> float:
        """Return the seconds that as many messages take at best."""
        if self.quota is None or links <= self.quota:
            return links / self.rate
        days, rest = divmod(links - 1, self.quota)
        return days * DAY + (rest + 1) / self.rate


@dataclass
class Outcome:
    """Result of a campaign. `hours` is the time until the last message had gone."""

    sent: int = 0
    calls: int = 0
    tasks: int = 0
    """Times that a worker looked at a message."""
    hours: float = 0.0


class _Provider:
    """A bucket that holds one second's messages, and the times of the last 24 hours' messages."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._tokens, self._at = account.rate, 0.0
        self._day: deque[float] = deque()

    def answer(self, at: float) -> str | None:
        """Return the reason for a refusal, or None if the message was accepted."""
        account = self._account
        while self._day and self._day[0] <= at - DAY:
            self._day.popleft()
        if account.quota is not None and len(self._day) >= account.quota:
            return QUOTA
        self._tokens = min(max(account.rate, 1.0), self._tokens + (at - self._at) * account.rate)
        self._at = at
        if self._tokens < 1 - 1e-6:
            return THROTTLED
        self._tokens -= 1
        if account.quota is not None:
            self._day.append(at)
        return None


class _Turns:
    """Turns to send, as the table counts them."""

    def __init__(self) -> None:
        self._taken: dict[datetime, int] = {}

    def take(self, _channel: Channel, began: datetime, most: int) -> bool:
        count = self._taken.get(began, 0)
        if count >= most:
            return False
        self._taken[began] = count + 1
        return True


class _Worker:
    """A worker with its own time, its pace, and what it believes about a pause of the channel."""

    def __init__(self, account: Account, turns: _Turns, chance: random.Random) -> None:
        self.at = 0.0
        self.read_at = -CACHED
        self.pause: float | None = None
        rates = {Channel.EMAIL: lambda: account.rate}
        self._pace = Pace(rates, turns, lambda: _START + timedelta(seconds=self.at), self._sleep, chance.randbytes)

    def _sleep(self, seconds: float) -> None:
        self.at += seconds

    def has_a_turn(self) -> bool:
        return self._pace(Channel.EMAIL)


class _Campaign:
    """Messages that wait, workers that send them, and the pause that they share."""

    def __init__(self, links: int, account: Account, workers: int) -> None:
        self._chance = random.Random(_SEED)  # noqa: S311 - a simulation, the same at each run
        self._provider, self.outcome = _Provider(account), Outcome()
        self._due = [0.0] * links
        turns = _Turns()
        self._crew = [_Worker(account, turns, self._chance) for _ in range(workers)]
        self._pause: float | None = None
        self._prober: int | None = None
        # Each event is the time of a worker that is free, or that calls the provider now.
        self._events = [(0.0, number, False) for number in range(workers)]

    def run(self) -> Outcome:
        while self._due or any(calling for _, _, calling in self._events):
            at, number, calling = heapq.heappop(self._events)
            if calling:
                self._call(at, number)
            elif self._due:
                self._look(at, number)
        return self.outcome

    def _call(self, at: float, number: int) -> None:
        self.outcome.calls += 1
        reason = self._provider.answer(at)
        if reason is None:
            self.outcome.sent += 1
            self.outcome.hours = (at + ACCEPTED) / 3600
            if number == self._prober:
                self._pause = self._prober = None
        else:
            heapq.heappush(self._due, at + _seconds(busy_pause(reason, _OFTEN, self._chance.randbytes(2))))
        if reason == QUOTA:
            self._pause, self._prober = at + _seconds(QUOTA_PAUSE), None
            self._crew[number].read_at = -CACHED
        heapq.heappush(self._events, (at + (REFUSED if reason else ACCEPTED), number, False))

    def _look(self, at: float, number: int) -> None:
        worker = self._crew[number]
        worker.at = max(at, heapq.heappop(self._due))
        self.outcome.tasks += 1
        later = self._paused_until(worker, number)
        if later is not None:
            heapq.heappush(self._due, later + _seconds(busy_pause(QUOTA, _OFTEN, self._chance.randbytes(2))))
            heapq.heappush(self._events, (worker.at + LOOK, number, False))
            return
        turn = worker.has_a_turn()
        if not turn:
            pause = varied(NO_TURN, BUSY_JITTER, self._chance.randbytes(2))
            heapq.heappush(self._due, worker.at + _seconds(pause))
        heapq.heappush(self._events, (worker.at, number, turn))

    def _paused_until(self, worker: _Worker, number: int) -> float | None:
        if worker.at - worker.read_at >= CACHED:
            worker.read_at, worker.pause = worker.at, self._pause
        if worker.pause is None or worker.pause > worker.at:
            return worker.pause
        # The pause is over. One worker may find out, and the others wait for it.
        worker.read_at = -CACHED
        later = worker.at + _seconds(PROBE)
        if self._pause is None or self._pause > worker.at:
            return None if self._pause is None else later
        self._pause, self._prober = later, number
        return None


def campaign(links: int, account: Account, workers: int) -> Outcome:
    """Send one message to each of as many links, all queued at once."""
    return _Campaign(links, account, workers).run()


def _seconds(pause: timedelta) -> float:
    return pause / timedelta(seconds=1)


CASES = (
    ("e-mail, the first rate of an account", 50_000, Account(14), 10),
    ("e-mail, the first rate of an account", 300_000, Account(14), 10),
    ("e-mail, the first rate of an account", 1_000_000, Account(14), 10),
    ("e-mail, 50 a second and 50,000 a day", 100_000, Account(50, 50_000), 10),
    ("e-mail, the sandbox", 2_000, Account(1, 200), 10),
    ("SMS", 50_000, Account(20), 10),
    ("SMS from one long code", 5_000, Account(1), 10),
)


def page() -> str:
    """Return the whole page."""
    lines = [
        "# How a campaign is sent",
        "",
        "`python -m benchmarks.sending` writes this page; do not edit it. All messages are queued at once. The workers",
        "keep to the account's rate, so few calls are throttled, and a throttled call costs no try. Once the day's",
        "quota is used up, the workers ask for nothing for an hour. Then one message finds out whether more may go.",
        "The provider is simulated: a bucket of one second's messages, and a quota for any 24 hours. A call is",
        f"assumed to take {ACCEPTED * 1000:.0f} ms if it is accepted and {REFUSED * 1000:.0f} ms if not.",
        "",
        "| account | links | rate | quota | lost | calls per message | hours | shortest | ratio |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, links, account, workers in CASES:
        done = campaign(links, account, workers)
        shortest = account.shortest(links) / 3600
        quota = f"{account.quota:,}" if account.quota else "-"
        lines.append(
            f"| {name} | {links:,} | {account.rate:g}/s | {quota} | {links - done.sent} | {done.calls / links:.3f} "
            f"| {done.hours:.2f} | {shortest:.2f} | {done.hours / shortest:.3f} |"
        )
    lines += [
        "",
        "A link must live for as long as its message may wait: a day for each quota that the campaign fills. What does",
        "not fit into a link's life is told as `link.delivery_failed` with the reason `quota` or `throttled`.",
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
