"""Each condition of a write of rooms and seats, past the use cases."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.live import ChatLine, Ending, Reason, Side, own_queue
from linkgate.model.tenant import Media
from linkgate.ports.desk import RoomChanged, SeatChanged
from linkgate.store.desk.seats import DynamoSeats
from linkgate.store.table import Table
from tests.support.desk import QUEUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.attribute_values import Item
    from tests.support.desk import Office


def test_each_write_of_a_room_states_its_rule(office: Office) -> None:
    rooms, now = office.deps.rooms, office.deps.now()
    link, ana, ben = office.calling(), office.agent("ana"), office.agent("ben")
    waiting = office.room(link)
    ending = Ending(now, Side.AGENT, Reason.ENDED)
    with pytest.raises(RoomChanged):
        rooms.enter(link, "visit", QUEUE, None, now)  # there is a call
    with pytest.raises(RoomChanged):
        rooms.enter(link, "visit", QUEUE, waiting, now)  # it goes on
    joined = office.accepted(ana, link)
    with pytest.raises(RoomChanged) as taken:
        rooms.join(office.seat(ben), link.rid, "claim", now)
    assert taken.value.stored == joined
    with pytest.raises(RoomChanged):
        rooms.miss(waiting, now)
    with pytest.raises(RoomChanged):
        rooms.end(waiting, ending)  # ana came
    assert rooms.join(office.seat(ana), link.rid, joined.claim or "", now) == joined  # a repeat
    moved = rooms.transfer(joined, own_queue("ben"), now)
    assert rooms.transfer(joined, own_queue("ben"), now) == moved  # a repeat
    with pytest.raises(RoomChanged):
        rooms.transfer(joined, QUEUE, now + timedelta(seconds=1))
    with pytest.raises(RoomChanged):
        rooms.end(joined, ending)  # it waits
    assert rooms.end(moved, ending) == rooms.end(moved, ending)
    with pytest.raises(RoomChanged):
        rooms.end(moved, dataclasses.replace(ending, by=Side.CUSTOMER))
    with pytest.raises(RoomChanged):
        rooms.join(office.seat(ben), link.rid, "claim", now)  # over
    anew = rooms.enter(link, "visit", QUEUE, moved, now)
    assert (anew.call, anew.seat, anew.transfers, anew.ending) == (2, None, 0, None)


def test_a_call_names_the_person_at_the_desk_as_long_as_the_agent_is_in_it(office: Office) -> None:
    rooms, now, link, ana = office.deps.rooms, office.deps.now(), office.calling(), office.agent()
    seat = office.deps.seats.sit(dataclasses.replace(office.seat(ana), person="p"))
    assert (seat.person, office.deps.seats.sit(dataclasses.replace(seat, person=None)).person) == ("p", None)

    joined = rooms.join(seat, link.rid, "claim", now)
    moved = rooms.transfer(joined, QUEUE, now)
    again = rooms.join(dataclasses.replace(seat, person=None), link.rid, "another", now)
    by_person = rooms.join(seat, office.calling().rid, "third", now)
    ended = rooms.end(by_person, Ending(now, Side.AGENT, Reason.ENDED))
    anew = rooms.enter(dataclasses.replace(link, rid=ended.rid), "visit", QUEUE, ended, now)

    assert [each.person for each in (joined, moved, again, by_person, ended, anew)] == ["p", None, None, "p", "p", None]


def test_a_call_begins_after_the_newest_one_only(office: Office) -> None:
    rooms, now, link = office.deps.rooms, office.deps.now(), office.calling()
    ending = Ending(now, Side.CUSTOMER, Reason.LEFT)
    first = rooms.end(office.room(link), ending)
    second = rooms.end(rooms.enter(link, "visit", QUEUE, first, now), ending)

    with pytest.raises(RoomChanged) as changed:
        rooms.enter(link, "visit", QUEUE, first, now)

    assert changed.value.stored == second


def test_a_claim_lets_its_agent_in_once(office: Office) -> None:
    """A request that was held up must not take the customer back whom its agent has put through."""
    rooms, now, link, ana = office.deps.rooms, office.deps.now(), office.calling(), office.agent()
    joined = office.accepted(ana, link)
    moved = rooms.transfer(joined, QUEUE, now)

    with pytest.raises(RoomChanged) as changed:
        rooms.join(office.seat(ana), link.rid, joined.claim or "", now)

    assert changed.value.stored == moved


def test_a_call_is_missed_once_while_it_waits_and_no_other_is(office: Office) -> None:
    rooms, now, link = office.deps.rooms, office.deps.now(), office.calling()
    waiting = office.room(link)
    with pytest.raises(RoomChanged):
        rooms.miss(dataclasses.replace(waiting, call=2), now)
    missed = rooms.miss(waiting, now)
    with pytest.raises(RoomChanged):
        rooms.miss(missed, now + timedelta(seconds=1))
    other = office.calling()
    ended = rooms.end(office.room(other), Ending(now, Side.CUSTOMER, Reason.LEFT))
    with pytest.raises(RoomChanged) as over:
        rooms.miss(office.room(other), now)
    assert over.value.stored == ended


@pytest.mark.parametrize("changed", [{"call": 2}, {"seat": "ben"}, {"claim": "another"}])
def test_a_call_is_transferred_by_the_agent_who_is_in_it(changed: dict[str, Any], office: Office) -> None:
    joined = office.accepted(office.agent(), office.calling())

    with pytest.raises(RoomChanged) as refused:
        office.deps.rooms.transfer(dataclasses.replace(joined, **changed), own_queue("ben"), office.deps.now())

    assert refused.value.stored == joined


def test_a_call_that_ended_is_not_transferred(office: Office) -> None:
    joined = office.accepted(office.agent(), office.calling())
    ended = office.deps.rooms.end(joined, Ending(office.deps.now(), Side.CUSTOMER, Reason.LEFT))

    with pytest.raises(RoomChanged) as refused:
        office.deps.rooms.transfer(joined, own_queue("ben"), office.deps.now())

    assert refused.value.stored == ended


@pytest.mark.parametrize("changed", [{"call": 2}, {"seat": "ben"}])
def test_a_call_is_ended_as_it_was_read(changed: dict[str, Any], office: Office) -> None:
    joined = office.accepted(office.agent(), office.calling())

    with pytest.raises(RoomChanged) as refused:
        office.deps.rooms.end(
            dataclasses.replace(joined, **changed), Ending(office.deps.now(), Side.AGENT, Reason.ENDED)
        )

    assert refused.value.stored == joined


def test_what_a_customer_turned_on_only_grows_while_the_call_goes_on(office: Office) -> None:
    rooms, now, link = office.deps.rooms, office.deps.now(), office.calling()
    room = office.room(link)
    audio = rooms.turn_on(room, Media.AUDIO)
    assert rooms.turn_on(room, Media.AUDIO) == audio  # a repeat
    video = rooms.turn_on(room, Media.VIDEO)
    with pytest.raises(RoomChanged):
        rooms.turn_on(room, Media.AUDIO)
    seen = rooms.see(room)
    assert rooms.see(room) == seen  # a repeat
    assert (audio.media, video.media, video.seen, seen.seen) == (Media.AUDIO, Media.VIDEO, False, True)
    ended = rooms.end(room, Ending(now, Side.CUSTOMER, Reason.LEFT))
    with pytest.raises(RoomChanged):
        rooms.turn_on(room, Media.VIDEO)
    with pytest.raises(RoomChanged):
        rooms.see(room)
    anew = rooms.enter(link, "visit", QUEUE, ended, now)
    assert (anew.media, anew.seen) == (None, False)
    with pytest.raises(RoomChanged):
        rooms.turn_on(room, Media.VIDEO)
    with pytest.raises(RoomChanged):
        rooms.see(room)


def test_each_write_of_a_seat_states_its_rule(office: Office) -> None:
    seats, now = office.deps.seats, office.deps.now()
    link, ana = office.calling(), office.agent()
    free = office.seat(ana)
    claimed = seats.claim(free, link.rid, "one", now)
    assert seats.claim(free, link.rid, "one", now) == claimed  # a repeat
    with pytest.raises(SeatChanged):
        seats.claim(free, link.rid, "two", now)  # no longer free
    assert not seats.release(ana.tenant, "ana", "two", now)
    assert seats.claim(claimed, link.rid, "two", now).claim == "two"  # the stale claim gives way, once
    with pytest.raises(SeatChanged):
        seats.claim(claimed, link.rid, "three", now)
    assert seats.release(ana.tenant, "ana", "two", now)
    with pytest.raises(SeatChanged):
        seats.claim(office.seat(ana), link.rid, "late", now + timedelta(seconds=180))
    with pytest.raises(SeatChanged):
        seats.beat(ana.tenant, "ana", "another desk", now)
    later = now + timedelta(seconds=60)
    assert seats.beat(ana.tenant, "ana", ana.desk, later).lease == later
    seats.rise(ana.tenant, "ana")
    assert not seats.beat(ana.tenant, "ana", ana.desk, later).on_duty
    with pytest.raises(SeatChanged):
        seats.beat(ana.tenant, "nobody", ana.desk, now)
    with pytest.raises(SeatChanged):
        seats.claim(office.seat(ana), link.rid, "off", now)
    with pytest.raises(SeatChanged):
        seats.rise(ana.tenant, "nobody")


@pytest.mark.parametrize("changed", [{"tenant": "f" * 32}, {"queues": frozenset({"sales", "@ana"})}])
def test_an_agent_joins_calls_of_their_tenant_and_queues_only(changed: dict[str, Any], office: Office) -> None:
    link, ana = office.calling(), office.agent()

    with pytest.raises(RoomChanged) as refused:
        office.deps.rooms.join(dataclasses.replace(office.seat(ana), **changed), link.rid, "claim", office.deps.now())

    assert refused.value.stored == office.room(link)


def test_another_claim_of_the_agent_in_a_call_is_no_repeat(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)

    with pytest.raises(RoomChanged):
        office.deps.rooms.join(office.seat(ana), link.rid, "another", office.deps.now())


def test_what_was_done_in_the_next_call_is_no_repeat_of_the_one_before(office: Office) -> None:
    """Each write gives way to a repeat of itself. The next call may look the same, down to the millisecond."""
    rooms, now, link, ana = office.deps.rooms, office.deps.now(), office.calling(), office.agent()
    ending = Ending(now, Side.AGENT, Reason.ENDED)
    first = office.accepted(ana, link)
    rooms.end(first, ending)
    office.deps.seats.release(ana.tenant, "ana", first.claim or "", now)
    second = rooms.enter(link, "visit", QUEUE, rooms.get(link.rid), now)
    with pytest.raises(RoomChanged):
        rooms.miss(first, now)
    rooms.turn_on(second, Media.VIDEO)
    with pytest.raises(RoomChanged):
        rooms.turn_on(first, Media.VIDEO)
    rooms.see(second)
    with pytest.raises(RoomChanged):
        rooms.see(first)
    joined = office.accepted(ana, link)
    rooms.transfer(joined, own_queue("ben"), now)
    with pytest.raises(RoomChanged):
        rooms.transfer(first, own_queue("ben"), now)
    rooms.end(office.room(link), ending)
    with pytest.raises(RoomChanged):
        rooms.end(first, ending)


def test_nothing_is_turned_on_or_seen_in_a_call_that_ended(office: Office) -> None:
    rooms, link = office.deps.rooms, office.calling()
    room = office.room(link)
    rooms.end(room, Ending(office.deps.now(), Side.CUSTOMER, Reason.LEFT))

    with pytest.raises(RoomChanged):
        rooms.turn_on(room, Media.AUDIO)
    with pytest.raises(RoomChanged):
        rooms.see(room)


def test_a_seat_that_serves_another_queue_now_is_not_rung_and_keeps_its_turn(office: Office) -> None:
    seats, ana = office.deps.seats, office.agent(queue="sales")
    since = office.seat(ana).free_since
    office.wait(timedelta(seconds=30))
    office.agent(queue=QUEUE)

    assert seats.serving(ana.tenant, "sales") == []
    assert [seat.agent for seat in seats.serving(ana.tenant, QUEUE)] == ["ana"]
    assert office.seat(ana).free_since == since


def test_a_line_keeps_the_first_text_of_its_name(office: Office) -> None:
    link, now = office.calling(), office.deps.now()
    line = ChatLine(rid=link.rid, call=1, id="1", side=Side.CUSTOMER, at=now, text="first")
    ttl = now + timedelta(days=1)
    assert office.deps.chats.add(line, ttl) == line

    assert office.deps.chats.add(dataclasses.replace(line, text="second"), ttl) == line
    assert office.deps.chats.of(link.rid) == [line]


class Interrupted(Table):
    """A table that lets somebody else act between a read and the write after it, once."""

    then: Callable[[], object] | None = None

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        item = super().get(pk, sk, consistent=consistent)
        then, self.then = self.then, None
        if then:
            then()
        return item


@pytest.mark.parametrize("opened_before", [0, 1])
def test_a_desk_that_was_opened_meanwhile_is_not_forgotten(opened_before: int, office: Office) -> None:
    seats, now, tenant = office.deps.seats, office.deps.now(), office.session_tenant
    for number in range(opened_before):
        seats.open_desk(tenant, "ana", f"before {number}", f"b{number}", now)
    table = Interrupted(office.cloud.environment()["TABLE_NAME"], lambda: office.cloud.aws.client("dynamodb"))
    table.then = partial(seats.open_desk, tenant, "ana", "meanwhile", "m", now)

    DynamoSeats(table).open_desk(tenant, "ana", "mine", "x", now)

    gone = [seats.open_desk(tenant, "ana", f"later {number}", f"l{number}", now) for number in range(4)]
    assert [connection for each in gone for connection in each] == [*(["b0"] * opened_before), "m", "x"]
