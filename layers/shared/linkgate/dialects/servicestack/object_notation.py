"""Writer for JSON and JSV. Both put braces, brackets and commas around scalars, which look different."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from linkgate.dialects.servicestack.contract import Contract, Guid, ListOf, Scalar, StringMap
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Type, Value

Writer: TypeAlias = "Callable[[Value], str]"


@dataclass(frozen=True, slots=True)
class Notation:
    """Notation of one format for names, strings, Guids, dates and the other scalars.

    A notation is equal only to itself.
    """

    name: Callable[[str], str]
    string: Callable[[str], str]
    guid: Callable[[Guid], str]
    datetime: Callable[[datetime], str]
    true: str
    false: str
    null_item: str

    __eq__ = object.__eq__
    __hash__ = object.__hash__


def write_value(notation: Notation, kind: Type, value: Value) -> str:
    """Write a value without null members and null map values. Raises TypeError for a value of a wrong type."""
    return _writer(notation, kind)(value)


@cache
def _writer(notation: Notation, kind: Type) -> Writer:
    """Return the writer of a type. It is cached, because choosing it anew for each value doubled the time."""
    if isinstance(kind, Scalar):
        return _scalar_writer(notation, kind)
    if isinstance(kind, ListOf):
        return _list_writer(notation, kind)
    if isinstance(kind, StringMap):
        return _map_writer(notation, kind)
    return _contract_writer(notation, kind)


def _scalar_writer(notation: Notation, kind: Scalar) -> Writer:
    words = {True: notation.true, False: notation.false}
    looks: dict[Scalar, tuple[type, Callable[[Any], str]]] = {
        Scalar.STRING: (str, notation.string),
        Scalar.BOOL: (bool, words.__getitem__),
        Scalar.INT: (int, str),
        Scalar.GUID: (Guid, notation.guid),
        Scalar.DATETIME: (datetime, notation.datetime),
    }
    expected, text = looks[kind]

    def write(value: Value) -> str:
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise wrong_type(kind, value)
        return text(value)

    return write


def _list_writer(notation: Notation, kind: ListOf) -> Writer:
    item_text = _writer(notation, kind.item)

    def write(value: Value) -> str:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise wrong_type(kind, value)
        return f"[{','.join(notation.null_item if item is None else item_text(item) for item in value)}]"

    return write


def _map_writer(notation: Notation, kind: StringMap) -> Writer:
    text = _writer(notation, Scalar.STRING)

    def write(value: Value) -> str:
        if not isinstance(value, Mapping):
            raise wrong_type(kind, value)
        return f"{{{','.join(f'{text(key)}:{text(item)}' for key, item in value.items() if item is not None)}}}"

    return write


def _contract_writer(notation: Notation, kind: Contract) -> Writer:
    members = [(name, f"{notation.name(name)}:", _writer(notation, member)) for name, member in kind.members.items()]

    def write(value: Value) -> str:
        if not isinstance(value, Mapping):
            raise wrong_type(kind, value)
        refuse_strangers(kind, value)
        texts = [label + text(item) for name, label, text in members if (item := value.get(name)) is not None]
        return f"{{{','.join(texts)}}}"

    return write


def refuse_strangers(contract: Contract, value: Mapping[str, Value]) -> None:
    """Raise TypeError if a value has a name that the contract lacks, because it would be lost silently."""
    known = contract.members.keys()
    if not value.keys() <= known:
        raise TypeError(f"{contract.name} has no {', '.join(sorted(value.keys() - known))}")


def wrong_type(kind: Type, value: Value) -> TypeError:
    """Build a TypeError that names only the types, because the value may be personal."""
    return TypeError(f"a {type(value).__name__} is no {kind.name if isinstance(kind, Contract | Scalar) else kind}")
