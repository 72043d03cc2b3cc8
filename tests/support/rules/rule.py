"""A rule of a conditional write: it goes through on one state, and not after any change that breaks one part of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.ports.links import NotChanged
from linkgate.store.table import ConditionRefused, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Update

S = TypeVar("S")

NOW: Final = datetime(2026, 11, 28, 12, tzinfo=UTC)
MS: Final = milliseconds(NOW)
SECONDS: Final = epoch_seconds(NOW)
MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
GONE: Final = object()
"""Value of an attribute that is not there."""
ELSEWHERE: Final[Item] = {"pk": "elsewhere", "sk": "x"}
"""Item that no rule is about."""


class SameTable(Table):
    """The same table, as somebody sees it for whom it is not as it is."""

    def __init__(self, table: Table) -> None:
        super().__init__(table._name, table._client)  # noqa: SLF001 - the same items


class Stale(SameTable):
    """A table on which somebody else is faster once: a read, or the first update, is of an earlier state."""

    def __init__(self, table: Table, earlier: Item | None) -> None:
        super().__init__(table)
        self._earlier = [earlier]

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        return self._earlier.pop() if self._earlier else super().get(pk, sk, consistent=consistent)

    def update(self, pk: str, sk: str, update: Update) -> Item:
        if self._earlier:
            raise ConditionRefused(self._earlier.pop())
        return super().update(pk, sk, update)


class Listed(SameTable):
    """A table whose queries find what was there a moment before."""

    def __init__(self, table: Table, entries: Sequence[Item]) -> None:
        super().__init__(table)
        self._entries = entries

    def query_all(self, **_: object) -> Iterator[Item]:
        return iter(self._entries)


def through(store: Callable[[Table], S]) -> Callable[[Callable[[S], object]], Callable[[Table], object]]:
    """Return a function that makes a rule's write out of what is asked of a store."""
    return lambda act: lambda table: act(store(table))


@dataclass(frozen=True)
class Told:
    """A change of the state, where the write tells something else than the rest of its rule."""

    change: Mapping[str, object] | Sequence[Item]
    told: object
    """Class of the error, or the value that is returned."""


@dataclass(frozen=True)
class Rule:
    """A conditional write."""

    write: Callable[[Table], object]
    ready: Item | Sequence[Item]
    """Items with which it goes through. Changes are of the first one."""
    broken: Mapping[str, Any] = field(default_factory=dict)
    """Changes that break one part of the rule: values of attributes by path, such as `receipt/reads`, or all items."""
    kept: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Changes with which it still goes through."""
    told: object = NotChanged
    then: Mapping[str, object] = field(default_factory=dict)
    """Attributes of the first item after it went through. `GONE` is one that is not there."""
    goes: bool = True
    """False if it is refused as it is: what breaks the rule are the arguments."""

    @property
    def items(self) -> list[Item]:
        return [self.ready] if isinstance(self.ready, dict) else list(self.ready)

    def state(self, change: Mapping[str, object] | Sequence[Item] | Told = ()) -> list[Item]:
        """Return the items after a change."""
        if isinstance(change, Told):
            return self.state(change.change)
        if isinstance(change, dict):
            first, *others = self.items
            return [changed(first, change), *others]
        return list(change) if isinstance(change, list) else self.items


def changed(item: Item, changes: Mapping[str, object]) -> Item:
    """Return a copy of an item with other values at these paths."""
    made: Any = copy.deepcopy(item)
    for path, value in changes.items():
        *steps, last = path.split("/")
        place = made
        for step in steps:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return dict(made)


def at(item: Item, path: str) -> object:
    """Return the value at a path, or `GONE`."""
    place: Any = item
    for step in path.split("/"):
        if step not in place:
            return GONE
        place = place[step]
    return place
