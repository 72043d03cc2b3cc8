"""Derive facts about calls from a room before and after a write. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.live import Side
from linkgate.model.timeline import Fact, details_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from linkgate.model.live import Ending, Room

WAITING = "session.waiting"
MISSED = "session.missed"
JOINED = "session.joined"
TRANSFERRED = "session.transferred"
ENDED = "session.ended"
ABANDONED = "session.abandoned"

SESSION_TYPES = frozenset({WAITING, MISSED, JOINED, TRANSFERRED, ENDED, ABANDONED})


def session_facts(old: Room | None, new: Room) -> list[Fact]:
    """Return the facts. The same images give the same facts. Their ids have the call's number, so none is told twice.

    They name queue, agent and the person who signed in as the agent, but hold no word, name or address of the customer.
    """
    before = old if old is not None and old.call == new.call else None
    return list(_facts(before, new))


def _facts(old: Room | None, new: Room) -> Iterator[Fact]:
    if old is None:
        yield Fact(f"waiting:{new.call}", WAITING, new.entered_at, details_of(call=new.call, queue=new.queue))
    if new.missed_at and not (old and old.missed_at):
        details = details_of(call=new.call, queue=new.queue, waitedSeconds=_seconds(new.missed_at - new.entered_at))
        yield Fact(f"missed:{new.call}", MISSED, new.missed_at, details)
    if new.transfers > (old.transfers if old else 0):
        agent, person = (old.seat, old.person) if old else (None, None)
        talked = _seconds(new.talked)
        details = details_of(call=new.call, queue=new.queue, agent=agent, person=person, talkSeconds=talked)
        yield Fact(f"transferred:{new.call}:{new.transfers}", TRANSFERRED, new.waiting_at, details)
    if new.joined_at and not (old and old.joined_at):
        waited = _seconds(new.joined_at - (new.waiting_at if new.transfers else new.entered_at))
        media = new.media.value if new.media else None
        who = {"agent": new.seat, "person": new.person}
        details = details_of(call=new.call, queue=new.queue, **who, media=media, waitedSeconds=waited)
        yield Fact(f"joined:{new.call}:{new.transfers}", JOINED, new.joined_at, details)
    if new.ending and not (old and old.ending):
        yield _end(new, new.ending)


def _end(room: Room, ending: Ending) -> Fact:
    waited = _seconds(room.waited)
    if room.first_joined_at is None and ending.by is Side.CUSTOMER:
        details = details_of(call=room.call, queue=room.queue, reason=ending.reason.value, waitedSeconds=waited)
        return Fact(f"ended:{room.call}", ABANDONED, ending.at, details)
    details = details_of(
        call=room.call,
        queue=room.queue,
        agent=room.seat,
        person=room.person,
        by=ending.by.value,
        reason=ending.reason.value,
        media=room.got_through.value if room.first_joined_at else None,
        waitedSeconds=waited,
        talkSeconds=_seconds(room.talked_until(ending.at)),
    )
    return Fact(f"ended:{room.call}", ENDED, ending.at, details)


def _seconds(duration: timedelta) -> int:
    return round(duration.total_seconds())
