"""A link: the facts recorded about it, and the state that follows from them and the clock.

Times are aware UTC datetimes with whole milliseconds. No field holds a secret: `secrets` and `visits` hold hashes.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import LinkExhausted, LinkExpired, LinkLocked, LinkRevoked, LinkSubmitted
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from linkgate.errors import LinkClosed
    from linkgate.model.callback import Callback
    from linkgate.model.challenge import Challenge, CodeFailure, CodePolicy
    from linkgate.model.receipt import Receipt


class Kind(StrEnum):
    """Kind of thing that a link leads to."""

    PROCESS = "process"
    RESOURCE = "resource"
    SURVEY = "survey"
    SESSION = "session"
    DESK = "desk"


class Channel(StrEnum):
    """Channel by which a message reaches the recipient."""

    EMAIL = "email"
    SMS = "sms"


class Status(StrEnum):
    """State of a link at a given moment. Computed, never stored."""

    ACTIVE = "Active"
    OPENED = "Opened"
    SUBMITTED = "Submitted"
    EXPIRED = "Expired"
    REVOKED = "Revoked"
    EXHAUSTED = "Exhausted"
    LOCKED = "Locked"


class DeliveryState(StrEnum):
    """Progress of a message."""

    SENDING = "sending"  # leased by the call or the worker that sends it
    SENT = "sent"  # the provider accepted it
    DELAYED = "delayed"  # failed for now; tried again when due
    UNKNOWN = "unknown"  # the provider call ended without an answer
    REFUSED = "refused"  # the provider does not accept it
    DELIVERED = "delivered"  # the provider says it arrived
    BOUNCED = "bounced"  # the provider says it will never arrive
    COMPLAINED = "complained"  # the recipient called it spam
    FAILED = "failed"  # all attempts are used up


class Occasion(StrEnum):
    """Reason why a link's message is sent. Its wording depends on it."""

    FIRST = "first"
    REMINDER = "reminder"
    RESEND = "resend"


API = "api"
"""Value in `Link.secrets` of the secret that the API's reply carries."""
CONSOLE = "console"
"""Value in `Link.secrets` of the secret by which a person at the console opens a test link."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Person a link is for, as known when the link was made."""

    name: str | None = None
    email: str | None = None
    """Address in the form that messages are sent to."""
    phone: str | None = None
    """E.164."""
    contact_id: int | None = None
    recipient_type: str | None = None
    """The contact's type, such as `Customer`."""
    locale: str = "en"
    locale_said: bool = True
    """True if the contact or the definition has the locale. Else it is the tenant's, and the reader's browser wins."""
    sms_consent: bool = False
    """Consent to SMS at `phone`, as it stood when the link was made."""
    given: frozenset[Channel] = frozenset()
    """Channels whose address the caller gave in place of the contact's."""
    time_zone: str | None = None
    """IANA name of the contact's time zone."""

    def address(self, channel: Channel) -> str | None:
        """Return the address for this channel."""
        return self.email if channel is Channel.EMAIL else self.phone


@dataclass(frozen=True, slots=True)
class Delivery:
    """Newest attempt at the newest message over one channel.

    While SENDING, `due` is the end of the lease. Otherwise it is the time at which the next attempt may start, or None
    if there will be none. `copies` counts the copies of this message that went out or may have, including the one
    being sent.
    """

    channel: Channel
    state: DeliveryState
    attempt: int
    due: datetime | None = None
    message_id: str | None = None
    reason: str | None = None
    """Reason for a refusal or delay: a code from a closed list, never a provider's text."""
    copies: int = 0
    at: datetime | None = None
    """Time at which the state was recorded."""
    first: int = 1
    """Number of this message's first attempt. Numbering continues from one message of a channel to the next."""
    occasion: Occasion = Occasion.FIRST
    spared: int = 0
    """Number of attempts at this message that the provider was too busy to look at. They cost no try."""

    @property
    def tries(self) -> int:
        """Number of attempts at this message that cost a try."""
        return self.attempt - self.first + 1 - self.spared


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for the tenant's own page to fetch the link's facts once."""

    hash: str
    expires_at: datetime
    claim: str | None = None
    """Claim of the request that used the grant."""


@dataclass(frozen=True, slots=True)
class Look:
    """A document that was given out: its reader got an address of its bytes. Whether she read it is not known."""

    claim: str
    """Claim of the request."""
    file: str
    """Id of the file."""
    commitment: str
    """Salted hash of its bytes (`tokens.file_commitment`)."""
    at: datetime
    shown: bool
    """True if a browser was to show it, False if it was to be saved."""


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that is recorded about a link. Fields that only some kinds use say so."""

    rid: str
    master_rid: str
    """Name of the family: the main link's rid, shared by co-browsing roles and renewals."""
    tenant: str
    kind: Kind
    dialect: str
    definition_id: str
    """Process id, resource type, campaign name, or code of a category or user."""
    tier: str
    portal: str
    """Base of the link's URL, such as `https://links.example.com`."""
    recipient: Recipient
    created_at: datetime
    expires_at: datetime
    ttl: datetime
    """End of retention, from which on the link's items may disappear."""
    max_views: int
    created_by: str
    """Id of the credential, 32 hex digits."""
    claim: str
    """Claim of the request that made the link."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Hash of each secret, mapped to the reply or message that carried it: `api`, `email:1`, `sms:2`."""
    opt_outs: frozenset[str] = frozenset()
    """Hashes of the secrets of opt-out addresses, one for each of `secrets` that ever was. Only on surveys."""
    unsubscribed_at: datetime | None = None
    """Time at which the recipient last stopped surveys by an opt-out address of this link."""
    resubscribed_at: datetime | None = None
    """Time at which that was undone."""
    disowned_at: datetime | None = None
    """Time at which a holder of a secret said that the link is not for them. No further message of it goes out."""
    version: str | None = None
    """Version of its subject's definition when the link was made. None on links of an earlier release."""
    reference: str | None = None
    """Resource uid (resource) or agent name (survey)."""
    number: int | None = None
    """Small numeric id, in dialects that have one."""
    source: str | None = None
    role: str | None = None
    """Co-browsing role that this link is for."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Each co-browsing role, mapped to the rid of its link. Only on a main link."""
    body_name: str | None = None
    """Name of the item with the prefilled data, in the partition of `master_rid`."""
    code: CodePolicy | None = None
    fingerprint: str | None = None
    """Keyed hash of the command, on links made with an `Idempotency-Key`."""
    deliveries: Mapping[Channel, Delivery] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    """Channels that were asked for but could not be served, such as `sms:no_consent`."""
    views: int = 0
    attached: bool = False
    """True if its owner attached a file to it, which may be gone again."""
    max_opens: int | None = None
    """Number of times that the link opens, if a view is a document that was given out. None if opening is a view."""
    opens: int = 0
    """Number of times that a link with `max_opens` was opened."""
    looked: frozenset[str] = frozenset()
    """Visits whose first document was counted as a view, by hash."""
    looks: int = 0
    """Number of documents that were given out."""
    look: Look | None = None
    """Newest of them."""
    visits: Mapping[str, datetime] = field(default_factory=dict)
    """Hash of each visit, mapped to its end. At most four."""
    visit_ways: Mapping[str, str] = field(default_factory=dict)
    """Hash of each visit, mapped to the way out of the secret that opened it, as in `secrets`."""
    opened_at: datetime | None = None
    opened_via: str | None = None
    """Reply or message that carried the secret which last opened the link, as in `secrets`."""
    joined_at: datetime | None = None
    """Time at which one of its browsers first met the others who fill in the form, over the live channel."""
    draft_at: datetime | None = None
    """Time at which answers were saved. Further ones may have been saved in the five minutes after it."""
    submitted_at: datetime | None = None
    submission: str | None = None
    """Name of the item with the submission, in the partition of `master_rid`."""
    submit_claim: str | None = None
    receipt: Receipt | None = None
    """Ways to what was sent. None before it was sent, and if there are none."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    """Id of the credential, 32 hex digits."""
    revoked_note: Mapping[str, str] = field(default_factory=dict)
    """Note on who acted for that credential and why: `as` (operator), `who` and `reason`, each if it is known."""
    ways_revoked_at: datetime | None = None
    """Time at which some of `secrets` were last made to stop working, with what they had opened."""
    ways_revoked_by: str | None = None
    """Id of the credential, 32 hex digits. None if a message replaced the earlier ones."""
    ways_revoked_note: Mapping[str, str] = field(default_factory=dict)
    """Note like `revoked_note`."""
    locked_at: datetime | None = None
    challenges: Mapping[str, Challenge] = field(default_factory=dict)
    """Hash of each browser's bind cookie, mapped to its challenge. At most five."""
    codes_sent: tuple[datetime, ...] = ()
    """Times at which one-time codes were sent, newest first. Those that no provider took are not among them."""
    codes_unasked: tuple[datetime, ...] = ()
    """Entries of `codes_sent` for which only a button was pressed, newest first."""
    code_failure: CodeFailure | None = None
    codes_before: int = 0
    """Number of one-time codes sent for the links of the family that this one replaces."""
    code_tries: int = 0
    """Number of tries at all codes of the link and of those that it replaces."""
    renewed_as: str | None = None
    """The rid of the link that replaces this one."""
    renewed_at: datetime | None = None
    reopened_by: str | None = None
    """Id of the credential that had the form opened again after it was sent, 32 hex digits."""
    reopened_note: Mapping[str, str] = field(default_factory=dict)
    """Note like `revoked_note`."""
    replaces: str | None = None
    """The rid of the link that its owner replaced by this one."""
    reopens: str | None = None
    """The rid of the link whose form is open again by this one."""
    codes_from: datetime | None = None
    """Time before which no code is sent, because an address was changed. None if codes are sent at once."""
    renewals: int = 0
    """Number of links of the family that this one replaces."""
    grant: Grant | None = None
    resends: int = 0
    """Number of times the message was sent again on request."""
    resent_note: Mapping[str, str] = field(default_factory=dict)
    """Note on who asked for the last resend, like `revoked_note`, with `by` (the credential's id) and `channel`."""
    reminders: tuple[datetime, ...] = ()
    """Times at which the recipient is to be reminded, soonest first."""
    reminded: int = 0
    """Number of reminders that are done with, either sent or skipped."""
    extended_at: datetime | None = None
    extended_by: str | None = None
    """Id of the credential that last extended the link, 32 hex digits."""
    extended_note: Mapping[str, str] = field(default_factory=dict)
    """Note like `revoked_note`."""
    callback: Callback | None = None
    """Request to be called back (session). Removed when the recipient is erased."""
    erased_at: datetime | None = None
    """Time at which the recipient's data was removed from the link."""
    erased_note: Mapping[str, str] = field(default_factory=dict)
    """Note like `revoked_note`, with `by` (the credential's id)."""
    test: bool = False
    """True if it is a test link: no provider sends its messages, and it is in lists of its own."""

    def status(self, now: datetime) -> Status:
        """Return the state at `now`. An end that cannot be undone outranks one that can."""
        if self.revoked_at:
            return Status.REVOKED
        if self.submitted_at:
            return Status.SUBMITTED
        if self.locked_at:
            return Status.LOCKED
        if self.expires_at <= now:
            return Status.EXPIRED
        if self.views >= self.max_views or (self.max_opens is not None and self.opens >= self.max_opens):
            return Status.EXHAUSTED
        if self.renewed_as:
            return Status.EXPIRED
        return Status.OPENED if self.opened_at else Status.ACTIVE

    def closed(self, now: datetime) -> LinkClosed | None:
        """Return the reason why the holder of a right secret cannot open the link again, or None."""
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
        """Return the same as `closed`, for a browser that opened the link: it may stay when all views are used up."""
        closed = self.closed(now)
        return None if isinstance(closed, LinkExhausted) else closed

    @property
    def lists(self) -> str:
        """Return the name of the lists that it is in (`lists_of`)."""
        return lists_of(self.tenant, test=self.test)

    @property
    def openings(self) -> int:
        """Return the number of times that the link was opened, which is its views if opening is a view."""
        return self.views if self.max_opens is None else self.opens

    @property
    def replaced(self) -> bool:
        """Return whether the link's owner replaced it, which revoked it in the same write."""
        return self.revoked_at is not None and self.revoked_at == self.renewed_at

    @property
    def reopened(self) -> bool:
        """Return whether its form is open again by another link, after it was sent by this one."""
        return self.reopened_by is not None

    @property
    def unsubscribed(self) -> bool:
        """Return whether the recipient stopped surveys by this link, and did not undo it."""
        return self.unsubscribed_at is not None and self.resubscribed_at is None

    def address(self, channel: Channel) -> str | None:
        """Return the recipient's address for this channel."""
        return self.recipient.address(channel)


def lists_of(tenant: str, *, test: bool) -> str:
    """Return the name of a tenant's lists of links. Test links have their own."""
    return f"{tenant}#test" if test else tenant


def leads_in(way: str | None, ways: Collection[str]) -> bool:
    """Return whether a way is among `ways`, which may name all messages of a channel. An unknown way always is."""
    return way is None or way in ways or way.partition(":")[0] in ways
