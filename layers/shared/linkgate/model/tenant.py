"""Tenants, their credentials, and the things their links can be about."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.model.policy import TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.hours import Hours
    from linkgate.model.policy import Tier

SCOPE_CREATE = "links:create"
SCOPE_READ = "links:read"
SCOPE_WRITE = "links:write"
SCOPE_RESULTS = "results:read"
SCOPE_DESKS = "desks:write"
SCOPE_FILES_READ = "files:read"
SCOPE_FILES_WRITE = "files:write"


FIND_ACCOUNT = "account"
FIND_CONTACT = "contact"
FIND_NAME = "name"
FINDERS = frozenset({FIND_ACCOUNT, FIND_CONTACT, FIND_NAME})
"""Ways to find a link that cost an entry of an index each."""

EVERY_COUNTRY = "*"
REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that identifies a caller. The key itself is not kept."""

    hash: str
    """`tokens.credential_hash` of the key."""
    id: str
    """Public id, 32 hex digits."""
    tenant: str
    dialect: str
    salt: bytes = field(repr=False)
    """256 random bits for `tokens.Derivation`. Never returned."""
    scopes: frozenset[str] = frozenset({SCOPE_CREATE})
    expires_at: datetime | None = None
    created_at: datetime | None = None
    replaced_by: str | None = None
    """Id of the key that replaced this one in a rotation."""
    test: bool = False
    """True if the links that it makes are test links, and it reaches no others."""
    name: str | None = None
    """Name by which people know it, such as `CRM`."""

    def has_ended(self, now: datetime) -> bool:
        """Return whether callers with the key are refused."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation's unit with its own links, keys and settings."""

    id: str
    """32 lower-case hex digits (a Guid's N form)."""
    name: str
    """Name that recipients see."""
    customer_names: frozenset[str] = frozenset()
    """Names by which callers know the tenant, if their format sends one (`customerId`)."""
    locale: str = "en"
    region: str = "US"
    """ISO 3166 country whose national phone numbers callers may use."""
    time_zone: str | None = None
    """IANA name of the zone in which messages tell deadlines, unless the contact has one."""
    asserts_sms_consent: bool = False
    """Callers vouch that the owner of a raw phone number consented to SMS."""
    portal: str | None = None
    """Base URL on the tenant's own domain, such as `https://links.example.com`."""
    mail_from: str | None = None
    reply_to: str | None = None
    sms_sender: str | None = None
    sms_countries: frozenset[str] = frozenset()
    """ISO 3166 countries that the tenant sends SMS to. Empty means `region` only; `*` means no limit."""
    sms_per_day: int = 1000
    """Limit of SMS per day (UTC), codes included. Further ones are refused, so that fraud costs no more than that."""
    emails_per_day: int = 50_000
    """Limit of e-mails per day (UTC), codes included. Further ones are refused, so that a stolen key sends no more."""
    messages_per_recipient: int = 50
    """Limit of messages per day (UTC) and channel to one address, codes included. Further ones are refused."""
    sms_fallback: bool = False
    """Sends an SMS if an e-mail cannot be delivered and the recipient consented to SMS."""
    survey_pause_days: int = 0
    """Days after a survey in which the same address gets no further one. 0 means no pause."""
    unsubscribe: str | None = None
    """Mailbox (`mailto:`) that mail programs may also write to if a recipient wants no surveys. It is yours to read."""
    colour: str | None = None
    """Colour of buttons and headings, as `#rrggbb`."""
    website: str | None = None
    """Address (https) of the tenant's website. Pages and messages show it, so that recipients can check who writes."""
    support_phone: str | None = None
    """Phone number at which recipients get help, as they should read it, such as `+44 20 7946 0000`."""
    support_email: str | None = None
    support_url: str | None = None
    """Address (https) of a page with help."""
    privacy_url: str | None = None
    """Address (https) of the privacy notice. Forms that ask for personal data should have one."""
    terms_url: str | None = None
    disowned: str = "report"
    """Consequence if a link's holder says that it is not for them: `report` it, or also `revoke` the link."""
    logo: str | None = None
    """Address (https) of the logo for a light background."""
    frame_origins: frozenset[str] = frozenset()
    """Origins whose pages may frame the recipient's pages, such as `https://www.example.com`."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The tenant's own wording of messages, by text key."""
    agent_group: str | None = None
    """Agent group of a form's link if the caller sends none (`source`)."""
    default_category: str | None = None
    """Category of sessions whose caller names neither a category nor a user."""
    desk_tier: str = "standard"
    """Tier of the links to agents' desks. `confidential` asks for a code by e-mail."""
    retention_days: int = 30
    """Number of days for which links are kept after they expire."""
    finders: frozenset[str] = frozenset({FIND_ACCOUNT})
    """Ways to find a link beside its address and reference: `account` (account number), `contact` (contact's number)
    and `name`. Each costs two write units a link; they count for links that are made from now on.
    """
    four_eyes: frozenset[str] | None = None
    """Acts at the console that need two people: `replace` (another address for a link with a code), `erase`, `export`
    (files of more than 1,000 rows), `people` and `keys` (new ones). None means `replace` and `erase`, once somebody
    else may approve them.
    """
    document_days: int = 365
    """Days for which a resource and its files are kept if their caller names no number."""
    creates_per_minute: int = 600
    """Limit per execution environment, so it is approximate."""
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    """The tenant's own tiers by name. They win over the built-in ones."""

    def tier(self, name: str) -> Tier:
        """Return the tier of that name, or the strictest built-in one if it is unknown: a typo opens nothing."""
        return self.tiers.get(name) or TIERS.get(name) or TIERS["restricted"]


ReceiptAccess = Literal["none", "link", "code"]


@dataclass(frozen=True, slots=True)
class Process:
    """A digital process: a form that a customer fills in once.

    The pointers are JSON Pointers (RFC 6901) into the prefilled model.
    """

    id: str
    title: str
    tier: str = "standard"
    channels: tuple[Channel, ...] = (Channel.EMAIL, Channel.SMS)
    """Channels that a link goes out over if its caller has it sent."""
    email_pointer: str = "/metadata/email"
    phone_pointer: str = "/metadata/phone"
    name_pointer: str = "/metadata/name"
    schema: Mapping[str, object] = field(default_factory=dict)
    """JSON Schema (draft 2020-12) of the submission."""
    submitters: frozenset[str] | None = None
    """Co-browsing roles that may send the form, or None if all may. `""` is the main link."""
    roles: tuple[str, ...] = ()
    """Co-browsing roles that callers may ask for. Empty means any, but then the form and `submitters` name no role."""
    locale: str | None = None
    minutes: int | None = None
    """Minutes that filling it in takes, as its landing page tells."""
    reminders: tuple[timedelta, ...] = ()
    """Times of reminders to recipients who were sent the link, counted from its creation."""
    next_text: str | None = None
    """Text about what happens next, on the page after sending."""
    next_url: str | None = None
    """Address (https) to which the page after sending leads whoever follows its link. Nobody is sent there unasked."""
    next_label: str | None = None
    """Text of that link."""
    receipt_message: bool = False
    """Sends a message to the address on file when the form was sent."""
    receipt_answers: bool = False
    """Puts the answers into that message if it is an e-mail and the link asks for no code."""
    receipt_access: ReceiptAccess = "code"
    """Way to read again what was sent: with a `code` that goes to the channel on file, with the `link` alone, or
    `none`. A link that asks for a code always needs one. It counts as it was when the form was sent.
    """
    version: str | None = None
    """Version, set by the store: a digest of all other fields. None if it was stored before there were versions."""


Documents = Literal["none", "later", "required"]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource that callers give access to."""

    id: str
    title: str
    tier: str = "restricted"
    url: str | None = None
    """The tenant's own page for the resource. `{uid}` stands for the resource's uid."""
    documents: Documents = "none"
    """`none`: links promise no document. `later`: messages wait until a document is there. `required`: no link is made
    before. With the last two, a document that is given out is a view, and not an open.
    """
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles in other languages than `title`, by language, such as `es`."""
    version: str | None = None
    """Version, set by the store: a digest of all other fields. None if it was stored before there were versions."""

    def title_in(self, locale: str) -> str:
        """Return the title for readers of this language."""
        return self.titles.get(locale) or self.titles.get(locale.partition("-")[0]) or self.title


@dataclass(frozen=True, slots=True)
class Campaign:
    """A survey campaign."""

    id: str
    """Name that callers send."""
    title: str
    tier: str = "standard"
    schema: Mapping[str, object] = field(default_factory=dict)
    locale: str | None = None
    reminders: tuple[timedelta, ...] = ()
    """Times of reminders to recipients who were sent the link, counted from its creation."""
    next_url: str | None = None
    """Address (https) to which the page after sending leads whoever follows its link. Nobody is sent there unasked."""
    next_label: str | None = None
    """Text of that link."""
    version: str | None = None
    """Version, set by the store: a digest of all other fields. None if it was stored before there were versions."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers customers, and to whom survey results are assigned. `id` is the name that callers send."""

    id: str
    name: str = ""
    """Name that colleagues see. Empty means the id."""
    email: str | None = None
    """Address to which the link to the agent's desk is sent."""
    locale: str | None = None
    queues: frozenset[str] = frozenset()
    """Categories and user codes that the agent answers."""
    person: str | None = None
    """Id of the person at the console who opens this desk there (`linkgate person list`)."""

    @property
    def title(self) -> str:
        """Name that the agent's own page and messages show."""
        return self.name or self.id


PATIENCE = timedelta(seconds=120)
"""Time after which a call that nobody takes counts as missed, unless its category says otherwise."""

LONGEST_PATIENCE = timedelta(hours=1)


class Media(StrEnum):
    """Widest means of a call. Each includes those after it."""

    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Category:
    """Destination of a session: a queue of agents, or one agent (a user code)."""

    id: str
    title: str
    tier: str = "standard"
    locale: str | None = None
    hours: Hours | None = None
    """Opening hours, which a session's page shows."""
    callbacks: bool = True
    """True if customers who meet nobody may ask to be called back."""
    patience: timedelta = PATIENCE
    """Time after which a call that nobody takes counts as missed if an agent is free."""
    media: Media = Media.VIDEO
    """Means of its calls: `video`, `audio` or `text`. All include writing."""
    relay: bool = False
    """True if picture and sound always go over a relay, so that neither side learns the other's IP address."""
    version: str | None = None
    """Version, set by the store: a digest of all other fields. None if it was stored before there were versions."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person the tenant has on file. SMS consent covers this `phone` only."""

    id: int
    name: str
    contact_type: str = "Customer"
    email: str | None = None
    phone: str | None = None
    sms_consent: bool = False
    locale: str | None = None
    time_zone: str | None = None
    """IANA name of the zone in which the person's messages tell deadlines."""
    account_number: str | None = None
