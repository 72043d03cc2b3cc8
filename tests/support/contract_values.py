"""Generated values of any contract, without nulls that the formats cannot express."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from linkgate.dialects.servicestack.contract import Contract, Guid, ListOf, Scalar, StringMap

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from linkgate.dialects.servicestack.contract import Type

AWKWARD = st.text(st.sampled_from("{}[],:\" \t\r\n\\/'aZ0é中😀\x00\x7f\ufeff"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | AWKWARD


def values(kind: Type, texts: SearchStrategy[str] = TEXTS) -> SearchStrategy[object]:
    """Return values that survive JSV: no null members, and no list whose only item is null (JSV writes `[]`)."""
    scalars: dict[Scalar, SearchStrategy[object]] = {
        Scalar.STRING: texts,
        Scalar.BOOL: st.booleans(),
        Scalar.INT: st.integers(-(2**31), 2**31 - 1),
        Scalar.GUID: st.uuids().map(lambda value: Guid(value.hex)),
        Scalar.DATETIME: st.datetimes(timezones=st.just(UTC)),
    }
    match kind:
        case Contract():
            members = {name: values(member, texts) for name, member in kind.members.items()}
            return st.fixed_dictionaries({}, optional=members)
        case ListOf():
            return st.lists(st.none() | values(kind.item, texts), max_size=4).filter(lambda items: items != [None])
        case StringMap():
            return st.dictionaries(texts, texts, max_size=4)
        case _:
            return scalars[kind]
