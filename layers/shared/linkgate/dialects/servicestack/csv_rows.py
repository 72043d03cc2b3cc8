"""Data contracts in CSV (RFC 4180): a header of member names, and a row per object. Complex cells contain JSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack import jsv
from linkgate.dialects.servicestack.contract import Contract, Scalar, bind_fields
from linkgate.dialects.servicestack.object_notation import refuse_strangers, wrong_type
from linkgate.dialects.servicestack.scalars import BLANKS, bind_text
from linkgate.errors import MalformedBody

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Fields, ListOf, Type, Value

_QUOTED = re.compile(r'^[{\[]|[,"\r\n]')


def write(kind: Contract | ListOf, value: Value) -> str:
    """Return header and rows, each with CRLF. Null is an empty cell. Raises TypeError for a value of a wrong type."""
    contract, rows = (kind, [value]) if isinstance(kind, Contract) else (kind.item, value)
    if not isinstance(contract, Contract) or not isinstance(rows, Sequence):
        raise wrong_type(kind, value)
    lines = [",".join(contract.members), *(_row(contract, row) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines)


def read(contract: Contract, text: str) -> Fields:
    """Return the members of the only row; raises MalformedBody. A blank text is an object without members."""
    if not text.strip(BLANKS):
        return {}
    rows = read_batch(contract, text)
    if len(rows) != 1:
        raise MalformedBody("CSV must have a header and one row")
    return rows[0]


def read_batch(contract: Contract, text: str) -> list[Fields]:
    """Return the members of each row; raises MalformedBody. Empty cells are null, and blank lines are skipped."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise MalformedBody("the body is not CSV") from error
    if not lines:
        raise MalformedBody("CSV must have a header")
    header, *rows = lines
    if any(len(row) != len(header) for row in rows):
        raise MalformedBody("a CSV row has more or fewer cells than the header")
    return [_bind_row(contract, header, row) for row in rows]


def _row(contract: Contract, value: Value) -> str:
    if not isinstance(value, Mapping):
        raise wrong_type(contract, value)
    refuse_strangers(contract, value)
    return ",".join(_cell(member, value.get(name)) for name, member in contract.members.items())


def _cell(kind: Type, value: Value) -> str:
    if value is None:
        return ""
    text = value if kind is Scalar.STRING and isinstance(value, str) else jsv.write(kind, value)
    if not _QUOTED.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _bind_row(contract: Contract, header: list[str], row: list[str]) -> Fields:
    cells = ((name.strip(BLANKS), cell) for name, cell in zip(header, row, strict=True) if cell)
    return bind_fields(contract, cells, bind_text)
