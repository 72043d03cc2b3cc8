"""A link: facts that were recorded about it, and what follows from them and the clock.

Times are aware UTC datetimes with whole milliseconds. No field holds a secret; `secrets` and `visits` hold hashes.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import LinkExhausted, LinkExpired, LinkLocked, LinkRevoked, LinkSubmitted
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.errors import LinkClosed


class Kind(StrEnum):
    """What stands behind a link."""

    PROCESS = "process"
    RESOURCE = "resource"
    SURVEY = "survey"
    SESSION = "session"


class Channel(StrEnum):
    """A way to reach the recipient."""

    EMAIL = "email"
    SMS = "sms"


class Status(StrEnum):
    """What a link is at a moment; computed, never stored."""

    ACTIVE = "Active"
    OPENED = "Opened"
    SUBMITTED = "Submitted"
    EXPIRED = "Expired"
    REVOKED = "Revoked"
    EXHAUSTED = "Exhausted"
    LOCKED = "Locked"


class DeliveryState(StrEnum):
    """How far a message has come."""

    SENDING = "sending"  # leased by the call or the worker that sends it
    SENT = "sent"  # the provider took it
    DELAYED = "delayed"  # failed for now, to be tried again when due
    UNKNOWN = "unknown"  # a provider call ended without an answer
    REFUSED = "refused"  # the provider will not take it
    DELIVERED = "delivered"  # the provider says it arrived
    BOUNCED = "bounced"  # the provider says it will never arrive
    COMPLAINED = "complained"  # the recipient called it spam
    FAILED = "failed"  # every attempt is spent


class Occasion(StrEnum):
    """Why a link's message goes out; its words differ."""

    FIRST = "first"
    REMINDER = "reminder"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the link is for, as known when it was made."""

    name: str | None = None
    email: str | None = None
    """As it will be sent to."""
    phone: str | None = None
    """E.164."""
    contact_id: int | None = None
    recipient_type: str | None = None
    """The contact's own word for itself, such as `Customer`."""
    locale: str = "en"
    sms_consent: bool = False
    """Consent for `phone`, as it stood when the link was made."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The newest message over one channel: its newest attempt.

    `due` is the end of the lease while SENDING, else when the next attempt may start; None when nothing is to come.
    `copies` counts those of this message that went out or may have: the one being sent counts.
    """

    channel: Channel
    state: DeliveryState
    attempt: int
    due: datetime | None = None
    message_id: str | None = None
    reason: str | None = None
    """Why it was refused or delayed: a code of a closed list, never a provider's text."""
    copies: int = 0
    at: datetime | None = None
    """When the state was recorded."""
    first: int = 1
    """The attempt that this message began with; all messages of a channel are numbered in one row."""
    occasion: Occasion = Occasion.FIRST

    @property
    def tries(self) -> int:
        """Attempts at this message."""
        return self.attempt - self.first + 1


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """That this link asks for a one-time code before it opens, and how the code travels."""

    channel: Channel
    digits: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """One-time codes sent to one browser: the newest, and the tries at it."""

    codes: frozenset[str]
    """Keyed hash of the code that may still be used (`tokens.keyed_code`); empty once it was."""
    tries: Mapping[str, bool]
    """Claim of each try to whether it was right."""
    begun_at: datetime
    """When the newest code was sent."""
    expires_at: datetime
    next_at: datetime
    """When this browser may ask for another code."""
    sent: int
    """Codes sent to this browser."""
    claim: str
    """The claim of the request that sent the newest."""
    way: str
    """The way out of the secret that this browser came with, as in `Link.secrets`."""

    @property
    def passed(self) -> str | None:
        """The claim of the try that was right, or None."""
        return next((claim for claim, right in self.tries.items() if right), None)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the tenant's own page was given to ask for the link's facts with, once."""

    hash: str
    expires_at: datetime
    claim: str | None = None
    """The claim of the request that used it."""


@dataclass(frozen=True, slots=True)
class Link:
    """See the module; which fields a kind uses is said beside them."""

    rid: str
    master_rid: str
    """The transaction's name: the main link's rid, shared by co-browsing roles and renewals."""
    tenant: str
    kind: Kind
    dialect: str
    subject: str
    """Process id, resource type, campaign name, or the category's or user's code."""
    tier: str
    portal: str
    """Base of its address, such as `https://links.example.com`."""
    recipient: Recipient
    created_at: datetime
    expires_at: datetime
    ttl: datetime
    """End of retention: when its items may disappear."""
    max_views: int
    created_by: str
    """The credential's id, 32 hex digits."""
    claim: str
    """The claim of the request that made it."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Secret hash to the way out it took: `api`, `email:1`, `sms:2`."""
    reference: str | None = None
    """Resource uid (resource), or agent name (survey)."""
    number: int | None = None
    """The small id of dialects that have one."""
    source: str | None = None
    role: str | None = None
    """The co-browsing role this link is for."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """On a main link: co-browsing role to that link's rid."""
    body: str | None = None
    """Name of the prefilled data's item, in the partition of `master_rid`."""
    code: CodePolicy | None = None
    fingerprint: str | None = None
    """Keyed hash of the command, on links made with an `Idempotency-Key`."""
    deliveries: Mapping[Channel, Delivery] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    """Channels that were asked for and could not be served, as `sms:no_consent`."""
    views: int = 0
    visits: Mapping[str, datetime] = field(default_factory=dict)
    """Visit hash to its end; at most four."""
    opened_at: datetime | None = None
    opened_via: str | None = None
    """The way out of the secret that it was opened with last, as in `secrets`."""
    submitted_at: datetime | None = None
    submission: str | None = None
    """Name of the submission's item, in the partition of `master_rid`."""
    submit_claim: str | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    """The credential's id, 32 hex digits."""
    locked_at: datetime | None = None
    challenges: Mapping[str, Challenge] = field(default_factory=dict)
    """Hash of a browser's bind cookie to its challenge; at most three."""
    codes_sent: tuple[datetime, ...] = ()
    """When one-time codes were sent, newest first."""
    code_tries: int = 0
    """Tries at all its codes."""
    renewed_as: str | None = None
    """The rid of the link that replaces this one; it was expired or used up then."""
    renewed_at: datetime | None = None
    renewals: int = 0
    """How many links of the transaction this one replaces."""
    grant: Grant | None = None
    resends: int = 0
    """How often its message was sent anew because somebody asked."""
    reminders: tuple[datetime, ...] = ()
    """When its recipient is to be reminded, soonest first."""
    reminded: int = 0
    """How many of the reminders are done with, sent or passed over."""
    extended_at: datetime | None = None
    extended_by: str | None = None
    """Who gave it a longer life last: the credential's id, 32 hex digits."""
    erased_at: datetime | None = None
    """When what it knew of its recipient was taken out of it."""

    def status(self, now: datetime) -> Status:
        """What the facts say at `now`; an end that cannot be undone outranks one that can."""
        if self.revoked_at:
            return Status.REVOKED
        if self.submitted_at:
            return Status.SUBMITTED
        if self.locked_at:
            return Status.LOCKED
        if self.expires_at <= now:
            return Status.EXPIRED
        if self.views >= self.max_views:
            return Status.EXHAUSTED
        if self.renewed_as:
            return Status.EXPIRED
        return Status.OPENED if self.opened_at else Status.ACTIVE

    def closed(self, now: datetime) -> LinkClosed | None:
        """Why the holder of a right secret cannot open it anew, or None."""
        match self.status(now):
            case Status.REVOKED:
                return LinkRevoked()
            case Status.SUBMITTED if self.submitted_at:
                return LinkSubmitted(self.submitted_at)
            case Status.LOCKED:
                return LinkLocked()
            case Status.EXPIRED:
                return LinkExpired(self.expires_at, renewable=True)
            case Status.EXHAUSTED:
                return LinkExhausted(renewable=True)
            case _:
                return None

    def ended(self, now: datetime) -> LinkClosed | None:
        """As `closed`, for a browser that opened it: views being used up is no end to it."""
        closed = self.closed(now)
        return None if isinstance(closed, LinkExhausted) else closed

    def address(self, channel: Channel) -> str | None:
        """Where messages of this channel go."""
        return self.recipient.email if channel is Channel.EMAIL else self.recipient.phone
