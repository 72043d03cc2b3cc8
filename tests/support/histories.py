"""Histories of concurrent operations, and whether some order of them explains every answer (linearizability).

An order is right if each operation takes effect between its call and its answer. The search is exhaustive, with a
memory of what was tried, so it is for short histories: a few clients with a few operations each.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

S = TypeVar("S", bound="Hashable")


@dataclass(frozen=True)
class Operation:
    """An operation as a client saw it."""

    name: str
    called: int
    answered: int
    result: object


def recorded(clients: Sequence[Sequence[tuple[str, Callable[[], object]]]]) -> list[Operation]:
    """Let all clients begin together, each with one operation after the other, and return what they saw."""
    barrier = threading.Barrier(len(clients))

    def act(steps: Sequence[tuple[str, Callable[[], object]]]) -> list[Operation]:
        barrier.wait()
        seen = []
        for name, step in steps:
            called = time.monotonic_ns()
            result = step()
            seen.append(Operation(name, called, time.monotonic_ns(), result))
        return seen

    with ThreadPoolExecutor(len(clients)) as pool:
        return [operation for seen in pool.map(act, clients) for operation in seen]


def linearizable(history: Sequence[Operation], first: S, step: Callable[[S, str], tuple[S, object]]) -> bool:
    """Return whether an order explains all results. `step` returns the next state and the result of an operation."""
    tried: set[tuple[frozenset[Operation], Hashable]] = set()

    def explains(left: frozenset[Operation], state: S) -> bool:
        if not left:
            return True
        if (left, state) in tried:
            return False
        tried.add((left, state))
        earliest = min(operation.answered for operation in left)
        for operation in left:
            if operation.called <= earliest:
                following, result = step(state, operation.name)
                if result == operation.result and explains(left - {operation}, following):
                    return True
        return False

    return explains(frozenset(history), first)
