"""What the operations answer, as typed dictionaries: mypy holds the replies to them, `openapi` describes them."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

_CLOSED = ConfigDict(extra="forbid")

Kind = Literal["process", "resource", "survey", "session"]
Status = Literal["Active", "Opened", "Submitted", "Expired", "Revoked", "Exhausted", "Locked"]


@with_config(_CLOSED)
class FieldJson(TypedDict):
    """One fault of a request."""

    field: str
    reason: str


@with_config(_CLOSED)
class ProblemJson(TypedDict):
    """Problem details (RFC 9457); `type` says which."""

    type: str
    title: str
    status: int
    detail: str
    fields: NotRequired[list[FieldJson]]
    retryAfter: NotRequired[int]


@with_config(_CLOSED)
class RecipientJson(TypedDict):
    """Whom the link is for."""

    name: str | None
    email: str | None
    phone: str | None
    contactId: int | None
    locale: str


@with_config(_CLOSED)
class DeliveryJson(TypedDict):
    """The newest message over one channel, and how far it came."""

    channel: str
    state: str
    attempt: int
    messageId: str | None
    reason: str | None
    atUtc: str | None
    nextAttemptAtUtc: str | None


@with_config(_CLOSED)
class LinkJson(TypedDict):
    """A link's facts; its address is known to nobody but its recipient and whoever made it."""

    rid: str
    masterRid: str
    kind: Kind
    status: Status
    dialect: str
    subject: str
    reference: str | None
    number: int | None
    tier: str
    role: str | None
    roles: dict[str, str]
    recipient: RecipientJson
    createdAtUtc: str
    createdBy: str
    expiresAtUtc: str
    extendedAtUtc: str | None
    viewCount: int
    maxViews: int
    codeChannel: str | None
    firstOpenedAtUtc: str | None
    submittedAtUtc: str | None
    revokedAtUtc: str | None
    revokedBy: str | None
    lockedAtUtc: str | None
    erasedAtUtc: str | None
    renewedAs: str | None
    deliveries: list[DeliveryJson]
    refusedChannels: list[str]


@with_config(_CLOSED)
class LinkPage(TypedDict):
    """`cursor` continues the list; null at its end."""

    links: list[LinkJson]
    cursor: str | None


@with_config(_CLOSED)
class EventJson(TypedDict):
    """One fact. `sequence`, `hash` and `previous` are null for what follows from the facts and is not recorded."""

    type: str
    atUtc: str
    data: dict[str, Any]
    sequence: int | None
    hash: str | None
    previous: str | None


@with_config(_CLOSED)
class Timeline(TypedDict):
    """A link's facts in the order they were recorded."""

    rid: str
    events: list[EventJson]


@with_config(_CLOSED)
class Submission(TypedDict):
    """What was sent in."""

    rid: str
    submittedAtUtc: str
    data: dict[str, Any]


@with_config(_CLOSED)
class Made(TypedDict):
    """A link that was made, or the problem why not. `link` is its address: it is told this once."""

    index: int
    status: int
    rid: str | None
    link: str | None
    number: int | None
    problem: ProblemJson | None


@with_config(_CLOSED)
class BatchResult(TypedDict):
    """A result for each entry, in their order."""

    created: int
    failed: int
    results: list[Made]


@with_config(_CLOSED)
class ResultJson(TypedDict):
    """A survey, what its caller told of the customer, and the customer's answers."""

    rid: str
    number: int | None
    status: Status
    createdAtUtc: str
    submittedAtUtc: str | None
    contact: str | None
    customerName: str | None
    accountNumber: str | None
    agentName: str | None
    miscData: dict[str, str]
    custom: dict[str, Any]
    answers: dict[str, Any] | None


@with_config(_CLOSED)
class ResultPage(TypedDict):
    """`cursor` continues it; null at its end."""

    campaign: str
    results: list[ResultJson]
    cursor: str | None


@with_config(_CLOSED)
class ContactJson(TypedDict):
    """A person on file."""

    id: int
    name: str
    contactType: str
    email: str | None
    phone: str | None
    smsConsent: bool
    locale: str | None
    accountNumber: str | None


@with_config(_CLOSED)
class ErasureReceipt(TypedDict):
    """How much was erased; `more` says that another call has to go on."""

    links: int
    bodies: int
    contacts: int
    more: bool


ANSWERS: dict[str, Any] = {
    "BatchResult": BatchResult,
    "Contact": ContactJson,
    "ErasureReceipt": ErasureReceipt,
    "Link": LinkJson,
    "LinkPage": LinkPage,
    "Problem": ProblemJson,
    "ResultPage": ResultPage,
    "Submission": Submission,
    "Timeline": Timeline,
}
