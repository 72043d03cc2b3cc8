"""What use cases need from outside, as Protocols; adapters match by shape, so no layer imports upwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Protocol, TypeVar

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState, Occasion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from linkgate.model.delivery_tasks import Task
    from linkgate.model.link import Challenge, Channel, Delivery, Grant, Kind, Link
    from linkgate.model.reports import Report
    from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Process, ResourceType, Tenant
    from linkgate.model.timeline import Entry, Fact, Head

    Definition = Process | ResourceType | Campaign | Agent | Category

D = TypeVar("D", "Process", "ResourceType", "Campaign", "Agent", "Category")


class NotChanged(Exception):
    """A conditional write was refused; `stored` is the link as it stood then, None where there is none."""

    def __init__(self, stored: Link | None) -> None:
        super().__init__("the condition did not hold")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Body:
    """Data that belongs to a link but does not fit into its item: prefilled data, a draft, a submission.

    `content` came from JSON and goes back to it.
    """

    name: str
    content: Mapping[str, object] = field(repr=False)


DRAFT = "draft"
"""Name of a transaction's draft, the one body that is written over."""


@dataclass(frozen=True, slots=True)
class Page:
    """Links of a list, newest first; `cursor` continues it and is None at its end."""

    links: tuple[Link, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class SecretProof:
    """Opens a link that asks for no code: the hash of one of its secrets."""

    secret_hash: str


@dataclass(frozen=True, slots=True)
class CodeProof:
    """Opens a link that asks for a code: the browser's challenge and the claim of the try that was right."""

    browser: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkList:
    """A list of a tenant's links: of one resource, recipient or campaign, or of all; newest first."""

    tenant: str
    since: datetime
    """When the oldest of them was made at the earliest."""
    until: datetime
    """Before which the newest was made."""
    resource: tuple[str, str] | None = None
    """Resource type and uid."""
    recipient: str | None = None
    """An address as links keep it."""
    campaign: str | None = None


Position = tuple[int, Mapping[str, tuple[str, str, int]]]
"""Where a page ended: JSON of the store's own."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some of a list's links; `following` continues it, and is None at its end. May be short, or empty, before that."""

    links: tuple[Link, ...]
    following: Position | None


class LinkLists(Protocol):
    """Lists of links. All methods raise Unavailable when the table cannot be reached."""

    def page(self, which: LinkList, position: Position | None, limit: int) -> ListPage:
        """At most `limit` (100) links. Raises ValueError for a position that is none of this list's."""

    def bodies(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """The contents of bodies, by `master_rid` and name; those that are gone are left out."""


class TimelineStore(Protocol):
    """What happened to links. All methods raise Unavailable when the table cannot be reached."""

    def append(self, rid: str, facts: Sequence[Fact], ttl: datetime) -> list[tuple[Entry, bool]]:
        """The entry of each fact, and whether it is new; a fact that is on record already is not written again."""

    def read(self, rid: str) -> tuple[Sequence[Entry], Head]:
        """Every entry in order, and what the newest is said to be; strongly consistent."""

    def keep(self, rid: str, ttl: datetime) -> None:
        """Let what belongs to the link live as long as it."""


class Administration(Protocol):
    """What a link's owner changes about it. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def extend(self, link: Link, expires_at: datetime, ttl: datetime, by: str, now: datetime) -> Link:
        """Let it live until `expires_at`, and its bodies be kept until `ttl`; returns the link.

        Only if it is not submitted, revoked, locked, renewed or erased, and would end sooner. A repeat is success.
        """

    def erase(self, link: Link, by: str, now: datetime) -> int:
        """Take its recipient out of it and its bodies away, and revoke it unless it is submitted.

        Returns how many bodies went. Erasing again takes away what came in meanwhile.
        """

    def settle_erased(self, link: Link) -> None:
        """Take away what was written about an erased link while it was erased."""

    def list_by_phone(self, link: Link) -> None:
        """Let a link be found by its recipient's phone too, where its list names the e-mail address."""

    def contacts_at(self, tenant: str, address: str) -> Sequence[int]:
        """The ids of contacts with this address, as links keep it; eventually consistent."""


class LinkStore(Protocol):
    """Links and what belongs to them. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        """Write new links that share one transaction, main link first, all or none; the body first of all.

        NotChanged carries the link that holds the main link's rid already. A repeat of one's own write (same `claim`)
        is success.
        """

    def get(self, rid: str) -> Link | None:
        """Strongly consistent."""

    def body(self, master_rid: str, name: str) -> Mapping[str, object] | None:
        """The content of a body, strongly consistent."""

    def open(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> Link:
        """Count a view and begin `visit`; returns the changed link.

        Only if the proof is this link's, it is not closed at `now`, has views left and fewer than four visits.
        `forget` ends that visit in the same write. A repeat of the same visit is success.
        """

    def submit(self, links: Sequence[Link], visit: str, body: Body, claim: str, now: datetime) -> None:
        """Record the one submission of a transaction on all its `links`, the visited one first; the body first of all.

        Only if none is submitted, and the first one is not revoked, locked, expired or replaced and its visit within
        its grace; the visit is renewed, so that the receipt can be shown. A repeat with the same claim is success.
        """

    def revoke(self, tenant: str, rid: str, by: str, now: datetime) -> Link:
        """Revoke a link of this tenant; returns it. Revoking twice keeps the first revocation."""

    def list_by_resource(self, tenant: str, resource_type: str, uid: str, cursor: str | None, limit: int) -> Page:
        """One Query for keys and one BatchGetItem for the links."""


@dataclass(frozen=True, slots=True)
class Start:
    """A message of a link that exists, about to be sent."""

    delivery: Delivery
    """As it is to stand: being sent, under its lease."""
    seen: Delivery | None
    """As it must still stand; None where the channel has had none."""
    secret_hash: str
    way: str
    forget: tuple[str, ...] = ()
    """Hashes of secrets that end with this message."""
    resends: int | None = None
    """Counts as the resend of this number, the first being 1."""
    reminded: int | None = None
    """How many reminders are done with, this one included."""


class DeliveryStore(Protocol):
    """What becomes of a link's messages. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def begin(self, rid: str, start: Start, now: datetime) -> Link:
        """Lease a delivery and add the secret that its message carries; returns the link.

        Only if the delivery is as seen, under no lease that still runs, the link not closed, and nobody else counted
        the same resend or reminder. A repeat of one's own write is success.
        """

    def record(self, rid: str, deliveries: Sequence[Delivery]) -> None:
        """Write the outcome of attempts, only if each channel's stored attempt is still that one and being sent."""

    def end(self, rid: str, seen: Delivery, ended: Delivery, now: datetime) -> None:
        """Give a delivery up, only if it is as seen and due."""

    def report(self, rid: str, report: Report, now: datetime) -> Link:
        """Join a provider's report into the delivery it is about; returns the link.

        Only if it is news (`reports.outranked`) about the newest message of the channel, by its attempt or by its
        message id, and contradicts no message id on record.
        """

    def rid_of_message(self, message_id: str) -> str | None:
        """The link whose newest SMS has this id; may not know one recorded a moment ago."""


class SuppressionStore(Protocol):
    """Addresses that a tenant sends nothing to. All methods raise Unavailable when the table cannot be reached."""

    def among(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Those of the addresses that are suppressed, each with its reason code; one read, eventually consistent."""

    def add(self, tenant: str, address: str, reason: str, now: datetime) -> None:
        """The first reason stays."""


class SmsBudget(Protocol):
    """How many SMS a tenant has left for the day."""

    def take(self, tenant: str, limit: int, now: datetime) -> bool:
        """Count one, exactly under any concurrency; False where `limit` are counted already. Raises Unavailable."""


class DeliveryQueue(Protocol):
    """What the delivery worker does later."""

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        """Each is handed on at its `not_before` or somewhat earlier, at least once. Raises Unavailable."""


class ReminderSchedule(Protocol):
    """Waits of days."""

    def add(self, name: str, task: Task) -> None:
        """Put the task on the delivery queue at its `not_before`, once per name. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Event:
    """What others may want to know; `id` is the same whenever the same event is told again."""

    id: str
    kind: str
    detail: Mapping[str, object]
    at: datetime


class EventBus(Protocol):
    """Where events leave."""

    def publish(self, events: Sequence[Event]) -> None:
        """At least once each. Raises Unavailable."""


class CodeStore(Protocol):
    """One-time codes of links. Every change is one conditional write; a refused one raises NotChanged.

    `browser` is the hash of the cookie that binds a challenge to a browser. All methods raise Unavailable when the
    table cannot be reached.
    """

    def begin(
        self, rid: str, secret_hash: str | None, browser: str, challenge: Challenge, *, forget: str | None = None
    ) -> Link:
        """Count a code about to be sent and keep its challenge in place of the browser's earlier one.

        Only if the link asks for a code, is not closed, has codes left for the hour and for its life; if the browser's
        earlier challenge has sent one code less than this and lets it ask again, or if there is none, the secret is
        this link's and there is room. `forget` gives that challenge up in the same write. The moment is
        `challenge.begun_at`. A repeat with the same claim is success.
        """

    def spend_try(self, rid: str, browser: str, code: str, claim: str, now: datetime) -> Link:
        """Spend a try at the browser's code, take the code away if `code` (keyed) is right, and record which it was.

        Only if the challenge lives, it and the link have tries left, and the link is not closed. A repeat with the
        same claim is success. Exact under any concurrency, since nothing is compared before it is paid for.
        """

    def lock(self, rid: str, now: datetime) -> None:
        """Close a link whose tries are all spent; locking twice keeps the first moment."""


class VisitStore(Protocol):
    """What else a recipient's browser changes. As CodeStore."""

    def save_draft(self, link: Link, visit: str, content: Mapping[str, object], now: datetime) -> None:
        """Keep what was filled in so far, in place of an earlier draft of the transaction, and renew the visit.

        Only if the link is not submitted, revoked, locked, expired or replaced, and the visit within its grace.
        """

    def renew(self, old: Link, secret_hash: str, new: Link, now: datetime) -> None:
        """Write `new` in place of `old`, all or none, and let the transaction's bodies live as long as it.

        Only if the secret is the old one's, which is expired, used up or out of codes, and neither submitted, revoked,
        locked nor replaced yet. A repeat of one's own write is success.
        """

    def give_grant(self, rid: str, visit: str, grant: Grant, now: datetime) -> None:
        """Keep the one grant of a link; only if it is not revoked or expired and the visit is valid."""

    def take_grant(self, tenant: str, rid: str, secret_hash: str, claim: str, now: datetime) -> Link:
        """Use a grant up; returns the link.

        Only if it is this tenant's link, neither revoked nor expired, and the grant is live and unused. A repeat with
        the same claim is success.
        """


class TenantStore(Protocol):
    """Who may call and what their links can be about; read through a cache of 60 s, contacts excepted."""

    def credential(self, hash_: str) -> Credential | None: ...

    def tenant(self, tenant: str) -> Tenant | None: ...

    def definition(self, kind: type[D], tenant: str, name: str) -> D | None:
        """A process, resource type, campaign, agent or category by the name callers send."""

    def contact(self, tenant: str, contact_id: int) -> Contact | None: ...

    def put_contact(self, tenant: str, contact: Contact) -> None: ...

    def delete_contact(self, tenant: str, contact_id: int) -> None:
        """Deleting one that is not there is no failure."""

    def next_number(self, tenant: str) -> int:
        """A small positive integer, unique per tenant; numbers are leased in blocks, so some are never used."""


@dataclass(frozen=True, slots=True)
class LinkNotice:
    """A message that brings a link to its recipient. `url` is a secret: never logged, never kept."""

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
    name: str | None = None
    """The recipient's name."""
    title: str | None = None
    """What it is about: the process's or campaign's title."""
    occasion: Occasion = Occasion.FIRST
    unsubscribe: str | None = None
    """Where a recipient of surveys can opt out: a mailto: or https: address for the List-Unsubscribe header."""


@dataclass(frozen=True, slots=True)
class CodeNotice:
    """A message with a one-time code. `code` is a secret: never logged, never kept."""

    channel: Channel
    tenant: Tenant
    to: str
    code: str = field(repr=False)
    rid: str
    locale: str
    host: str
    """The portal's host name, for browsers that fill in codes."""
    life: timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one provider call: SENT with a message id, else REFUSED, DELAYED or UNKNOWN with a reason code."""

    state: DeliveryState
    message_id: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state not in {DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.DELAYED, DeliveryState.UNKNOWN}:
            raise ValueError(self.state)


class Sender(Protocol):
    """One channel's provider: a single attempt a call, never retried by itself; provider faults are outcomes."""

    @property
    def timeout(self) -> timedelta:
        """The longest a call can take."""

    def send_link(self, notice: LinkNotice) -> Outcome: ...

    def send_code(self, notice: CodeNotice) -> Outcome: ...


class CreateLimits(Protocol):
    """How many links a tenant may make; counted per execution environment."""

    def take(self, tenant: Tenant, now: datetime) -> None:
        """Raises Throttled when the tenant's minute is used up."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What every use case is given."""

    links: LinkStore
    lists: LinkLists
    administration: Administration
    timeline: TimelineStore
    deliveries: DeliveryStore
    suppressions: SuppressionStore
    sms_budget: SmsBudget
    queue: DeliveryQueue
    schedule: ReminderSchedule
    events: EventBus
    codes: CodeStore
    visits: VisitStore
    tenants: TenantStore
    senders: Mapping[Channel, Sender]
    limits: CreateLimits
    now: Callable[[], datetime]
    """Aware UTC, whole milliseconds."""
    random: Callable[[int], bytes]
    """Cryptographically secure bytes."""
    portal: str | None
    """Base address of links where the tenant has none of its own; None: the domain that served the request."""
    cors_origins: frozenset[str] = frozenset()
    """Origins whose browser pages may call the API."""
