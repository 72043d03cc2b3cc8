"""Scalar values in text, by ServiceStack's rules for JSV, JSON strings, CSV cells, XML elements and forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Guid, Scalar, Unparseable, scalar
from linkgate.model.epoch import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.dialects.servicestack.contract import Bound, ScalarValue, Type

BLANKS = " \t\r\n"
ZERO_GUID = Guid("0" * 32)

_BOOLS = dict.fromkeys(("true", "t", "y", "1", "on"), True) | dict.fromkeys(("false", "f", "n", "0"), False)
_INT = re.compile(r"(-?)0*([0-9]{1,10})")
INT_LIMIT = 2**31
_HEX = "[0-9a-f]"
_DASHED = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_GUID = re.compile(rf"{_HEX}{{32}}|{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\)", re.IGNORECASE | re.ASCII)
_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,7})?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|(?P<compact>[0-9]{8})"
    r"|/Date\((?P<ms>-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/"
)


def bind_scalar(kind: Scalar, sent_name: str, text: str) -> ScalarValue | Unparseable | None:
    """Return the value of a text. Surrounding blanks matter only in a string. A blank Guid is None."""
    if kind is Scalar.STRING:
        return text
    trimmed = text.strip(BLANKS)
    if kind is Scalar.GUID and not trimmed:
        return None
    value = _READERS[kind](trimmed)
    return Unparseable(sent_name, text) if value is None else value


def bind_text(kind: Type, sent_name: str, text: str) -> Bound:
    """Return the value of a text like `bind_scalar`, for formats whose requests contain only scalars."""
    return text if kind is Scalar.STRING else bind_scalar(scalar(kind), sent_name, text)


def is_default(value: Bound) -> bool:
    """Tell whether a value is the default of its .NET type, which a client may send unintentionally."""
    return value is False or (isinstance(value, Guid) and value == ZERO_GUID)


def _read_bool(text: str) -> bool | None:
    return _BOOLS.get(text.lower())


def _read_int(text: str) -> int | None:
    """Read a 32-bit integer. Leading zeros are allowed; a `+` sign, a fraction and an exponent are not."""
    match = _INT.fullmatch(text)
    if not match:
        return None
    value = int(match[1] + match[2])
    return value if -INT_LIMIT <= value < INT_LIMIT else None


def _read_guid(text: str) -> Guid | None:
    """Read a Guid of 32 hex digits, or one with dashes, bare or in braces or parentheses, in any letter case."""
    return Guid(text.strip("{}()").replace("-", "").lower()) if _GUID.fullmatch(text) else None


def _read_datetime(text: str) -> datetime | None:
    """Read an instant in UTC. A text without a zone is UTC. The seventh digit of a fraction is dropped."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        if match["ms"]:
            return moment(int(match["ms"]))
        iso = f"{match['compact'] or match['day']}T{match['time'] or '00:00:00'}{match['zone'] or 'Z'}"
        return datetime.fromisoformat(iso).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_READERS: dict[Scalar, Callable[[str], bool | int | Guid | datetime | None]] = {
    Scalar.BOOL: _read_bool,
    Scalar.INT: _read_int,
    Scalar.GUID: _read_guid,
    Scalar.DATETIME: _read_datetime,
}


def xsd_datetime(value: datetime) -> str:
    """Write UTC with only the necessary digits of the fraction: `2025-01-02T03:04:05.123Z`."""
    text = _utc(value).isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"


def xsd_datetime_or_day(value: datetime) -> str:
    """Write a date like `xsd_datetime`, but write midnight as the day alone."""
    text = xsd_datetime(value)
    return text.removesuffix("T00:00:00Z")


def iso_datetime(value: datetime) -> str:
    """Write UTC with six digits of the fraction, which every client can read: `2025-01-02T03:04:05.123000Z`."""
    return f"{_utc(value).isoformat(timespec='microseconds')}Z"


def _utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a date must say its zone")
    return value.astimezone(UTC).replace(tzinfo=None)
