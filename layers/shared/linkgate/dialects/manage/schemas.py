"""Answers of operations as typed dictionaries. mypy checks the replies against them, and `openapi` describes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, WithJsonSchema, with_config
from typing_extensions import TypedDict

_CLOSED = ConfigDict(extra="forbid")

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""Time in UTC, such as `2026-12-01T12:00:00.000Z`."""

Kind = Literal["process", "resource", "survey", "session", "desk"]
Status = Literal["Active", "Opened", "Submitted", "Expired", "Revoked", "Exhausted", "Locked"]


@with_config(_CLOSED)
class FieldJson(TypedDict):
    """A field and the reason why it was refused."""

    field: str
    reason: str


@with_config(_CLOSED)
class ProblemJson(TypedDict):
    """Problem details (RFC 9457). `type` identifies the problem."""

    type: str
    title: str
    status: int
    detail: str
    fields: NotRequired[list[FieldJson]]
    retryAfter: NotRequired[int]


@with_config(_CLOSED)
class RecipientJson(TypedDict):
    """The person the link is for."""

    name: str | None
    email: str | None
    phone: str | None
    contactId: int | None
    locale: str


@with_config(_CLOSED)
class CallbackJson(TypedDict):
    """A request to be called back about a session, and the agent who took it on."""

    askedAtUtc: Moment
    name: str
    phone: str
    preferredTime: str
    note: str
    takenAtUtc: Moment | None
    takenBy: str | None


@with_config(_CLOSED)
class DeliveryJson(TypedDict):
    """The newest message on a channel and its delivery state."""

    channel: str
    state: str
    attempt: int
    messageId: str | None
    reason: str | None
    atUtc: Moment | None
    nextAttemptAtUtc: Moment | None


@with_config(_CLOSED)
class LinkJson(TypedDict):
    """A link, without its address: only its creator and its recipient know that."""

    rid: str
    masterRid: str
    kind: Kind
    status: Status
    dialect: str
    subject: str
    version: str | None
    reference: str | None
    number: int | None
    tier: str
    role: str | None
    roles: dict[str, str]
    recipient: RecipientJson
    createdAtUtc: Moment
    createdBy: str
    expiresAtUtc: Moment
    extendedAtUtc: Moment | None
    viewCount: int
    maxViews: int
    codeChannel: str | None
    firstOpenedAtUtc: Moment | None
    submittedAtUtc: Moment | None
    revokedAtUtc: Moment | None
    revokedBy: str | None
    lockedAtUtc: Moment | None
    ways: list[str]
    erasedAtUtc: Moment | None
    renewedAs: str | None
    deliveries: list[DeliveryJson]
    refusedChannels: list[str]
    callback: CallbackJson | None
    test: bool


@with_config(_CLOSED)
class AgentJson(TypedDict):
    """An agent, and the categories and user codes that the agent answers."""

    id: str
    name: str
    email: str | None
    locale: str | None
    queues: list[str]
    person: str | None


@with_config(_CLOSED)
class AgentList(TypedDict):
    """All agents of the tenant, by id."""

    agents: list[AgentJson]


@with_config(_CLOSED)
class NewLink(LinkJson):
    """A new link. `link` is its address, null if only a message carries it, and returned only once."""

    link: str | None


@with_config(_CLOSED)
class LinkPage(TypedDict):
    """A page of links. Send `cursor` to get the next page; it is null on the last."""

    links: list[LinkJson]
    cursor: str | None


@with_config(_CLOSED)
class EventJson(TypedDict):
    """An event. `sequence`, `hash` and `previous` are null if it is not recorded but follows from the others."""

    type: str
    atUtc: Moment
    data: dict[str, Any]
    sequence: int | None
    hash: str | None
    previous: str | None


@with_config(_CLOSED)
class Timeline(TypedDict):
    """A page of a link's events in the order in which they were recorded. `cursor` is null at the end."""

    rid: str
    events: list[EventJson]
    cursor: str | None


@with_config(_CLOSED)
class SubmittedFile(TypedDict):
    """A file of a submission. `field` is the JSON Pointer of its answer. Until it is checked, its state may change.

    What a page without JavaScript sent has no `sha256` before its check.
    """

    field: str
    id: str
    name: str
    kind: str
    size: int
    sha256: str
    state: str


@with_config(_CLOSED)
class SubmittedSignature(TypedDict):
    """A signature: strokes as the path of an SVG in a box of 600 by 200, or a typed name.

    `sha256` is the hash of what was signed: the link, the form, the statement and all other answers.
    """

    field: str
    path: str | None
    name: str | None
    statement: str
    sha256: str


@with_config(_CLOSED)
class Submission(TypedDict):
    """The data that the recipient submitted, and the version of the form that asked for it.

    For a form with co-browsing roles, `filledBy` maps the JSON Pointer of each answer to the role that gave it. The
    main link is the role `""`, which also has the answers that the link was prefilled with and nobody changed.
    `receipt` is the id of its PDF among the link's files, once it is made.
    """

    rid: str
    version: str | None
    submittedAtUtc: Moment
    data: dict[str, Any]
    filledBy: dict[str, str] | None
    files: list[SubmittedFile]
    signatures: list[SubmittedSignature]
    receipt: str | None


@with_config(_CLOSED)
class ChatLineJson(TypedDict):
    """Something that was written in a call, by its number. A `note` is an agent's, and customers do not see it."""

    call: int
    by: str
    agent: str | None
    note: bool
    writtenAtUtc: Moment
    text: str


@with_config(_CLOSED)
class Chat(TypedDict):
    """Everything that was written in a session's calls, oldest first."""

    rid: str
    lines: list[ChatLineJson]


@with_config(_CLOSED)
class Made(TypedDict):
    """A created link, or the problem that prevented it. `link` is its address and is returned only once."""

    index: int
    status: int
    rid: str | None
    link: str | None
    number: int | None
    problem: ProblemJson | None


@with_config(_CLOSED)
class BatchResult(TypedDict):
    """A result for each entry, in the order of the entries."""

    created: int
    failed: int
    results: list[Made]


@with_config(_CLOSED)
class UploadJson(TypedDict):
    """Address to which the file must be put (HTTP PUT), and the headers to send with it."""

    url: str
    headers: dict[str, str]
    expiresAtUtc: Moment


@with_config(_CLOSED)
class ImportJson(TypedDict):
    """An import. `upload` is null unless it has just been created and waits for its file.

    `pausedBecause` is `asked`, `key` (the key that started it ended) or `failed` (start it again). `waitsFor` names the
    tenant's setting that is used up until `waitsUntilUtc`. `problems` says why the file as a whole was refused.
    """

    id: str
    name: str
    format: Literal["csv", "jsonl"]
    subject: str
    state: Literal["waiting", "running", "paused", "refused", "finished", "stopped"]
    pausedBecause: Literal["asked", "key", "failed"] | None
    waitsFor: str | None
    waitsUntilUtc: Moment | None
    rows: int | None
    created: int
    duplicates: int
    failed: int
    problems: list[FieldJson]
    createdAtUtc: Moment
    createdBy: str
    finishedAtUtc: Moment | None
    upload: UploadJson | None


@with_config(_CLOSED)
class ImportResults(TypedDict):
    """Address of the result file, which anybody who has it can read until it expires."""

    url: str
    expiresAtUtc: Moment


@with_config(_CLOSED)
class ResultJson(TypedDict):
    """A survey, the customer data that its caller sent, and the customer's answers."""

    rid: str
    version: str | None
    number: int | None
    status: Status
    createdAtUtc: Moment
    submittedAtUtc: Moment | None
    reopenedAs: str | None
    """Link by which the survey was opened again. Its answers take the place of these once there are some."""
    contact: str | None
    customerName: str | None
    accountNumber: str | None
    agentName: str | None
    miscData: dict[str, str]
    custom: dict[str, Any]
    answers: dict[str, Any] | None


@with_config(_CLOSED)
class ResultPage(TypedDict):
    """A page of results. Send `cursor` to get the next page; it is null on the last."""

    campaign: str
    results: list[ResultJson]
    cursor: str | None


@with_config(_CLOSED)
class ContactJson(TypedDict):
    """A contact."""

    id: int
    name: str
    contactType: str
    email: str | None
    phone: str | None
    smsConsent: bool
    locale: str | None
    timeZone: str | None
    accountNumber: str | None


@with_config(_CLOSED)
class ResourceName(TypedDict):
    """A resource."""

    type: str
    uid: str


@with_config(_CLOSED)
class ErasureReceipt(TypedDict):
    """The number of items erased. If `more` is true, repeat the call.

    `resources` are those that the person's links were about. They stay, because others may have links to them.
    """

    links: int
    bodies: int
    files: int
    contacts: int
    resources: list[ResourceName]
    more: bool


ANSWERS: dict[str, Any] = {
    "Agent": AgentJson,
    "AgentList": AgentList,
    "BatchResult": BatchResult,
    "Contact": ContactJson,
    "ErasureReceipt": ErasureReceipt,
    "Import": ImportJson,
    "ImportResults": ImportResults,
    "Link": LinkJson,
    "LinkPage": LinkPage,
    "NewLink": NewLink,
    "Problem": ProblemJson,
    "ResultPage": ResultPage,
    "Submission": Submission,
    "Timeline": Timeline,
}
