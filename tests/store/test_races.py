"""Races for one link, judged by the real DynamoDB Local. Each is caught if the condition that decides it is left out.

The numbers are small here. `make races` runs the same tests with LINKGATE_RACES=full.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from linkgate import wiring
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel, Grant, Link
from linkgate.model.live import Ending, Reason, Seat, Side
from linkgate.model.policy import CODE_TRIES
from linkgate.ports.desk import RoomChanged
from linkgate.ports.links import Body, NotChanged
from linkgate.ports.visits import CodeStart, SecretProof
from linkgate.store.desk.rooms import DynamoRooms
from linkgate.store.issuing.new_links import DynamoNewLinks
from linkgate.store.links import DynamoLinks
from linkgate.store.management.administration import DynamoAdministration
from linkgate.store.table import Table
from linkgate.store.visits.codes import DynamoCodes
from linkgate.store.visits.visits import DynamoVisits
from linkgate.tokens import token
from linkgate.usecases.visits.visit import begin_visit
from tests.support.condition_mutants import weakened, without_unused
from tests.support.histories import Operation, linearizable, recorded
from tests.support.rules.links import BROWSER, CHALLENGE, LINK, PORTAL, SECRET, VISIT
from tests.support.rules.rule import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.cloud import Cloud

FULL = os.environ.get("LINKGATE_RACES") == "full"
SUBMITS, TRIALS, HISTORIES = (10_000, 200, 1_000) if FULL else (100, 2, 12)
CLIENTS = 64
GUESSES = 512


class Careless(Table):
    """A table that leaves a part out of each condition, as a mutant would."""

    left_out = ""

    def _call(self, operation: str, *, named: bool = True, **parameters: Any) -> dict[str, Any]:
        condition = parameters.get("ConditionExpression", "")
        parts = weakened(condition) if self.left_out and condition else ()
        rest = next((rest for part, rest in parts if part == self.left_out), None)
        if rest is not None:
            parameters = without_unused({**parameters, "ConditionExpression": rest})
        return super()._call(operation, named=named, **parameters)


def raced_table(cloud: Cloud, left_out: str = "") -> Table:
    client = cloud.aws.client("dynamodb")
    table = Careless(cloud.environment()["TABLE_NAME"], lambda: client)
    table.left_out = left_out
    return table


def made(table: Table, **changes: Any) -> Link:
    rid = token(os.urandom(16))
    link = replace(LINK, rid=rid, master_rid=rid, claim=token(os.urandom(16)), **changes)
    DynamoNewLinks(table).create((link,), None)
    return link


def crowd(act: Callable[[int], bool], number: int) -> int:
    """Let a crowd act, and return how many of them succeeded."""

    def tried(each: int) -> bool:
        try:
            return act(each)
        except NotChanged:
            return False

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(tried, range(number)))


def submits(table: Table) -> None:
    link = made(table)

    def submit(number: int) -> bool:
        DynamoVisits(table).submit((link,), VISIT, (Body(token(os.urandom(16)), {}),), f"{number}", NOW)
        return True

    assert crowd(submit, SUBMITS) == 1


def views(table: Table) -> None:
    deps = replace(wiring.deps(), visits=DynamoVisits(table), now=lambda: NOW)
    proof = SecretProof(SECRET, (PORTAL,))
    for most in (1, 2, 5) * TRIALS:
        link = made(table, visits={}, max_views=most)

        def view(_: int, link: Link = link, most: int = most) -> bool:
            while True:
                try:
                    begin_visit(link.rid, proof, deps)
                except NotChanged as refusal:
                    if refusal.stored is None or refusal.stored.views >= most:
                        return False
                else:
                    return True

        assert crowd(view, CLIENTS) == most
        stored = DynamoLinks(table).get(link.rid)
        assert stored
        assert stored.views == most


def guesses(table: Table) -> None:
    codes = DynamoCodes(table)
    link = made(table, visits={}, code=CodePolicy(Channel.EMAIL, 6))
    codes.begin(link.rid, BROWSER, CodeStart(challenge=CHALLENGE, secret_hash=SECRET))

    def guess(number: int) -> bool:
        codes.spend_try(link.rid, BROWSER, f"wrong{number}", f"{number}", NOW)
        return True

    assert crowd(guess, GUESSES) == CODE_TRIES


class State(NamedTuple):
    """A link, as far as these races are about it."""

    revoked: bool = False
    submitted: bool = False
    views: int = 0


def next_state(state: State, name: str) -> tuple[State, object]:
    """Say what an operation must do, one after the other."""
    goes = not state.revoked and not state.submitted
    match name:
        case "revoke":
            return (state, False) if state.submitted else (state._replace(revoked=True), True)
        case "open":
            return (state._replace(views=state.views + 1), True) if goes else (state, False)
        case "submit":
            return (state._replace(submitted=True), True) if goes else (state, False)
        case "grant":
            return state, goes
        case _:
            return state, state


def did(act: Callable[[], object]) -> bool:
    try:
        act()
    except (NotChanged, RoomChanged):
        return False
    return True


def read_link(table: Table, rid: str) -> State:
    stored = DynamoLinks(table).get(rid)
    assert stored
    return State(bool(stored.revoked_at), bool(stored.submitted_at), stored.views)


def acts_on(table: Table, link: Link, name: str) -> tuple[str, Callable[[], object]]:
    """Return an operation of a new visit, claim or body."""
    visits, fresh, proof = DynamoVisits(table), token(os.urandom(16)), SecretProof(SECRET, (PORTAL,))
    acts: dict[str, Callable[[], object]] = {
        "revoke": lambda: DynamoAdministration(table).revoke(link.tenant, link.rid, "k" * 32, NOW),
        "open": lambda: visits.open(link.rid, proof, fresh, NOW),
        "submit": lambda: visits.submit((link,), VISIT, (Body(fresh, {}),), fresh, NOW),
        "grant": lambda: visits.give_grant(link.rid, VISIT, Grant(fresh, NOW + timedelta(minutes=1)), NOW),
    }
    return name, partial(did, acts[name]) if name in acts else partial(read_link, table, link.rid)


def revocations(table: Table) -> None:
    """Revoke a link against all that its browsers do, and read it meanwhile and at the end."""
    for number in range(HISTORIES):
        link = made(table)
        others = ("open", "submit", "grant") if number % 2 else ("open", "open", "grant", "grant")
        clients = [["revoke", "read"], *(["read", name, "read", name] for name in others)]
        history = recorded([[acts_on(table, link, name) for name in client] for client in clients])
        end = max(each.answered for each in history) + 1
        ended = Operation("read", end, end, read_link(table, link.rid))
        assert linearizable([*history, ended], State(), next_state), history


ANA = Seat(tenant=LINK.tenant, agent="ana", on_duty=True, lease=NOW, desk="d", queues=frozenset({"sales"}))


def next_room(seat: str | None, name: str) -> tuple[str | None, object]:
    """Say what a call does: `None` waits, `over` has ended, any other is the agent's name."""
    if name == "end":
        return ("over", True) if seat in {None, "over"} else (seat, False)  # a repeat succeeds
    if name == "read":
        return seat, seat
    return (name, True) if seat is None else (seat, False)


def accepts(table: Table) -> None:
    """Let two agents accept a call whose customer leaves."""
    rooms = DynamoRooms(table)
    for _ in range(HISTORIES):
        link = made(table)
        room = rooms.enter(link, "visit", "sales", None, NOW)

        def read(rid: str = link.rid) -> str | None:
            stored = rooms.get(rid)
            assert stored
            return stored.seat if stored.on else "over"

        leave = partial(did, partial(rooms.end, room, Ending(NOW, Side.CUSTOMER, Reason.LEFT)))
        joins: list[list[tuple[str, Callable[[], object]]]] = [
            [(name, partial(did, partial(rooms.join, replace(ANA, agent=name), link.rid, name, NOW))), ("read", read)]
            for name in ("ana", "ben")
        ]
        history = recorded([[("end", leave), ("read", read), ("end", leave)], *joins])
        end = max(each.answered for each in history) + 1
        assert linearizable([*history, Operation("read", end, end, read())], None, next_room), history


@dataclass(frozen=True)
class Race:
    run: Callable[[Table], None]
    decided_by: str
    """Part of the condition without which the race has another end."""


RACES = {
    "of many submissions one is recorded": Race(submits, "attribute_not_exists(submitted_at)"),
    "a link opens as often as it may": Race(views, "#views < max_views"),
    "five guesses are compared": Race(guesses, "size(challenges.#browser.tries) < :tries"),
    "nothing happens to a revoked link": Race(revocations, "attribute_not_exists(revoked_at)"),
    "one agent or nobody gets a call": Race(accepts, "attribute_not_exists(seat)"),
}


@pytest.mark.parametrize("name", RACES)
def test_a_race_has_one_outcome(name: str, real_cloud: Cloud) -> None:
    RACES[name].run(raced_table(real_cloud))


@pytest.mark.parametrize("name", RACES)
def test_a_race_without_its_condition_is_caught(name: str, real_cloud: Cloud) -> None:
    race = RACES[name]

    with pytest.raises(AssertionError):
        race.run(raced_table(real_cloud, race.decided_by))


def history_of(*operations: Sequence[object]) -> list[Operation]:
    return [Operation(*operation) for operation in operations]  # type: ignore[arg-type]  # name, times, result


@pytest.mark.parametrize(
    ("history", "right"),
    [
        ([("revoke", 0, 1, True), ("open", 2, 3, False)], True),
        ([("revoke", 0, 1, True), ("open", 2, 3, True)], False),
        ([("revoke", 0, 9, True), ("open", 2, 3, True), ("open", 4, 5, False)], True),
        ([("revoke", 0, 9, True), ("open", 2, 3, False), ("open", 4, 5, True)], False),
        ([("submit", 0, 5, True), ("submit", 1, 4, True)], False),
    ],
)
def test_a_history_is_explained_or_not(history: list[Sequence[object]], *, right: bool) -> None:
    assert linearizable(history_of(*history), State(), next_state) is right
