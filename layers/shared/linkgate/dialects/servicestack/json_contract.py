"""Data contracts in JSON: camelCase names, Guids without dashes, dates as `/Date(ms)/` or ISO 8601."""

from __future__ import annotations

from dataclasses import replace
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Scalar, Unparseable, bind_fields
from linkgate.dialects.servicestack.object_notation import Notation, write_value
from linkgate.dialects.servicestack.scalars import BLANKS, INT_LIMIT, bind_text, iso_datetime
from linkgate.errors import MalformedBody
from linkgate.model.epoch import milliseconds
from linkgate.wire.json_body import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.dialects.servicestack.contract import Bound, Contract, Fields, Type, Value


def write(kind: Type, value: Value, *, iso_dates: bool = False) -> str:
    """Return a value in JSON. Raises TypeError for a value of a wrong type."""
    return write_value(_ISO if iso_dates else _CLASSIC, kind, value)


def read(contract: Contract, body: bytes) -> Fields:
    """Return the members of one object; raises MalformedBody."""
    return bind_object(contract, read_json(body))


def read_batch(contract: Contract, body: bytes) -> list[Fields]:
    """Return the members of each object in a list; raises MalformedBody."""
    value = read_json(body)
    if not isinstance(value, list):
        raise MalformedBody("the body is not a JSON array")
    return [bind_object(contract, item) for item in value]


def bind_object(contract: Contract, value: object) -> Fields:
    """Return the members of a parsed object; raises MalformedBody for any other JSON value."""
    if not isinstance(value, dict):
        raise MalformedBody("not a JSON object")
    members: Mapping[str, object] = value
    return bind_fields(contract, members.items(), _bind)


def camel_case(name: str) -> str:
    """Lower-case the first letter only, as ServiceStack's clients expect: `CustomerLinkUID` -> `customerLinkUID`."""
    return name[:1].lower() + name[1:]


def _bind(kind: Type, sent_name: str, value: object) -> Bound:
    """Read a scalar of any JSON type by its text: `"5"` can be a number, `1` can be true, and `5` can be a string."""
    match value:
        case None:
            return None
        case str():
            if kind is Scalar.STRING:
                return value
            if not value.strip(BLANKS):
                return None  # as in a form and in CSV
            text = value
        case bool():
            if kind is Scalar.BOOL:
                return value
            text = "true" if value else "false"
        case int():
            if kind is Scalar.INT and -INT_LIMIT <= value < INT_LIMIT:
                return value
            text = str(value)
        case float():
            text = str(int(value)) if kind is Scalar.INT and value.is_integer() else str(value)
        case _:
            return Unparseable(sent_name, "[...]" if isinstance(value, list) else "{...}")
    return bind_text(kind, sent_name, text)


def _string(text: str) -> str:
    return encode_basestring(text).replace("\x7f", "\\u007f")


def _epoch_date(value: datetime) -> str:
    return rf'"\/Date({milliseconds(value)})\/"'


_CLASSIC = Notation(
    name=lambda name: f'"{camel_case(name)}"',
    string=_string,
    guid=lambda guid: f'"{guid}"',
    datetime=_epoch_date,
    true="true",
    false="false",
    null_item="null",
)
_ISO = replace(_CLASSIC, datetime=lambda value: f'"{iso_datetime(value)}"')
