"""A random walk of three tenants and their recipients through whole lives of links, against a model of the promises.

The walk drives the real handlers. Calls to AWS fail in its requests and in the background, and clients repeat what was
not answered. `tests/support/life_promises.py` is the model. The suite takes some walks,
others each day, and `make races` more and longer ones.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import rule

from tests.support.life_owners import Owners
from tests.support.life_recipients import Recipients
from tests.support.life_walk import slips

if TYPE_CHECKING:
    from tests.support.life_world import Slip

MANY = os.environ.get("LINKGATE_RACES") == "full"
SOON = timedelta(minutes=12)
WEEK = timedelta(days=7)
PAUSES = (
    *(timedelta(seconds=seconds) for seconds in (20, 40, 180, 660, 960, 4200)),
    *(timedelta(hours=hours) for hours in (5, 24, 72, 192, 960)),
)


@seed(datetime.now(UTC).toordinal())
class Lives(Recipients, Owners):
    """Walk in which time passes, too, and AWS delivers again."""

    @rule(time=st.sampled_from(PAUSES))
    def time_passes(self, time: timedelta) -> None:
        """Let time pass, and what is due be done: queues hand over within minutes, and keep nothing for weeks."""
        pauses = [time] if time < SOON else [SOON, *[min(WEEK, time)] * max(1, time // WEEK)]
        for pause in pauses:
            self.background()
            self.world.cloud.clock.advance(pause)
        self.background()
        if time > WEEK:
            for _ in range(6):
                self.world.cloud.clock.advance(timedelta(days=1))
                self.background()
            self.book.nothing_stays()

    @rule(slip=slips)
    def happens_by_itself(self, slip: Slip | None) -> None:
        """Let the background do what is due, with a fault that AWS repairs by delivering again."""
        if slip:
            self.world.calls.arm(slip.call, slip.fault, persistent=slip.persists)
        self.background()
        if self.world.calls.fired:
            for link in self.book.promises.values():
                link.more += 1
        self.world.calls.disarm()
        self.book.heard()

    @rule(back=st.integers(0, 30))
    def comes_again(self, back: int) -> None:
        self.world.wake_again(back)
        self.book.written(background=True)
        self.book.heard()


Lives.TestCase.settings = settings(
    max_examples=1000 if MANY else 20,
    stateful_step_count=100 if MANY else 50,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase
