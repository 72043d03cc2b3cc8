"""Calls from the customer's coming to the end, step by step, and the condition of each write."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.errors import NotFound
from linkgate.model.live import Ending, Reason, Side, own_queue
from linkgate.ports.desk import RoomChanged
from linkgate.usecases.desk.answering import Refusal, Refused, accept
from linkgate.usecases.desk.calls import call_of, end, transfer
from linkgate.usecases.desk.duty import beat, come_on_duty, go_off_duty, rung
from linkgate.usecases.desk.looking import look
from linkgate.usecases.desk.telling import Customer, Desk, Desks, Step, line_of, position_of, tell_desks
from linkgate.usecases.desk.waiting import enter, leave
from tests.support.desk import LAPSE, QUEUE, task

if TYPE_CHECKING:
    from linkgate.usecases.desk.telling import Tell
    from tests.support.desk import Office


def waiting_in(told: Tell) -> list[dict[str, object]]:
    waiting = told.frame["waiting"]
    assert isinstance(waiting, list)
    return waiting


def line(office: Office, queue: str = QUEUE) -> list[str]:
    return [room.rid for _, room in line_of(office.session_tenant, queue, office.deps)]


def test_a_customer_waits_and_the_desks_hear_who_and_why(office: Office) -> None:
    link = office.session()

    step = enter(link, "visit", office.deps)

    (told,) = step.tells
    (waiting,) = waiting_in(told)
    assert told.to == Desks(link.tenant, QUEUE)
    assert waiting["rid"] == link.rid
    assert waiting["who"] == "Abraham"
    assert waiting["subject"] == "Customer service"
    assert "+58" not in str(told.frame)


def test_the_first_to_come_is_the_first_in_line(office: Office) -> None:
    first = office.calling()
    office.wait(timedelta(seconds=1))
    second = office.calling()

    assert line(office) == [first.rid, second.rid]
    assert [position_of(office.room(link), office.deps) for link in (first, second)] == [1, 2]


def test_coming_again_in_the_same_visit_is_the_same_call(office: Office) -> None:
    link = office.calling("visit")
    office.wait(timedelta(seconds=5))

    assert enter(link, "visit", office.deps).room == office.room(link)
    assert line(office) == [link.rid]


def test_after_a_call_only_a_new_visit_or_a_wish_begins_another(office: Office) -> None:
    link = office.calling("visit")
    leave(link.rid, office.deps)

    same = enter(link, "visit", office.deps).room
    wished = enter(link, "visit", office.deps, again=True).room
    leave(link.rid, office.deps)
    new = enter(link, "another", office.deps).room

    assert (same.call, same.on) == (1, False)
    assert [(room.call, room.waiting) for room in (wished, new)] == [(2, True), (3, True)]


def test_an_agent_accepts_and_both_are_told(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    step = accept(ana, link.rid, office.deps)
    assert isinstance(step, Step)

    told = {type(tell.to): tell.frame for tell in step.tells}
    assert told[Customer]["state"] == told[Desk]["state"] == "joined"
    assert told[Customer]["agent"] == "ana"
    assert told[Desk]["phone"] == "+584141315854"
    assert "phone" not in told[Customer]
    assert told[Desks]["waiting"] == []
    assert line(office) == []


def test_a_second_agent_hears_who_has_the_call(office: Office) -> None:
    link, ana, ben = office.calling(), office.agent("ana"), office.agent("ben")
    office.accepted(ana, link)

    refused = accept(ben, link.rid, office.deps)

    assert refused == Refused(Refusal.TAKEN, "ana")
    assert office.seat(ben).claim is None


def test_an_agent_in_a_call_takes_no_other(office: Office) -> None:
    first, second, ana = office.calling(), office.calling(), office.agent()
    office.accepted(ana, first)
    office.wait(LAPSE)

    assert office.refusal(ana, second) is Refusal.IN_A_CALL
    assert office.accepted(ana, first) == office.room(first)


def test_an_agent_off_duty_or_away_takes_no_call(office: Office) -> None:
    link, ana, ben = office.calling(), office.agent("ana"), office.agent("ben")
    go_off_duty(ana, office.deps)
    office.wait(timedelta(seconds=181))

    assert office.refusal(ana, link) is Refusal.OFF_DUTY
    assert office.refusal(ben, link) is Refusal.OFF_DUTY


def test_a_beat_keeps_an_agent_on_duty_at_the_newest_desk_only(office: Office) -> None:
    ana = office.agent()
    office.wait(timedelta(seconds=100))
    newer = dataclasses.replace(ana, desk="another")
    come_on_duty(newer, frozenset({QUEUE}), office.deps)

    assert not beat(ana, office.deps)
    assert beat(newer, office.deps)
    go_off_duty(newer, office.deps)
    assert not beat(newer, office.deps)


def test_an_agent_takes_calls_of_their_own_queues_only(office: Office) -> None:
    link, other = office.calling(), office.agent("ben", "sales")

    assert office.refusal(other, link) is Refusal.OVER
    assert office.room(link).waiting


def test_another_tenants_agent_learns_nothing(office: Office) -> None:
    link = office.calling()
    stranger = dataclasses.replace(office.agent(), tenant="f" * 32)
    come_on_duty(stranger, frozenset({QUEUE}), office.deps)

    with pytest.raises(NotFound):
        accept(stranger, link.rid, office.deps)
    with pytest.raises(RoomChanged):  # past the use case
        office.deps.rooms.join(office.seat(stranger), link.rid, "claim", office.deps.now())
    assert line_of("f" * 32, QUEUE, office.deps) == []


def test_a_revoked_links_call_is_over(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.deps.administration.revoke(link.tenant, link.rid, "c" * 32, office.deps.now())

    assert office.refusal(ana, link) is Refusal.OVER
    assert office.room(link).ending == Ending(office.deps.now(), Side.LINKGATE, Reason.CLOSED)
    assert tell_desks(link.tenant, QUEUE, office.deps).frame["waiting"] == []


def test_the_agent_ends_the_call_and_is_free(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)
    office.wait(timedelta(seconds=60))

    step = end(ana, office.deps)

    assert step is not None
    assert step.room.ending == Ending(office.deps.now(), Side.AGENT, Reason.ENDED)
    assert step.room.talked_until(office.deps.now()) == timedelta(seconds=60)
    assert office.seat(ana).claim is None
    assert end(ana, office.deps) is None


def test_a_customer_who_leaves_frees_the_agent(office: Office) -> None:
    first, second, ana = office.calling(), office.calling(), office.agent()
    office.accepted(ana, first)

    step = leave(first.rid, office.deps)

    assert step is not None
    assert {type(tell.to) for tell in step.tells} == {Customer, Desk}
    assert office.accepted(ana, second).seat == "ana"
    assert leave(first.rid, office.deps) is None


def test_a_transferred_customer_keeps_the_place_of_their_coming(office: Office) -> None:
    first, ana, ben = office.calling(), office.agent("ana"), office.agent("ben", "sales")
    office.accepted(ana, first)
    office.wait(timedelta(seconds=60))
    to = own_queue("ben")

    step = transfer(ana, to, office.deps)

    assert step is not None
    assert (step.room.waiting, step.room.queue, step.room.transfers) == (True, to, 1)
    assert step.room.entered_at < step.room.waiting_at
    assert call_of(ana, office.deps) is None
    assert line(office, to) == [first.rid]
    assert office.refusal(ana, first) is Refusal.OVER
    office.accepted(ben, first)
    office.wait(timedelta(seconds=30))
    ended = end(ben, office.deps)
    assert ended is not None
    assert ended.room.talked_until(office.deps.now()) == timedelta(seconds=90)


@pytest.mark.parametrize("to", ["nowhere", "@nobody", "@ana"])
def test_nobody_is_transferred_to_where_nobody_is(office: Office, to: str) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)

    with pytest.raises(NotFound):
        transfer(ana, to, office.deps)
    assert call_of(ana, office.deps) == office.room(link)


def test_a_crash_of_an_accept_holds_the_agent_for_one_lease(office: Office) -> None:
    first, second, ana = office.calling(), office.calling(), office.agent()
    office.deps.seats.claim(office.seat(ana), first.rid, "crashed", office.deps.now())

    at_once = office.refusal(ana, second)
    office.wait(LAPSE)

    assert at_once is Refusal.AGAIN
    assert office.accepted(ana, second).seat == "ana"


def test_an_end_that_did_not_free_the_agent_holds_nobody(office: Office) -> None:
    first, second, ana = office.calling(), office.calling(), office.agent()
    office.deps.rooms.end(office.accepted(ana, first), Ending(office.deps.now(), Side.AGENT, Reason.ENDED))

    assert office.seat(ana).busy == first.rid
    assert office.accepted(ana, second).seat == "ana"


def test_a_call_that_nobody_takes_is_missed_once_if_somebody_could(office: Office) -> None:
    link = office.calling()
    office.wait(timedelta(seconds=121))
    alone = look(task(office, link), office.there(), office.deps)
    assert alone is not None
    assert alone.room.missed_at is None

    office.agent()
    missed = look(task(office, link), office.there(), office.deps)
    office.wait(timedelta(seconds=60))
    again = look(task(office, link), office.there(), office.deps)

    assert missed is not None
    assert again is not None
    assert missed.room.missed_at == again.room.missed_at == office.deps.now() - timedelta(seconds=60)


def test_a_customer_who_stays_away_is_not_waited_for(office: Office) -> None:
    link = office.calling()
    office.wait(timedelta(seconds=300))

    step = look(task(office, link), office.there(-1), office.deps)

    assert step is not None
    assert step.room.ending is not None
    assert (step.room.ending.reason, step.room.ending.by) == (Reason.GONE, Side.CUSTOMER)
    assert step.room.ending.at == office.deps.now() - timedelta(seconds=181)
    assert line(office) == []
    assert look(task(office, link), office.there(-1), office.deps) is None


def test_a_look_repairs_the_line_after_a_fault(office: Office) -> None:
    link = office.calling()
    office.deps.lines.delete(office.room(link).place)
    office.wait(LAPSE)

    look(task(office, link), office.there(), office.deps)

    assert line(office) == [link.rid]


def test_a_new_place_is_not_removed_before_its_room_is_written(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)
    place = dataclasses.replace(office.room(link).place, call=2)
    office.deps.lines.put(place, office.deps.now())

    assert line(office) == []
    assert office.deps.lines.first(link.tenant, QUEUE, 20) == [place]
    office.wait(LAPSE)
    assert line(office) == []
    assert office.deps.lines.first(link.tenant, QUEUE, 20) == []


def test_desks_that_are_away_or_left_are_not_rung(office: Office) -> None:
    ana, ben = office.agent("ana"), office.agent("ben")
    go_off_duty(ben, office.deps)

    assert [seat.agent for seat in rung(ana.tenant, QUEUE, office.deps)] == ["ana"]
    office.wait(timedelta(seconds=181))
    assert rung(ana.tenant, QUEUE, office.deps) == []
