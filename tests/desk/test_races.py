"""Races of agents and customers, judged against the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest

from linkgate.model.live import Reason, own_queue
from linkgate.usecases.desk.answering import Refusal, Refused, accept
from linkgate.usecases.desk.calls import end, transfer
from linkgate.usecases.desk.duty import open_desk
from linkgate.usecases.desk.ending import close_room
from linkgate.usecases.desk.telling import Step, line_of
from linkgate.usecases.desk.waiting import enter, leave
from linkgate.usecases.history.session_facts import session_facts
from tests.support.desk import QUEUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkgate.model.link import Link
    from tests.support.desk import Office

ROUNDS = 8


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_of_twenty_agents_one_gets_the_call_and_the_others_hear_who(real_office: Office) -> None:
    office = real_office
    agents = [office.agent(f"agent {number}") for number in range(20)]
    for _ in range(ROUNDS):
        link = office.calling()

        results = at_once([partial(accept, at, link.rid, office.deps) for at in agents])

        (won,) = [result for result in results if isinstance(result, Step)]
        winner = won.room.seat
        lost = [result for result in results if isinstance(result, Refused)]
        assert lost == [Refused(Refusal.TAKEN, winner)] * 19
        assert office.room(link).seat == winner
        assert [at.agent for at in agents if office.seat(at).claim] == [winner]
        leave(link.rid, office.deps)
        assert not [at.agent for at in agents if office.seat(at).claim]


def test_one_agent_in_eight_tabs_is_in_one_call(real_office: Office) -> None:
    office, ana = real_office, real_office.agent()
    for _ in range(ROUNDS):
        links = [office.calling() for _ in range(4)]

        results = at_once([partial(accept, ana, link.rid, office.deps) for link in links * 2])

        mine = [link.rid for link in links if office.room(link).answered_by("ana")]
        won = {result.room.rid for result in results if isinstance(result, Step)}
        assert len(mine) == 1
        assert won == set(mine)
        assert {result.why for result in results if isinstance(result, Refused)} <= {Refusal.AGAIN, Refusal.IN_A_CALL}
        assert office.seat(ana).busy == mine[0]
        end(ana, office.deps)
        for link in links:
            leave(link.rid, office.deps)


def test_accept_against_leave_and_the_end_of_the_link_has_one_outcome(real_office: Office) -> None:
    office, ana = real_office, real_office.agent()
    for number in range(2 * ROUNDS):
        link = office.calling()
        other = leave if number % 2 else close_room

        accepted, ended = at_once([partial(accept, ana, link.rid, office.deps), partial(other, link.rid, office.deps)])

        room = office.room(link)
        assert isinstance(ended, Step)
        assert not room.on
        assert isinstance(accepted, Step) is (room.first_joined_at is not None)
        # The facts agree: an end with a talk if somebody joined, and otherwise none.
        kinds = [fact.kind for fact in session_facts(None, room)]
        assert ("session.joined" in kinds) is isinstance(accepted, Step)
        assert not office.room(link).answered_by("ana")
        assert line_of(link.tenant, QUEUE, office.deps) == []
        assert office.seat(ana).claim is None or office.seat(ana).stale(room, office.deps.now())


def test_transfer_against_end_and_leave_has_one_outcome(real_office: Office) -> None:
    office, ana, ben = real_office, real_office.agent("ana"), real_office.agent("ben")
    to = own_queue("ben")
    for number in range(2 * ROUNDS):
        link = office.calling()
        office.accepted(ana, link)
        ending = partial(end, ana, office.deps) if number % 2 else partial(leave, link.rid, office.deps)

        moved, ended = at_once([partial(transfer, ana, to, office.deps), ending])

        room = office.room(link)
        assert (moved is not None) == (room.transfers == 1)
        assert (ended is not None) == (not room.on)
        assert moved or ended
        assert office.seat(ana).claim is None
        if room.on:
            assert [each.rid for _, each in line_of(link.tenant, to, office.deps)] == [link.rid]
            office.accepted(ben, link)
            end(ben, office.deps)
        office.wait(timedelta(seconds=1))


def revoke(office: Office, link: Link) -> None:
    """Revoke a link, and end its call as the worker does soon after."""
    office.deps.administration.revoke(link.tenant, link.rid, "c" * 32, office.deps.now())
    close_room(link.rid, office.deps)


def test_of_twenty_agents_one_or_none_gets_a_call_that_is_being_revoked(real_office: Office) -> None:
    office = real_office
    agents = [office.agent(f"agent {number}") for number in range(20)]
    for _ in range(ROUNDS):
        link = office.calling()

        results = at_once(
            [*(partial(accept, at, link.rid, office.deps) for at in agents), partial(revoke, office, link)]
        )

        room = office.room(link)
        won = [result.room.seat for result in results if isinstance(result, Step)]
        assert won == [room.seat] * bool(room.first_joined_at)
        over(office, link)
        assert not [at.agent for at in agents if office.seat(at).claim]


def over(office: Office, link: Link) -> None:
    """Check that a call that its link ended is over everywhere, and that the facts agree."""
    room = office.room(link)
    assert room.ending
    kinds = [fact.kind for fact in session_facts(None, room)]
    assert ("session.joined" in kinds) is (room.joined_at is not None)
    assert kinds[-1] == "session.ended"
    for queue in (QUEUE, own_queue("ben")):
        assert line_of(link.tenant, queue, office.deps) == []


@pytest.mark.parametrize("other", ["leave", "end", "transfer"])
def test_a_revocation_against_any_other_step_has_one_outcome(other: str, real_office: Office) -> None:
    office, ana, _ = real_office, real_office.agent("ana"), real_office.agent("ben")
    for _ in range(ROUNDS):
        link = office.calling()
        office.accepted(ana, link)
        step = {
            "leave": partial(leave, link.rid, office.deps),
            "end": partial(end, ana, office.deps),
            "transfer": partial(transfer, ana, own_queue("ben"), office.deps),
        }[other]

        done, _ = at_once([step, partial(revoke, office, link)])

        room = office.room(link)
        assert room.ending
        over(office, link)
        assert office.seat(ana).claim is None
        by_other = other != "transfer" and room.ending.reason is not Reason.CLOSED
        assert isinstance(done, Step) is (room.transfers == 1 if other == "transfer" else by_other)


def test_a_customer_with_eight_pages_makes_one_call(real_office: Office) -> None:
    office = real_office
    for number in range(ROUNDS):
        link = office.session()

        steps = at_once([partial(enter, link, "visit", office.deps)] * 8)

        assert len({str(step.room) for step in steps if isinstance(step, Step)}) == 1
        assert office.room(link).call == 1
        mine = [room.rid for _, room in line_of(link.tenant, QUEUE, office.deps)]
        assert len(mine) == number + 1
        assert mine.count(link.rid) == 1


def test_of_eight_desks_that_open_at_once_four_stay(real_office: Office) -> None:
    office, ana = real_office, real_office.agent()
    for number in range(ROUNDS):
        visits = [f"{number}.{each}" for each in range(8)]

        gone = at_once([partial(open_desk, ana, visit, f"connection {visit}", office.deps) for visit in visits])

        ended = [connection for each in gone for connection in cast("list[str]", each)]
        assert len(set(ended)) == len(ended) == (4 if number == 0 else 8)
        assert len([visit for visit in visits if f"connection {visit}" in ended]) == 4
