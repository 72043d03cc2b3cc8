"""Steps in which calls to AWS fail, one or two at a time, until nothing more happens. They end in a check.

A run is one step with its failing calls, followed by what AWS does by itself (the stream and the queues deliver again)
and by a caller who repeats what was not answered.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from linkgate.store.tenants import CACHE_LIFE
from tests.support.delivery_rig import depth
from tests.support.fault_injection import WAYS, Fault, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.support.delivery_rig import Rig

QUEUES = ("Delivery", "Relay", "Feedback")
PROVIDERS = frozenset({"sesv2.SendEmail", "sns.Publish"})
OF_PROVIDERS = tuple(way for way in WAYS if way != Way(Fault.RESET_BEFORE, persistent=False))
OF_OTHERS = tuple(way for way in OF_PROVIDERS if way.fault not in {Fault.THROTTLE, Fault.RESET_BEFORE})


class Failure(NamedTuple):
    """A call that fails. `call` counts from 0, and of a second failure from the call after the first."""

    call: int
    way: Way


class Plan(NamedTuple):
    """Failures of a run."""

    first: Failure | None = None
    second: Failure | None = None

    @property
    def failures(self) -> list[Failure]:
        """Return those that there are."""
        return [each for each in self if each]


@dataclass(frozen=True)
class Step:
    """A step. `check` raises if something is lost or done too often, and returns the number of further copies."""

    prepare: Callable[[Rig], Any]
    act: Callable[[Rig, Any], Any]
    """Do the step, and everything that follows until nothing more happens."""
    check: Callable[[Rig, Any, Plan], int]


@dataclass
class Tally:
    """Result of a number of runs."""

    runs: int = 0
    copies: int = 0
    """Number of further copies that went out."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.runs + other.runs, self.copies + other.copies)


def run(rig: Rig, step: Step, plan: Plan) -> int:
    """Run a step, and return the number of further copies."""
    # The pause exceeds the life of cached tenants, so every run of a step makes the same calls.
    rig.cloud.clock.advance(CACHE_LIFE * 2)
    state = step.prepare(rig)
    first, second = plan
    if first is None:
        rig.calls.arm()
    else:
        then = (second.call, second.way) if second else None
        rig.calls.arm(first.call, first.way.fault, persistent=first.way.persistent, then=then)
    state = step.act(rig, state)
    rig.calls.disarm()
    extra = step.check(rig, state, plan)
    given_up = [queue for queue in QUEUES if depth(rig.cloud, f"{queue}DeadLetters")]
    assert not given_up or not rig.calls.fired, given_up
    return extra


def calls_of(rig: Rig, step: Step, plan: Plan) -> list[str]:
    """Run a step, and return the calls that it made."""
    run(rig, step, plan)
    return list(rig.calls.calls)


def every_single(rig: Rig, step: Step) -> Iterator[Plan]:
    """Yield each call in each way."""
    for index, way in itertools.product(range(len(calls_of(rig, step, Plan()))), WAYS):
        yield Plan(Failure(index, way))


def every_pair(rig: Rig, step: Step) -> Iterator[Plan]:
    """Yield all pairs of failures: each call in each way, and each call that follows in each way."""
    for index, call in enumerate(calls_of(rig, step, Plan())):
        for way in ways_of(call):
            first = Failure(index, way)
            following = calls_of(rig, step, Plan(first))[index + 1 :]
            for offset, later in enumerate(following):
                for second in ways_of(later):
                    yield Plan(first, Failure(offset, second))


def ways_of(call: str) -> tuple[Way, ...]:
    """Return the ways in which a call can fail that differ to the code.

    Only providers of messages are asked differently after a refusal than after an error or a lost connection. To a call
    that the SDK makes again before it reached the service, nothing happened.
    """
    return OF_PROVIDERS if call in PROVIDERS else OF_OTHERS


def some_plans(rig: Rig, step: Step, number: int, seed: str) -> Iterator[Plan]:
    """Yield so many failures or pairs of them, others for another seed."""
    chance = random.Random(seed)
    calls = len(calls_of(rig, step, Plan()))
    for _ in range(number):
        first, second = chance.randrange(calls), chance.randrange(calls)
        yield Plan(Failure(first, chance.choice(WAYS)), Failure(second, chance.choice(WAYS)))


def run_all(rig: Rig, step: Step, plans: Iterable[Plan]) -> Tally:
    """Run a step with each plan. A second failure that the run did not come to is not counted."""
    tally = Tally()
    for plan in plans:
        try:
            extra = run(rig, step, plan)
        except BaseException as error:
            error.add_note(f"{plan}: {rig.calls.calls}")
            raise
        tally.runs += rig.calls.fired
        tally.copies += extra if rig.calls.fired else 0
    return tally
