"""Ports for messages to recipients: the table, the providers, the queue and the schedule."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState, Occasion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from linkgate.model.delivery_tasks import Task
    from linkgate.model.link import Channel, Delivery, Kind, Link
    from linkgate.model.reports import Report
    from linkgate.model.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Start:
    """A message about to be sent for a link that exists already."""

    delivery: Delivery
    """New state: being sent, under its lease."""
    seen: Delivery | None
    """State that must still be stored, or None if the channel has had no delivery."""
    secret_hash: str
    sent_via: str
    ends: frozenset[str] = frozenset()
    """Ways out that end with this message, as in `Link.secrets`, or all of a channel."""
    opt_outs: frozenset[str] = frozenset()
    """Hash of the message's opt-out secret, as in `Link.opt_outs`."""
    resends: int | None = None
    """Number of this resend, counted from 1. None if it is no resend."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """Note on who asked for this resend and why, as in `Link.resent_note`."""
    reminded: int | None = None
    """Number of reminders that are done with, including this one. None if it is no reminder."""


class DeliveryStore(Protocol):
    """Delivery state of a link's messages, and how it changes.

    Every change is one conditional write, which raises NotChanged if it is refused. All methods raise Unavailable if
    the table cannot be reached.
    """

    def begin(self, link: Link, start: Start, now: datetime) -> Link:
        """Lease a delivery, add the secret that its message carries, and return the link. `link` is as it was read.

        Only if the stored delivery is as seen and no lease on it is running, the link is not closed, and nobody else
        has counted the same resend or reminder. If ways end, their secrets, visits and challenges go in the same write,
        only if the link has no others than when it was read. A repeat of the caller's own write succeeds.
        """

    def record(
        self,
        rid: str,
        deliveries: Sequence[Delivery],
        unused: Collection[str] = (),
        opt_outs: frozenset[str] = frozenset(),
    ) -> None:
        """Write the outcome of attempts, only if each channel's stored attempt is still that one and being sent.

        `unused` are the hashes of secrets that nobody got, and `opt_outs` those of their opt-out secrets. They are
        removed.
        """

    def end(self, rid: str, seen: Delivery, ended: Delivery, now: datetime) -> None:
        """Give a delivery up, only if it is as seen and due."""

    def begin_receipt(self, rid: str, seen: Delivery, leased: Delivery, now: datetime) -> Link:
        """Lease the message about a form that arrived, and return the link.

        Only if its state and attempt are as seen, it is due, and the link is submitted and not revoked, erased or
        disowned. A repeat of the caller's own write succeeds.
        """

    def record_receipt(self, rid: str, seen: Delivery, outcome: Delivery) -> None:
        """Write what became of that message, only if its state and attempt are as seen."""

    def report(self, rid: str, report: Report, now: datetime) -> Link:
        """Merge a provider's report into the delivery that it is about, and return the link.

        Only if the report is news (`reports.outranked`), is about the newest message of the channel, by its attempt or
        by its message id, and contradicts no message id on record.
        """

    def rid_of_message(self, message_id: str) -> str | None:
        """Return the link whose newest SMS has this id. May miss one that was recorded a moment ago."""


class SuppressionStore(Protocol):
    """Addresses that a tenant sends nothing to. All methods raise Unavailable if the table cannot be reached."""

    def among(self, tenant: str, addresses: Sequence[str], *, surveys: bool = False) -> Mapping[str, str]:
        """Map each suppressed address among `addresses` to its reason code. One read, eventually consistent.

        With `surveys`, also those to which no surveys go.
        """

    def add(self, tenant: str, address: str, reason: str, now: datetime) -> None:
        """Suppress the address. If it is suppressed already, the first reason stays."""

    def lift(self, tenant: str, address: str, reason: str) -> None:
        """Lift the suppression, only if this is its reason. Lifting none is not an error."""

    def unsubscribed(self, lists: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Map each address to which no surveys go to the hash of the opt-out secret that stopped them. One read.

        The hash is empty if the tenant stopped them. `lists` is the name of the link's lists. Strongly consistent.
        """

    def unsubscribe(self, link: Link, addresses: Sequence[str], opt_out: str, now: datetime) -> None:
        """Stop surveys to these addresses, and note it on the link, in one transaction.

        Only if `opt_out` is the hash of one of the link's opt-out secrets, and no address is unsubscribed yet. Raises
        NotChanged.
        """

    def resubscribe(self, link: Link, addresses: Sequence[str], opt_out: str, now: datetime) -> None:
        """Undo that, and note it on the link, in one transaction.

        Only if `opt_out` is the hash of one of the link's opt-out secrets, and stopped surveys to each of the
        addresses. Raises NotChanged.
        """


class MessageBudget(Protocol):
    """Numbers of messages that a tenant may send per day on one channel: in all, and to one recipient.

    `whose` is the tenant's id, or that and the hash of an address, as in `<tenant>|<hash>`.
    """

    def take(self, whose: str, limit: int, now: datetime) -> bool:
        """Count one message, exactly under any concurrency. False if `limit` are counted. Raises Unavailable."""

    def used(self, whose: str, now: datetime) -> int:
        """Return the number counted today. May miss those of the last moment. Raises Unavailable."""


class SendingPauses(Protocol):
    """Times until which the worker asks a provider for nothing. All methods raise Unavailable."""

    def begin(self, channel: Channel, until: datetime) -> None:
        """Pause the channel. A pause that is on record and longer stays."""

    def until(self, channel: Channel, now: datetime) -> datetime | None:
        """Return the end of the channel's pause, None if there is none. Read through a cache of 30 s.

        Once a pause is over, one caller gets None first, whose message finds out whether the provider takes any again.
        """

    def went_out(self, channel: Channel) -> None:
        """End the pause if this process's message was the one that had to find out."""


class SendingTurns(Protocol):
    """Turns to send, shared by all workers."""

    def take(self, channel: Channel, began: datetime, most: int) -> bool:
        """Take a turn in the period that began then, exactly under any concurrency. False if `most` are taken.

        Raises Unavailable.
        """


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """A message that brings a link to its recipient. `url` is a secret: it is never logged or kept."""

    channel: Channel
    tenant: Tenant
    kind: Kind
    to: str
    """An e-mail address, or a phone number in E.164."""
    url: str = field(repr=False)
    rid: str
    attempt: int
    locale: str
    expires_at: datetime
    at: datetime
    """Time at which it is composed."""
    time_zone: str | None = None
    """IANA name of the contact's time zone. Without it the tenant's applies."""
    name: str | None = None
    """The recipient's name."""
    title: str | None = None
    """Title of the process or campaign that it is about."""
    occasion: Occasion = Occasion.FIRST
    opt_out: str | None = field(default=None, repr=False)
    """Address at which the recipient stops surveys. It is a secret, too."""
    survey: Mapping[str, object] = field(default_factory=dict)
    """Form of the survey that it asks to fill in. Empty for other links, and where a code protects the questions."""
    with_document: bool = False
    """True if a document is there to be seen. No other message promises one."""
    test: bool = False
    """True if it is about a test link. It says so, and no provider gets it."""

    @property
    def topic(self) -> str:
        """Thing that the message is about, as its texts are named."""
        return "document" if self.with_document else self.kind.value


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """A message with a one-time code. `code` is a secret: it is never logged or kept."""

    channel: Channel
    tenant: Tenant
    to: str
    code: str = field(repr=False)
    rid: str
    locale: str
    host: str
    """Host name of the portal, for browsers that fill in codes."""
    life: timedelta
    test: bool = False
    """True if it is about a test link."""


@dataclass(frozen=True, slots=True)
class AddressNotice:
    """A message to an address that a link with a code had before. It has no link and no code."""

    channel: Channel
    tenant: Tenant
    to: str
    rid: str
    portal: str
    """Base of the link's URL."""
    locale: str
    test: bool = False
    """True if it is about a test link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMessage:
    """A message that tells a recipient that their form arrived. It has no link of ours, no secret and no code."""

    channel: Channel
    tenant: Tenant
    to: str
    rid: str
    portal: str
    """Base of the link's URL."""
    locale: str
    reference: str
    at: datetime
    """Time at which the form arrived."""
    time_zone: str | None = None
    """IANA name of the contact's time zone. Without it the tenant's applies."""
    title: str | None = None
    """Title of the process. None if the link asks for a code, because who reads the message may not know of it."""
    next_text: str | None = None
    next_url: str | None = None
    next_label: str | None = None
    answers: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Answers to be listed. Empty unless the process wants that."""
    schema: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Schema that has the titles of the answers."""
    readable: bool = False
    """True if what was sent can be read again behind the link."""
    test: bool = False
    """True if it is about a test link."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """SendOutcome of one provider call: SENT with a message id, or REFUSED, DELAYED or UNKNOWN with a reason code."""

    state: DeliveryState
    message_id: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state not in {DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.DELAYED, DeliveryState.UNKNOWN}:
            raise ValueError(self.state)


class Sender(Protocol):
    """Provider for one channel. Each call is a single attempt without retries. Provider faults are outcomes."""

    @property
    def timeout(self) -> timedelta:
        """Longest time that a call can take."""

    def send_link(self, message: LinkMessage) -> SendOutcome: ...

    def send_code(self, message: CodeMessage) -> SendOutcome: ...

    def send_notice(self, message: AddressNotice) -> SendOutcome: ...

    def send_receipt(self, message: ReceiptMessage) -> SendOutcome: ...


class DeliveryQueue(Protocol):
    """Queue of tasks for the delivery worker."""

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        """Queue tasks. Each is handed on at least once, at its `not_before` or slightly earlier. Raises Unavailable."""


class ReminderSchedule(Protocol):
    """Schedule of tasks that wait for days."""

    def add(self, name: str, task: Task) -> None:
        """Put the task on the delivery queue at its `not_before`, once per name. Raises Unavailable."""
