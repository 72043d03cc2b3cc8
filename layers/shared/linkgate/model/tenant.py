"""Tenants, their credentials, and what their links can be about."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.model.policy import TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from linkgate.model.policy import Tier

SCOPE_CREATE = "links:create"
SCOPE_READ = "links:read"
SCOPE_WRITE = "links:write"
SCOPE_RESULTS = "results:read"


EVERY_COUNTRY = "*"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key by which a caller is known; the key itself is not kept."""

    hash: str
    """`tokens.credential_hash` of the key."""
    id: str
    """32 hex digits, public."""
    tenant: str
    dialect: str
    salt: bytes = field(repr=False)
    """256 random bits for `tokens.Derivation`; never returned."""
    scopes: frozenset[str] = frozenset({SCOPE_CREATE})
    expires_at: datetime | None = None
    created_at: datetime | None = None
    replaced_by: str | None = None
    """The id of the key that a rotation made in its place."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation's unit with its own links, keys and settings."""

    id: str
    """32 lower-case hex digits (a Guid's N form)."""
    name: str
    """As recipients see it."""
    customer_names: frozenset[str] = frozenset()
    """Names by which callers know it (EasySend's customerId)."""
    locale: str = "en"
    region: str = "US"
    """ISO 3166 country whose national phone numbers callers may use."""
    asserts_sms_consent: bool = False
    """Its callers vouch that a raw phone number consented to SMS."""
    portal: str | None = None
    """Base address of its own domain, such as `https://links.example.com`."""
    mail_from: str | None = None
    reply_to: str | None = None
    sms_sender: str | None = None
    sms_countries: frozenset[str] = frozenset()
    """ISO 3166 countries it sends SMS to; none named: that of `region` only; `*`: no limit."""
    sms_per_day: int = 1000
    """SMS, codes included, in a day (UTC); what is asked for beyond it is refused, so that fraud costs that at most."""
    sms_fallback: bool = False
    """Where an e-mail cannot be delivered, an SMS goes instead to those who consented to it."""
    unsubscribe: str | None = None
    """Where recipients of surveys decline further ones: a `mailto:` or `https:` address."""
    colour: str | None = None
    """`#rrggbb` for buttons and headings."""
    logo: str | None = None
    """Address (https) of its picture on a light ground."""
    frame_origins: frozenset[str] = frozenset()
    """Origins of its own site whose pages may frame the recipient's, such as `https://www.example.com`."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Its own wording of messages, by text key."""
    agent_group: str | None = None
    """EasySend's fallback for `source`."""
    default_category: str | None = None
    """Where Ocular sessions go that name neither category nor user."""
    retention_days: int = 30
    """Kept after expiry."""
    creates_per_minute: int = 600
    """Per execution environment, so approximate."""
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    """Its own tiers, by name; they win over the built-in ones."""

    def tier(self, name: str) -> Tier:
        """The tier of that name; an unknown name is the strictest built-in one, so that a typo opens nothing."""
        return self.tiers.get(name) or TIERS.get(name) or TIERS["restricted"]


@dataclass(frozen=True, slots=True)
class Process:
    """An EasySend digital process: a form that a customer fills in once.

    The pointers are JSON Pointers (RFC 6901) into the prefilled model.
    """

    id: str
    title: str
    tier: str = "standard"
    channels: tuple[Channel, ...] = (Channel.EMAIL, Channel.SMS)
    """What `send-link` notifies over."""
    email_pointer: str = "/metadata/email"
    phone_pointer: str = "/metadata/phone"
    name_pointer: str = "/metadata/name"
    schema: Mapping[str, object] = field(default_factory=dict)
    """JSON Schema (draft 2020-12) of what is submitted."""
    locale: str | None = None
    reminders: tuple[timedelta, ...] = ()
    """When recipients who were sent the link are reminded of it, counted from its making."""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of thing Trendsic callers give access to."""

    id: str
    title: str
    tier: str = "restricted"
    url: str | None = None
    """The tenant's own page for it; with `{uid}` where the resource's uid goes."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A DigiDesk survey campaign."""

    id: str
    """Its name, as callers send it."""
    title: str
    tier: str = "standard"
    schema: Mapping[str, object] = field(default_factory=dict)
    locale: str | None = None
    reminders: tuple[timedelta, ...] = ()
    """When recipients who were sent the link are reminded of it, counted from its making."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person a survey result is assigned to; `id` is the name callers send."""

    id: str


@dataclass(frozen=True, slots=True)
class Category:
    """Where an Ocular session leads: a queue of agents, or one agent (a user code)."""

    id: str
    title: str
    tier: str = "standard"
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person the tenant has on file; SMS consent is for this `phone` only."""

    id: int
    name: str
    contact_type: str = "Customer"
    email: str | None = None
    phone: str | None = None
    sms_consent: bool = False
    locale: str | None = None
    account_number: str | None = None
