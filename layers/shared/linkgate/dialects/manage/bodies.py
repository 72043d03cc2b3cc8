"""Bodies that operations read, as pydantic models. They are checked here, and `openapi` describes them."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from linkgate.dialects.manage.fields import Fields, RequiredText, Text, fault
from linkgate.model.imports import LARGEST_FILE, FileFormat
from linkgate.model.link import Channel
from linkgate.model.time_zones import time_zone
from linkgate.usecases.authentication import REASON_LIMIT
from linkgate.usecases.issuing.link_batches import BATCH_LIMIT
from linkgate.wire.body_members import TEXT_LIMIT

_WAY = "(api|email|sms)(:[1-9][0-9]{0,5})?"
_DIGEST = "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"
_KEY_LIMIT = 255
_MISC_LIMIT = 10


def camel(name: str) -> str:
    """Return a name as callers write it: `expires_at_utc` -> `expiresAtUtc`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def read_moment(text: object) -> datetime:
    """Parse a date and time with an offset from UTC (RFC 3339). Raises a fault."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    except (OverflowError, ValueError):
        pass
    raise fault("format", expected="a date and time with its offset from UTC, such as 2026-12-01T12:00:00Z")


def _channel(value: object) -> Channel:
    if isinstance(value, str) and value in set(Channel):
        return Channel(value)
    raise fault("format", expected=" or ".join(Channel))


def _channels(value: object) -> object:
    if not isinstance(value, list):
        raise fault("type", expected="list")
    return tuple(dict.fromkeys(_channel(entry) for entry in value))


def _guid(value: object) -> object:
    try:
        return uuid.UUID(value).hex if isinstance(value, str) else value
    except ValueError as error:
        raise fault("format", expected="a GUID") from error


def _time_zone(name: str | None) -> str | None:
    if name and time_zone(name) is None:
        raise fault("format", expected="the name of a time zone, such as Europe/Madrid")
    return name


def whole_number(least: int, most: int) -> BeforeValidator:
    """Return a check of a whole number's range."""

    def check(value: object) -> object:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON Schema makes no difference between 5 and 5.0
        if isinstance(value, int) and not isinstance(value, bool) and not least <= value <= most:
            raise fault("range", min=least, max=most, value=value)
        return value

    return BeforeValidator(check)


def _texts(value: object) -> object:
    if not isinstance(value, dict):
        raise fault("type", expected="object")
    if len(value) > _MISC_LIMIT:
        raise fault("too_many", max=_MISC_LIMIT)
    if not all(isinstance(text, str) for text in value.values()):
        raise fault("format", expected="an object whose values are strings")
    if any(max(len(name), len(text)) > TEXT_LIMIT for name, text in value.items()):
        raise fault("too_long", max_length=TEXT_LIMIT, max=TEXT_LIMIT)
    return value


def _key(value: object) -> object:
    if isinstance(value, str) and not (0 < len(value) <= _KEY_LIMIT and value.isascii() and value.isprintable()):
        raise fault("format", expected="1 to 255 printable ASCII characters")
    return value


def _digest(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_DIGEST, value, re.ASCII):
        raise fault("format", expected="the SHA-256 of the file in base64")
    return value


def _format(value: object) -> FileFormat:
    if isinstance(value, str) and value in set(FileFormat):
        return FileFormat(value)
    raise fault("format", expected=" or ".join(FileFormat))


def _way(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_WAY, value, re.ASCII):
        raise fault("format", expected="api, email, sms, or one message, such as email:2")
    return value


_MOMENT_SCHEMA = WithJsonSchema({"type": "string", "format": "date-time"})
_CHANNEL_SCHEMA = {"type": "string", "enum": [channel.value for channel in Channel]}
Moment = Annotated[datetime, BeforeValidator(read_moment), _MOMENT_SCHEMA]
OneChannel = Annotated[Channel, BeforeValidator(_channel), WithJsonSchema(_CHANNEL_SCHEMA)]
Channels = Annotated[
    tuple[Channel, ...],
    BeforeValidator(_channels),
    WithJsonSchema({"type": "array", "items": _CHANNEL_SCHEMA}),
]
Guid = Annotated[str, BeforeValidator(_guid), WithJsonSchema({"type": "string", "format": "uuid"})]
Hours = Annotated[
    int, whole_number(1, 24 * 3650), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 24 * 3650})
]
Days = Annotated[int, whole_number(1, 3650), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 3650})]
Views = Annotated[int, whole_number(1, 100_000), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100_000})]
Way = Annotated[str, BeforeValidator(_way), WithJsonSchema({"type": "string", "pattern": f"^{_WAY}$"})]
ImportFormat = Annotated[
    FileFormat,
    BeforeValidator(_format),
    WithJsonSchema({"type": "string", "enum": [each.value for each in FileFormat]}),
]
ImportSize = Annotated[
    int, whole_number(1, LARGEST_FILE), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_FILE})
]
ContactId = Annotated[
    int, whole_number(1, 2**31 - 1), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**31 - 1})
]
Texts = Annotated[
    dict[str, str],
    BeforeValidator(_texts),
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": _MISC_LIMIT,
            "additionalProperties": {"type": "string", "maxLength": TEXT_LIMIT},
        }
    ),
]
Key = Annotated[
    str | None,
    BeforeValidator(_key),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _KEY_LIMIT}),
]


class ManageFields(Fields):
    """Base of this API's bodies. Names are in camel case."""

    model_config = ConfigDict(alias_generator=camel)


Reason = Annotated[str | None, Field(max_length=REASON_LIMIT)]
"""Reason for an act, kept with the link. It stays when a person is erased, so it must not name one."""


class Extension(ManageFields):
    """The link's new expiry: a time, or a number of hours from now. Send exactly one of them."""

    expires_at_utc: Moment | None = None
    hours: Hours | None = None
    reason: Reason = None


class Resend(ManageFields):
    """`channel` defaults to the first that still works. With `replace`, links in earlier messages stop working."""

    channel: OneChannel | None = None
    replace: bool = False
    reason: Reason = None


class Desk(ManageFields):
    """`days` is the life of the link. `send` also sends it by e-mail; `replace` revokes the agent's earlier ones."""

    days: Days = 30
    send: bool = False
    replace: bool = False


class Replacement(ManageFields):
    """New addresses; those left out stay. With `channels: []`, nothing is sent, and the answer has the address."""

    email: Text | None = None
    phone: Text | None = None
    sms_consent: bool = False
    channels: Channels | None = None
    reason: Reason = None


class Reopening(ManageFields):
    """Nothing is sent with `channels: []`, and the answer has the address."""

    channels: Channels | None = None
    reason: Reason = None


class Revocation(ManageFields):
    """The reason goes into the link's record. Do not name a person in it."""

    reason: Reason = None


class WayRevocation(ManageFields):
    """`way` is `api`, one message (`email:2`), or all messages of a channel (`email`, `sms`)."""

    way: Way
    reason: Reason = None


class Erasure(ManageFields):
    """The person to erase: an e-mail address or a phone number, in any spelling. `dryRun` only counts."""

    recipient: RequiredText
    dry_run: bool = False
    reason: Reason = None


class AgentFields(ManageFields):
    """An agent, and the categories and user codes that the agent answers."""

    name: Text | None = None
    email: Text | None = None
    locale: Annotated[str | None, Field(max_length=35)] = None
    queues: Annotated[list[RequiredText], Field(max_length=100)] = Field(default_factory=list)
    person: Annotated[str | None, Field(pattern="^[0-9a-f]{32}$")] = None


class ContactFields(ManageFields):
    """A contact. SMS consent covers this phone number only."""

    name: RequiredText
    contact_type: RequiredText = "Customer"
    email: Text | None = None
    phone: Text | None = None
    sms_consent: bool = False
    locale: Annotated[str | None, Field(max_length=35)] = None
    time_zone: Annotated[str | None, Field(max_length=95), AfterValidator(_time_zone)] = None
    account_number: Text | None = None


class Batch(ManageFields):
    """The links to create. Each entry is checked on its own."""

    links: Annotated[
        list[Any],
        WithJsonSchema(
            {
                "type": "array",
                "maxItems": BATCH_LIMIT,
                "items": {
                    "anyOf": [
                        {
                            "oneOf": [
                                {"$ref": f"#/components/schemas/{name}"}
                                for name in ("ProcessEntry", "ResourceEntry", "SurveyEntry", "SessionEntry")
                            ],
                            "discriminator": {"propertyName": "kind"},
                        },
                        {"description": "Anything else fails on its own; the other links are created"},
                    ]
                },
            }
        ),
    ]


class NewImport(ManageFields):
    """A file of rows. Send exactly one of `process`, `campaign` and `resourceType`, which all rows are about.

    No row is made twice under one `name`, in however many files it comes. `sha256` is the file's digest in base64.
    """

    name: RequiredText
    format: ImportFormat
    sha256: Annotated[str, BeforeValidator(_digest), WithJsonSchema({"type": "string", "pattern": _DIGEST})]
    size: ImportSize
    process: Text | None = None
    campaign: Text | None = None
    resource_type: Text | None = None
    channels: Channels = ()


class BatchEntry(ManageFields):
    """Members that every entry of a batch may have."""

    kind: str
    idempotency_key: Key = None


class ProcessEntry(BatchEntry):
    """A form to fill in. `data` prefills it and holds the customer's address where the process expects it."""

    kind: Literal["process"]
    process: RequiredText
    data: dict[str, Any] = Field(default_factory=dict)
    notify: bool = True
    source: Text | None = None


class ResourceEntry(BatchEntry):
    """Access to a resource for a contact or an address."""

    kind: Literal["resource"]
    resource_type: RequiredText
    resource_uid: Guid
    contact_id: ContactId | None = None
    email: Text | None = None
    phone: Text | None = None
    channels: Channels = ()
    hours: Hours | None = None
    max_views: Views | None = None


class SurveyEntry(BatchEntry):
    """A survey, sent to `contact` by e-mail or SMS."""

    kind: Literal["survey"]
    campaign: RequiredText
    contact: RequiredText
    customer_name: Text | None = None
    account_number: Text | None = None
    agent_name: Text | None = None
    misc_data: Texts = Field(default_factory=dict)


class SessionEntry(BatchEntry):
    """A live session. Nothing is sent: the caller shares the link."""

    kind: Literal["session"]
    name: RequiredText
    cellphone: RequiredText
    email: Text | None = None
    category: Text | None = None
    user: Text | None = None


ENTRIES: dict[str, type[BatchEntry]] = {
    "process": ProcessEntry,
    "resource": ResourceEntry,
    "survey": SurveyEntry,
    "session": SessionEntry,
}
