"""How a data contract (a ServiceStack DTO) is described once, so that every format is read and written from it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Scalar(Enum):
    """The types a single text can hold, by the names XML gives them.

    A Guid is a `Guid`, a date an aware `datetime`, an integer has 32 bits.
    """

    STRING = "string"
    BOOL = "boolean"
    INT = "int"
    GUID = "guid"
    DATETIME = "dateTime"


class Guid(str):
    """32 lower-case hex digits, as the model keeps them; a `UUID` made for each reply took a tenth of its price."""

    __slots__ = ()


@dataclass(frozen=True)
class ListOf:
    """A list; its items may be null."""

    item: Scalar | Contract


@dataclass(frozen=True)
class StringMap:
    """A map from string to string; null values are left out when written."""


@dataclass(frozen=True)
class Contract:
    """A class of named members.

    `own` are the class's members in the order of their declaration. XML sorts them by name, unless `explicit_order`.
    A contract is equal to itself only.
    """

    name: str
    own: Mapping[str, Type]
    base: Contract | None = None
    explicit_order: bool = False

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def members(self) -> Mapping[str, Type]:
        """All members as JSON, JSV and CSV order them: the class's own before its base's."""
        return {**self.own, **(self.base.members if self.base else {})}

    @cached_property
    def xml_members(self) -> Mapping[str, Type]:
        """All members as the DataContractSerializer orders them: the base's before the class's own."""
        own = self.own if self.explicit_order else dict(sorted(self.own.items()))
        return {**(self.base.xml_members if self.base else {}), **own}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Lower-case name -> name, since names are read in any letter case."""
        return {name.lower(): name for name in self.members}


Type: TypeAlias = Scalar | ListOf | StringMap | Contract

ScalarValue: TypeAlias = str | bool | int | datetime
Value: TypeAlias = "ScalarValue | Sequence[Value] | Mapping[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Unparseable:
    """Stands where a text could not be read as its member's type, so that the value is refused, not silently lost."""

    sent_name: str
    sent_text: str
    expected: Scalar


Bound: TypeAlias = "ScalarValue | Unparseable | list[Bound] | dict[str, Bound] | None"
Fields: TypeAlias = dict[str, Bound]
"""Member name -> what was sent for it; members that were not sent or are null have no entry."""

Sent = TypeVar("Sent")


def scalar(kind: Type) -> Scalar:
    """The type itself; TypeError unless it is scalar, for formats in which requests hold nothing else."""
    if not isinstance(kind, Scalar):
        raise TypeError(f"only JSV reads a {type(kind).__name__}")
    return kind


def bind_fields(
    contract: Contract, sent: Iterable[tuple[str, Sent]], bind: Callable[[Type, str, Sent], Bound]
) -> Fields:
    """Gives each sent value the type of its member.

    Names match in any letter case, unknown ones are ignored, and the last of several wins.
    """
    fields: Fields = {}
    spellings, members = contract.spellings, contract.members
    for sent_name, value in sent:
        name = spellings.get(sent_name.lower())
        if name is not None:
            fields[name] = bind(members[name], sent_name, value)
    return {name: value for name, value in fields.items() if value is not None}
