"""Descriptions of data contracts (ServiceStack DTOs). Every format is read and written from them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Scalar(Enum):
    """Types that a single text can hold, by their names in XML.

    A Guid is a `Guid`, a date is an aware `datetime`, and an integer has 32 bits.
    """

    STRING = "string"
    BOOL = "boolean"
    INT = "int"
    GUID = "guid"
    DATETIME = "dateTime"


class Guid(str):
    """A Guid of 32 lower-case hex digits, as in the model. Making a `UUID` for it took a tenth of a reply's time."""

    __slots__ = ()


@dataclass(frozen=True)
class ListOf:
    """A list. Its items may be null."""

    item: Scalar | Contract


@dataclass(frozen=True)
class StringMap:
    """A map from string to string. Null values are not written."""


@dataclass(frozen=True)
class Contract:
    """A class of named members.

    `own` holds the class's members in the order of declaration. XML sorts them by name, unless `explicit_order` is set.
    A contract is equal only to itself.
    """

    name: str
    own: Mapping[str, Type]
    base: Contract | None = None
    explicit_order: bool = False

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def members(self) -> Mapping[str, Type]:
        """All members in the order of JSON, JSV and CSV: the class's own before those of its base."""
        return {**self.own, **(self.base.members if self.base else {})}

    @cached_property
    def xml_members(self) -> Mapping[str, Type]:
        """All members in the order of the DataContractSerializer: those of the base before the class's own."""
        own = self.own if self.explicit_order else dict(sorted(self.own.items()))
        return {**(self.base.xml_members if self.base else {}), **own}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Names by lower-case name, because letter case does not matter when reading."""
        return {name.lower(): name for name in self.members}


Type: TypeAlias = Scalar | ListOf | StringMap | Contract

ScalarValue: TypeAlias = str | bool | int | datetime
Value: TypeAlias = "ScalarValue | Sequence[Value] | Mapping[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Unparseable:
    """Placeholder for a text that does not fit its member's type, so that it is refused and not silently lost."""

    sent_name: str
    sent_text: str


Bound: TypeAlias = "ScalarValue | Unparseable | list[Bound] | dict[str, Bound] | None"
Fields: TypeAlias = dict[str, Bound]
"""Sent values by member name. Members that are null or were not sent have no entry."""

Sent = TypeVar("Sent")


def scalar(kind: Type) -> Scalar:
    """Return the type, for formats whose requests contain only scalars. Raises TypeError for any other type."""
    if not isinstance(kind, Scalar):
        raise TypeError(f"only JSV reads a {type(kind).__name__}")
    return kind


def bind_fields(
    contract: Contract, sent: Iterable[tuple[str, Sent]], bind: Callable[[Type, str, Sent], Bound]
) -> Fields:
    """Convert each sent value to the type of its member.

    Names match in any letter case. Unknown names are ignored, and the last of equal names wins.
    """
    fields: Fields = {}
    spellings, members = contract.spellings, contract.members
    for sent_name, value in sent:
        name = spellings.get(sent_name.lower())
        if name is not None:
            fields[name] = bind(members[name], sent_name, value)
    return {name: value for name, value in fields.items() if value is not None}
