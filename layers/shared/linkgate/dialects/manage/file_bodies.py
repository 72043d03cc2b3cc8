"""Bodies about resources and files, as pydantic models like those of `bodies`."""

from __future__ import annotations

import base64
import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from linkgate.dialects.manage.bodies import Days, ManageFields, whole_number
from linkgate.dialects.manage.fields import RequiredText, Text, fault
from linkgate.model.file import LARGEST
from linkgate.model.file_kinds import MEDIA_TYPES, FileKind, kind_of_media_type

_HEX = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NOTE_LIMIT = 1000


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise fault("format", expected="a date, such as 2026-12-01")


def _kind(value: object) -> FileKind:
    kind = kind_of_media_type(value) if isinstance(value, str) else None
    if kind is None:
        raise fault("format", expected=" or ".join(MEDIA_TYPES.values()))
    return kind


def _sha256(value: object) -> str:
    if isinstance(value, str) and _HEX.fullmatch(value):
        return value.lower()
    if isinstance(value, str) and _BASE64.fullmatch(value):
        return base64.b64decode(value).hex()
    raise fault("format", expected="the SHA-256 of the file, as 64 hex digits or in base64")


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Kind = Annotated[
    FileKind, BeforeValidator(_kind), WithJsonSchema({"type": "string", "enum": list(MEDIA_TYPES.values())})
]
Sha256 = Annotated[
    str,
    BeforeValidator(_sha256),
    WithJsonSchema({"type": "string", "pattern": f"^({_HEX.pattern}|{_BASE64.pattern})$"}),
]
Size = Annotated[int, whole_number(1, LARGEST), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST})]


class AmountFields(ManageFields):
    """An amount of money: a decimal number as text, and the currency's code of ISO 4217."""

    value: Text
    currency: Text


class ResourceFields(ManageFields):
    """A resource as its page shows it. It is kept for `keepDays` from now, or as many as the tenant says."""

    title: RequiredText
    number: Text | None = None
    amount: AmountFields | None = None
    due: Day | None = None
    note: Annotated[str | None, Field(max_length=_NOTE_LIMIT)] = None
    keep_days: Days | None = None


class NewFile(ManageFields):
    """A file to attach. `type` is its media type. It takes the place of `replaces` once it is checked."""

    name: RequiredText
    type: Kind
    size: Size
    sha256: Sha256
    replaces: Text | None = None
