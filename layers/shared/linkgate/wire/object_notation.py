"""The writer that JSON and JSV share: both are braces, brackets and commas around scalars of different looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from linkgate.lazy_dataclass import dataclass
from linkgate.wire.contract import Contract, ListOf, Scalar, StringMap

if TYPE_CHECKING:
    from linkgate.wire.contract import Type, Value


@dataclass(frozen=True, slots=True)
class Notation:
    """The looks of one format: how names, strings, Guids and dates are written, and the words for the rest."""

    name: Callable[[str], str]
    string: Callable[[str], str]
    guid: Callable[[UUID], str]
    datetime: Callable[[datetime], str]
    true: str
    false: str
    null_item: str


def write_value(notation: Notation, kind: Type, value: Value) -> str:
    """Null members and null map values are left out; TypeError for a value that is not of its type."""
    match kind, value:
        case Scalar.STRING, str():
            return notation.string(value)
        case Scalar.BOOL, bool():
            return notation.true if value else notation.false
        case Scalar.INT, int() if not isinstance(value, bool):
            return str(value)
        case Scalar.GUID, UUID():
            return notation.guid(value)
        case Scalar.DATETIME, datetime():
            return notation.datetime(value)
        case ListOf(), Sequence() if not isinstance(value, str):
            items = (notation.null_item if item is None else write_value(notation, kind.item, item) for item in value)
            return f"[{','.join(items)}]"
        case StringMap(), Mapping():
            return _braces(
                (notation.string(key), write_value(notation, Scalar.STRING, item))
                for key, item in value.items()
                if item is not None
            )
        case Contract(), Mapping():
            refuse_strangers(kind, value)
            return _braces(
                (notation.name(name), write_value(notation, member, value[name]))
                for name, member in kind.members.items()
                if value.get(name) is not None
            )
    raise wrong_type(kind, value)


def refuse_strangers(contract: Contract, value: Mapping[str, Value]) -> None:
    """TypeError for a value that has a name the contract lacks: it would be lost silently."""
    if strangers := value.keys() - contract.members.keys():
        raise TypeError(f"{contract.name} has no {', '.join(sorted(strangers))}")


def wrong_type(kind: Type, value: Value) -> TypeError:
    """Names the types only: the value may be personal."""
    return TypeError(f"a {type(value).__name__} is no {kind.name if isinstance(kind, Contract | Scalar) else kind}")


def _braces(members: Iterable[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{name}:{text}' for name, text in members)}}}"
