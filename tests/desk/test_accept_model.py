"""Explicit-state model of accept: every interleaving of reads, writes, crashes, lapses, ends and transfers.

It repeats `usecases/desk/answering.py` and the conditions of `store/desk/` in a form that can be searched. A known bad
variant, which double-books, shows that the search finds what it is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

START, SAW_SEAT, CLAIMING, JOINING, LOSING, OVER = range(6)


class Room(NamedTuple):
    seat: int | None = None
    claim: int | None = None
    ended: bool = False
    moved: bool = False


class Seat(NamedTuple):
    busy: int | None = None
    claim: int | None = None
    lapsed: bool = False


class Attempt(NamedTuple):
    step: int = START
    seen: int | None = None
    """Claim that was read."""
    busy: int | None = None
    lapsed: bool = False


class State(NamedTuple):
    rooms: tuple[Room, ...]
    seats: tuple[Seat, ...]
    attempts: tuple[Attempt, ...]
    owed: frozenset[tuple[int, int]] = frozenset()
    """Releases that an end has still to make: seat and claim."""


Tries = tuple[tuple[int, int], ...]
"""Agent and room of each attempt."""


T = TypeVar("T")


def put(values: tuple[T, ...], index: int, value: T) -> tuple[T, ...]:
    return (*values[:index], value, *values[index + 1 :])


def attempted(state: State, number: int, attempt: Attempt) -> State:
    return state._replace(attempts=put(state.attempts, number, attempt))


def steps_of(state: State, number: int, tries: Tries, *, bad: bool) -> Iterator[State]:
    """Yield what one attempt may do next."""
    attempt, (agent, wanted) = state.attempts[number], tries[number]
    if attempt.step == OVER:
        return
    if attempt.step in {JOINING, LOSING}:  # before, a crash leaves nothing behind
        yield attempted(state, number, Attempt(OVER))
    seat = state.seats[agent]
    if attempt.step == START:
        following = SAW_SEAT if seat.claim is not None else CLAIMING
        yield attempted(state, number, Attempt(following, seat.claim, seat.busy, seat.lapsed))
    elif attempt.step == SAW_SEAT:
        assert attempt.busy is not None
        held = state.rooms[attempt.busy]
        mine = held.seat == agent and not held.ended
        stale = not mine and (held.claim == attempt.seen or attempt.lapsed)
        again = bad and not mine and attempt.busy == wanted
        yield attempted(state, number, attempt._replace(step=CLAIMING) if stale or again else Attempt(OVER))
    elif attempt.step == CLAIMING:
        if seat.claim == attempt.seen or (bad and seat.busy == wanted):
            claimed = state._replace(seats=put(state.seats, agent, Seat(wanted, number)))
            yield attempted(claimed, number, Attempt(JOINING))
        else:
            yield attempted(state, number, Attempt(OVER))
    elif attempt.step == JOINING:
        room = state.rooms[wanted]
        if room.seat is None and not room.ended and room.claim != number:
            joined = state._replace(rooms=put(state.rooms, wanted, room._replace(seat=agent, claim=number)))
            yield attempted(joined, number, Attempt(OVER))
        else:
            yield attempted(state, number, Attempt(LOSING))
    else:
        own = seat.busy == wanted if bad else seat.claim == number
        freed = state._replace(seats=put(state.seats, agent, Seat())) if own else state
        yield attempted(freed, number, Attempt(OVER))


def surroundings(state: State) -> Iterator[State]:
    """Yield what may happen besides: calls end or are transferred, claims lapse, ends free their seat or crash."""
    for number, room in enumerate(state.rooms):
        if room.seat is not None and not room.ended:
            owed = state.owed | {(room.seat, room.claim or 0)}
            yield state._replace(rooms=put(state.rooms, number, room._replace(ended=True)), owed=owed)
            if not room.moved:
                moved = Room(None, room.claim, moved=True)
                yield state._replace(rooms=put(state.rooms, number, moved), owed=owed)
    for number, seat in enumerate(state.seats):
        # A function ends before its lease does, so a claim lapses only once its attempt is over.
        if seat.claim is not None and not seat.lapsed and state.attempts[seat.claim].step == OVER:
            yield state._replace(seats=put(state.seats, number, seat._replace(lapsed=True)))
    for seat_number, claim in state.owed:
        rest = state._replace(owed=state.owed - {(seat_number, claim)})
        yield rest  # it crashed
        if state.seats[seat_number].claim == claim:
            yield rest._replace(seats=put(state.seats, seat_number, Seat()))


def search(tries: Tries, *, bad: bool = False) -> tuple[int, int]:
    """Return the numbers of states, and of those with an agent in two rooms."""
    first = State((Room(),) * 2, (Seat(),) * 2, (Attempt(),) * len(tries))
    seen, waiting = {first}, [first]
    double = 0
    while waiting:
        state = waiting.pop()
        double += any(in_rooms(state, agent) > 1 for agent in range(2))
        following = [*surroundings(state)]
        for number in range(len(tries)):
            following += steps_of(state, number, tries, bad=bad)
        fresh = set(following) - seen
        seen |= fresh
        waiting += fresh
    return len(seen), double


def in_rooms(state: State, agent: int) -> int:
    return sum(room.seat == agent and not room.ended for room in state.rooms)


TWO_AGENTS_TWO_ROOMS = ((0, 0), (0, 1), (1, 0), (1, 1))
ONE_AGENT_THREE_TABS = ((0, 0), (0, 0), (0, 1))


@pytest.mark.parametrize("tries", [TWO_AGENTS_TWO_ROOMS, ONE_AGENT_THREE_TABS])
def test_no_interleaving_puts_an_agent_into_two_rooms(tries: Tries) -> None:
    states, double = search(tries)

    assert double == 0
    assert states > 4000


def test_the_search_finds_the_variant_that_does() -> None:
    """The first draft let a tab take over a claim for the same room, and released it by room."""
    _, double = search(((0, 0), (0, 0), (0, 1)), bad=True)

    assert double > 0
