"""A function killed at every write: nobody is stuck longer than one lease, and no customer is shown two agents."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.live import Room, own_queue
from linkgate.usecases.desk.answering import accept
from linkgate.usecases.desk.calls import end, transfer
from linkgate.usecases.desk.looking import look
from linkgate.usecases.desk.telling import line_of
from linkgate.usecases.desk.waiting import enter, leave
from tests.support.desk import LAPSE, QUEUE, task

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.duty import AtDesk
    from tests.support.desk import Office


class Killed(BaseException):
    """The function is killed."""


class Mortal:
    """A store whose process is killed before or after its n-th write."""

    def __init__(self, store: Any, death: Death) -> None:
        self._store, self._death = store, death

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return self._death.around(method) if name in WRITES else method


WRITES = {"put", "delete", "enter", "join", "transfer", "end", "claim", "release"}


class Death:
    """Time of a process's death, counted in writes."""

    def __init__(self, at: int, *, after: bool) -> None:
        self._left, self._after = at, after

    def around(self, write: Callable[..., object]) -> Callable[..., object]:
        def mortal(*arguments: object) -> object:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            result = write(*arguments)
            if self._left == 0:
                raise Killed
            return result

        return mortal

    def upon(self, deps: Deps) -> Deps:
        return replace(
            deps, rooms=Mortal(deps.rooms, self), seats=Mortal(deps.seats, self), lines=Mortal(deps.lines, self)
        )


def killed_at(number: int, *, after: bool, office: Office, act: Callable[[Deps], object]) -> bool:
    """Return whether the process was killed, and not done before."""
    try:
        act(Death(number, after=after).upon(office.deps))
    except Killed:
        return True
    return False


STEPS: dict[str, Callable[[Link, AtDesk, Deps], object]] = {
    "enter": lambda link, _, deps: enter(link, "visit", deps),
    "accept": lambda link, ana, deps: accept(ana, link.rid, deps),
    "transfer": lambda _, ana, deps: transfer(ana, own_queue("ben"), deps),
    "end": lambda _, ana, deps: end(ana, deps),
    "leave": lambda link, _, deps: leave(link.rid, deps),
}
BEFORE = {
    "enter": (),
    "accept": ("enter",),
    "transfer": ("enter", "accept"),
    "end": ("enter", "accept"),
    "leave": ("enter", "accept"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_killed_at_any_write_holds_nobody_longer_than_a_lease(step: str, office: Office) -> None:
    deaths = 0
    for number in range(1, 6):
        for after in (False, True):
            ana, ben, link = office.agent("ana"), office.agent("ben"), office.session()
            for earlier in BEFORE[step]:
                STEPS[earlier](link, ana, office.deps)
            deaths += killed_at(number, after=after, office=office, act=lambda deps: STEPS[step](link, ana, deps))  # noqa: B023

            office.wait(LAPSE)
            room = settled(office, link)
            if room.waiting:
                taker = ben if room.queue == own_queue("ben") else ana
                assert office.accepted(taker, link).seat == taker.agent
            leave(link.rid, office.deps)
            other = office.calling()
            assert office.accepted(ana, other).seat == "ana"
            end(ana, office.deps)
            for queue in (QUEUE, own_queue("ben")):
                assert line_of(link.tenant, queue, office.deps) == []
    assert deaths >= 2


def settled(office: Office, link: Link) -> Room:
    """Return the room after the page reconnected, and the worker looked at it."""
    room = enter(link, "visit", office.deps).room
    office.wait(timedelta(seconds=121))
    office.agent("ana")
    office.agent("ben")
    look(task(office, link), office.there(), office.deps)
    if room.waiting:
        assert link.rid in [each.rid for _, each in line_of(link.tenant, room.queue, office.deps)]
    return office.room(link)
