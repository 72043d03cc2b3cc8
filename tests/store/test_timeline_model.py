"""Explicit-state model of appending to a timeline, with writers of this release and of the one before.

It repeats `store/history/timelines.py` and the former way of writing (`tests/support/early_timelines.py`) in a form
that can be searched: every interleaving of reads and writes, deaths before and after a write, and repeats. Variants
without a rule show that the search finds what it is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSED, PAGE = -1, -2
"""States of the item `timeline` besides a head with a number: a closed head, and the first page."""
PAGES_ARE_NEW, HEAD_IS_AS_READ, HEAD_IS_CLOSED = "pages are new", "head is as read", "head is closed"


class Entry(NamedTuple):
    number: int
    fact: str
    early: bool
    """True for an item by fact, false for a part of a page."""


class Writer(NamedTuple):
    batch: tuple[str, ...]
    early: bool = False
    """True for a function of the release before."""
    step: str = "read"
    top: int | None = None
    """The item `timeline` as it was read."""
    last: int = 0
    """Newest number that it saw."""
    known: frozenset[str] = frozenset()


class State(NamedTuple):
    writers: tuple[Writer, ...]
    deaths: int
    top: int | None = None
    """None without an item `timeline`, the number of an open head, CLOSED or PAGE."""
    entries: tuple[Entry, ...] = ()
    pages: frozenset[int] = frozenset()
    """Numbers in the names of pages."""


def moves(state: State, index: int, without: str | None) -> Iterator[State]:
    """Yield each state to which one writer's next move may lead."""
    writer = state.writers[index]

    def now(changed: Writer, new: State = state, deaths: int = state.deaths) -> State:
        return new._replace(writers=(*state.writers[:index], changed, *state.writers[index + 1 :]), deaths=deaths)

    again = Writer(writer.batch, writer.early)
    if writer.step == "read":
        if writer.early and state.top in {CLOSED, PAGE}:
            # It fails, and its batch is told again until a function of the new release gets it.
            yield now(Writer(writer.batch))
            return
        newest = max((entry.number for entry in state.entries), default=0)
        last = newest if state.top in {CLOSED, PAGE} else state.top or 0
        yield now(writer._replace(step="look", top=state.top, last=last))
    elif writer.step == "look":
        # The second read, of items by fact, may see more than the first. Pages were read with the item `timeline`.
        by_fact = writer.early or writer.top not in {None, PAGE}
        seen = (entry for entry in state.entries if entry.number <= writer.last or (entry.early and by_fact))
        yield now(writer._replace(step="write", known=frozenset(entry.fact for entry in seen)))
    elif writer.step == "write":
        new = tuple(fact for fact in writer.batch if fact not in writer.known)
        if not new:
            yield now(writer._replace(step="done"))
            return
        written = applied(state, writer, new, without)
        if written is None:
            yield now(again)
            return
        yield now(writer._replace(step="done"), written)
        if state.deaths:
            # Whoever tells it again after a deployment may be the new release.
            for retold in {again, Writer(writer.batch)}:
                yield now(retold, deaths=state.deaths - 1)
                yield now(retold, written, deaths=state.deaths - 1)


def applied(state: State, writer: Writer, new: tuple[str, ...], without: str | None) -> State | None:
    """Return the state after a write, or None if its condition is refused."""
    first = writer.last + 1
    entries = (*state.entries, *(Entry(first + place, fact, writer.early) for place, fact in enumerate(new)))
    if writer.early:
        if state.top != writer.top or {entry.fact for entry in state.entries if entry.early} & set(new):
            return None
        return state._replace(top=writer.last + len(new), entries=entries)
    as_read = state.top == writer.top or without == HEAD_IS_AS_READ
    taken = first in state.pages and without != PAGES_ARE_NEW
    grown = state._replace(entries=entries, pages=state.pages | {first})
    match writer.top:
        case None:
            free = state.top is None or without == PAGES_ARE_NEW
            return grown._replace(top=PAGE) if free else None
        case int(open_) if open_ > 0:
            if taken or not as_read:
                return None
            return grown if without == HEAD_IS_CLOSED else grown._replace(top=CLOSED)
        case _:
            return None if taken else grown


def explore(writers: tuple[Writer, ...], deaths: int, top: int | None, without: str | None = None) -> int:
    """Visit every state and return their number. Raises AssertionError for a fact twice, a gap, a fork or a loss."""
    early = tuple(Entry(number, f"early{number}", early=True) for number in range(1, (top or 0) + 1))
    start = State(writers, deaths, top, early)
    seen, left = {start}, [start]
    while left:
        state = left.pop()
        on_record = [entry.fact for entry in state.entries]
        assert len(on_record) == len(set(on_record)), f"twice: {state.entries}"
        assert [entry.number for entry in state.entries] == list(range(1, len(on_record) + 1)), f"forked: {state}"
        following = [each for index in range(len(writers)) for each in moves(state, index, without)]
        if not following:
            assert set(on_record) >= {fact for writer in writers for fact in writer.batch}, f"lost: {state.entries}"
        for each in following:
            if each not in seen:
                seen.add(each)
                left.append(each)
    return len(seen)


NEW = tuple(Writer(tuple(batch)) for batch in ("ab", "bc", "ca"))
MIXED = (Writer(("a", "b"), early=True), Writer(("b", "c")), Writer(("c", "a")))
BOTH_EARLY = (Writer(("a",), early=True), Writer(("b",), early=True), Writer(("a", "c")))


@pytest.mark.parametrize("top", [None, 2])
@pytest.mark.parametrize("writers", [NEW, MIXED, BOTH_EARLY], ids=["new", "mixed", "two early"])
def test_each_fact_is_recorded_once_in_one_order(writers: tuple[Writer, ...], top: int | None) -> None:
    assert explore(writers, deaths=2, top=top) > 1000


@pytest.mark.parametrize(
    ("writers", "top", "without"),
    [
        (NEW, None, PAGES_ARE_NEW),
        (NEW, 2, PAGES_ARE_NEW),
        (MIXED, 2, HEAD_IS_AS_READ),
        (MIXED, 2, HEAD_IS_CLOSED),
    ],
)
def test_without_a_rule_the_search_finds_the_fault(writers: tuple[Writer, ...], top: int | None, without: str) -> None:
    with pytest.raises(AssertionError, match=r"twice|forked"):
        explore(writers, deaths=0, top=top, without=without)
