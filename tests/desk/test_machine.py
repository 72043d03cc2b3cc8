"""Rooms, seats and lines under random steps of customers, agents, faults and time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linkgate.model.live import Ending, Reason, Side, own_queue
from linkgate.usecases.desk.answering import accept
from linkgate.usecases.desk.calls import end, transfer
from linkgate.usecases.desk.duty import beat, come_on_duty, go_off_duty
from linkgate.usecases.desk.looking import look
from linkgate.usecases.desk.telling import Step, line_of
from linkgate.usecases.desk.waiting import enter, leave
from tests.support.desk import LAPSE, QUEUE, task

if TYPE_CHECKING:
    from tests.support.desk import Office

AGENTS = ("ana", "ben")
AGENT, CUSTOMER = st.integers(0, 1), st.integers(0, 2)


class Calls(RuleBasedStateMachine):
    """Two agents and three customers. `office` is set by the test."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.agents = [self.office.agent(name) for name in AGENTS]
        self.links = [self.office.session() for _ in range(3)]

    @rule(who=CUSTOMER, visit=st.sampled_from(["one", "two"]), again=st.booleans())
    def come(self, who: int, visit: str, again: bool) -> None:  # noqa: FBT001 - a drawn value
        enter(self.links[who], visit, self.office.deps, again=again)

    @rule(who=CUSTOMER)
    def go(self, who: int) -> None:
        leave(self.links[who].rid, self.office.deps)

    @rule(agent=AGENT, who=CUSTOMER)
    def take(self, agent: int, who: int) -> None:
        before = self.office.deps.rooms.get(self.links[who].rid)
        outcome = accept(self.agents[agent], self.links[who].rid, self.office.deps)
        if isinstance(outcome, Step):
            assert outcome.room.answered_by(AGENTS[agent])
            assert before is not None
            assert before.waiting or before.answered_by(AGENTS[agent])

    @rule(agent=AGENT)
    def hang_up(self, agent: int) -> None:
        end(self.agents[agent], self.office.deps)

    @rule(agent=AGENT)
    def put_through(self, agent: int) -> None:
        if self.office.seat(self.agents[1 - agent]).there(self.office.deps.now()):
            transfer(self.agents[agent], own_queue(AGENTS[1 - agent]), self.office.deps)

    @rule(agent=AGENT, on=st.booleans())
    def change_duty(self, agent: int, on: bool) -> None:  # noqa: FBT001 - a drawn value
        if on:
            come_on_duty(self.agents[agent], frozenset({QUEUE}), self.office.deps)
        else:
            go_off_duty(self.agents[agent], self.office.deps)

    @rule(agent=AGENT, who=CUSTOMER)
    def crash_while_accepting(self, agent: int, who: int) -> None:
        seat = self.office.seat(self.agents[agent])
        if seat.there(self.office.deps.now()) and seat.claim is None:
            self.office.deps.seats.claim(seat, self.links[who].rid, "crashed", self.office.deps.now())

    @rule(who=CUSTOMER)
    def crash_while_ending(self, who: int) -> None:
        room = self.office.deps.rooms.get(self.links[who].rid)
        if room and room.on:
            self.office.deps.rooms.end(room, Ending(self.office.deps.now(), Side.CUSTOMER, Reason.LEFT))

    @rule(seconds=st.sampled_from([1, 31, 100]), who=CUSTOMER)
    def pass_time(self, seconds: int, who: int) -> None:
        self.office.wait(timedelta(seconds=seconds))
        for agent in self.agents:
            beat(agent, self.office.deps)
        if self.office.deps.rooms.get(self.links[who].rid):
            look(task(self.office, self.links[who]), self.office.there(), self.office.deps)

    @invariant()
    def nobody_is_in_two_calls(self) -> None:
        rooms = self.office.deps.rooms.several({link.rid for link in self.links}).values()
        answered = [room.seat for room in rooms if room.on and room.seat]
        assert len(answered) == len(set(answered))

    def teardown(self) -> None:
        """After a lease, everybody who waits is in line, nobody else is, and a free agent gets a call."""
        office = self.office
        office.wait(LAPSE)
        for agent in self.agents:
            end(agent, office.deps)
            come_on_duty(agent, frozenset({QUEUE}), office.deps)
        for link in self.links:
            if office.deps.rooms.get(link.rid):
                look(task(office, link), office.there(), office.deps)
        rooms = office.deps.rooms.several({link.rid for link in self.links}).values()
        in_line = [
            room.rid
            for queue in (QUEUE, *map(own_queue, AGENTS))
            for _, room in line_of(office.session_tenant, queue, office.deps)
        ]
        assert sorted(in_line) == sorted(room.rid for room in rooms if room.waiting)
        for link in self.links:
            leave(link.rid, office.deps)
        for agent in self.agents:
            link = office.calling()
            assert office.accepted(agent, link).seat == agent.agent
            leave(link.rid, office.deps)


def test_random_steps_keep_the_rules(office: Office) -> None:
    machine = type("Machine", (Calls,), {"office": office})
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=25, deadline=None))
