"""Ports for people who work with links: the people, where they sign in, their sessions, and the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from linkgate.model.person import JournalEntry, Person, Session, SignIn
    from linkgate.model.proposal import Proposal
    from linkgate.model.tenant import Campaign, Credential, Process, Tenant
    from linkgate.model.webhook import Webhook


class SignIns(Protocol):
    """Identity providers. All methods raise Unavailable if the table cannot be reached."""

    def all(self) -> Sequence[SignIn]:
        """Return every provider of the stack, by id."""

    def get(self, id_: str) -> SignIn | None:
        """Return a provider."""

    def add(self, sign_in: SignIn) -> bool:
        """Add a provider, which only operators do. Returns False if its id is taken."""

    def remove(self, id_: str) -> None:
        """Remove a provider, which only operators do."""


class SigningStore(Protocol):
    """Ways back from a provider that were used, by the hash of their state."""

    def spend(self, state_hash: str, now: datetime) -> bool:
        """Use a way back, once only. False if it has been used. Raises Unavailable."""


class SessionStore(Protocol):
    """Sessions by the hash of their secret. All methods raise Unavailable."""

    def begin(self, session: Session) -> None:
        """Add a session."""

    def find(self, session_hash: str, tenant: str, person: str) -> tuple[Session, Person] | None:
        """Read a session and its person in one strongly consistent call. None unless both are there and match."""

    def seen(self, session: Session, now: datetime) -> None:
        """Note that a session is in use, only if it has not ended in the meantime."""

    def end(self, session_hash: str) -> None:
        """End a session. One that has ended stays so."""


class Searches(Protocol):
    """Latest searches of each person, so that no address of a page holds what was searched for."""

    def add(self, tenant: str, person: str, text: str, now: datetime) -> str:
        """Keep a search for a day's work, and return its number. The ten latest are kept. Raises Unavailable."""

    def latest(self, tenant: str, person: str, now: datetime) -> Mapping[str, str]:
        """Return the text of each search that is kept by its number, the newest first. Raises Unavailable."""


class Readings(Protocol):
    """Pages of links that each person opened lately."""

    def add(self, tenant: str, person: str, now: datetime, within: timedelta) -> int:
        """Note that a person opens a page, and return how many it were in the time before. Raises Unavailable."""


class PeopleStore(Protocol):
    """People of every tenant. All methods raise Unavailable.

    A change and its `entry` of the journal are one write. An operator's change has none.
    """

    def add(self, person: Person) -> bool:
        """Add a person, only if their tenant has nobody of the same subject. Otherwise returns False."""

    def of_subject(self, tenant: str, subject: str) -> Person | None:
        """Return the person whom a provider knows by the subject, strongly consistent."""

    def signed_in(self, person: Person, now: datetime) -> Person | None:
        """Note that a person signed in, and what the provider says of them. None if they were ended in the meantime."""

    def get(self, tenant: str, person: str) -> Person | None:
        """Return a person, strongly consistent."""

    def of(self, tenant: str) -> Iterable[Person]:
        """Yield everybody of a tenant, also those who were ended."""

    def set_roles(self, person: Person, roles: frozenset[str], entry: JournalEntry | None = None) -> bool:
        """Change the roles of a person who has not been ended and whose roles are still `person.roles`."""

    def end(self, person: Person, now: datetime, entry: JournalEntry | None = None) -> bool:
        """End a person. Returns False if they have been ended before."""


class WebhookSettings(Protocol):
    """Webhooks as people change them. Every change is one conditional write that states its condition.

    A change and its `entry` of the journal are one write. An operator's change has none. Changes return the webhook as
    it is then, or None if it is gone or was changed in the meantime. All methods raise Unavailable if the table cannot
    be reached.
    """

    def get(self, tenant: str, webhook: str) -> Webhook | None:
        """Read a webhook, strongly consistent."""

    def listed(self, tenant: str) -> Sequence[Webhook]:
        """Return all webhooks of a tenant as they are now, in the order in which they were made."""

    def any(self) -> bool:
        """Return whether any tenant of the stack has a webhook, strongly consistent."""

    def add(self, webhook: Webhook, entry: JournalEntry | None = None) -> None:
        """Add a webhook. Its id is new."""

    def change(
        self, webhook: Webhook, url: str, events: frozenset[str], entry: JournalEntry | None = None
    ) -> Webhook | None:
        """Change the URL and event types, if they are still those of `webhook`.

        Failures at an old URL are forgotten with it.
        """

    def enable(self, webhook: Webhook, entry: JournalEntry | None = None) -> Webhook | None:
        """Enable a disabled webhook, and forget why it was disabled."""

    def disable_by_operator(self, webhook: Webhook, now: datetime, entry: JournalEntry | None = None) -> Webhook | None:
        """Disable an enabled webhook."""

    def rotate(
        self, webhook: Webhook, now: datetime, overlap: timedelta, entry: JournalEntry | None = None
    ) -> Webhook | None:
        """Add a new signing secret. The earlier ones also sign, for no longer than `overlap` from now."""


class Keys(Protocol):
    """Keys of callers. Every change is one conditional write, together with its `entry` of the journal if it has one.

    All methods raise Unavailable.
    """

    def of(self, tenant: str) -> Sequence[Credential]:
        """Return every key of a tenant, also those that ended."""

    def get(self, tenant: str, id_: str) -> Credential | None:
        """Return a key by its public id, strongly consistent."""

    def add(self, credential: Credential, entry: JournalEntry | None = None) -> bool:
        """Add a key. Returns False if the key itself is in use already."""

    def replace(self, old: Credential, fresh: Credential, until: datetime, entry: JournalEntry | None = None) -> bool:
        """Add a key and let the old one end, if that is as it was read. Otherwise returns False."""

    def end(self, credential: Credential, at: datetime, entry: JournalEntry | None = None) -> bool:
        """End a key. Returns False if it ends by then anyway."""


@dataclass(frozen=True, slots=True)
class KeptBrand:
    """A tenant as it is now, and who changed its brand at the console last, if it was changed there."""

    tenant: Tenant
    by: str | None = None
    at: datetime | None = None


class Brands(Protocol):
    """Fields by which recipients know a tenant. All methods raise Unavailable."""

    def get(self, tenant: str) -> KeptBrand | None:
        """Return a tenant as it is now."""

    def put(self, known: Tenant, changed: Mapping[str, str | None], entry: JournalEntry) -> bool:
        """Replace fields of the brand together with the journal's entry. None removes one.

        Only if all fields of the brand are still those of `known`. Otherwise returns False.
        """


class Wording(Protocol):
    """A tenant's own wording of messages. All methods raise Unavailable."""

    def tenant(self, tenant: str) -> Tenant | None:
        """Return a tenant as it is now."""

    def put(self, known: Tenant, texts: Mapping[str, str], entry: JournalEntry) -> bool:
        """Replace the wording together with the journal's entry, if it is still that of `known`.

        Otherwise returns False.
        """


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A definition with a form, and who changed it at the console last, if it was changed there."""

    definition: Process | Campaign
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FormDraftKept:
    """A form that is not live yet. `base` is the version that was live when it was begun."""

    schema: Mapping[str, object]
    base: str
    version: str
    by: str
    at: datetime
    sound: bool
    """True if it has no faults, so that it can be tried."""


class Forms(Protocol):
    """Forms of processes and campaigns as people change them. All methods raise Unavailable."""

    def get(self, kind: type[Process | Campaign], tenant: str, id_: str) -> KeptForm | None:
        """Return a definition as it is now."""

    def put(self, tenant: str, definition: Process | Campaign, seen: str, entry: JournalEntry, draft: str = "") -> bool:
        """Write a definition and its version together with the journal's entry, if the present version is `seen`.

        Otherwise returns False. An empty `seen` stands for one that was stored before there were versions. `draft` is
        the version of the draft that goes live, which is none any more then.
        """

    def versions(self, kind: type[Process | Campaign], tenant: str, id_: str) -> Sequence[KeptForm]:
        """Return every version that is or was live, the newest first."""

    def draft(self, kind: type[Process | Campaign], tenant: str, id_: str) -> FormDraftKept | None:
        """Return the draft of a form as it is now."""

    def trial(self, kind: type[Process | Campaign], tenant: str, id_: str) -> str | None:
        """Return the version by which test links name the draft, None if there is none or it has faults."""

    def keep_draft(
        self, tenant: str, definition: Process | Campaign, seen: str, draft: FormDraftKept, entry: JournalEntry
    ) -> bool:
        """Keep a draft together with the journal's entry, if the present draft is `seen`, empty for none.

        Otherwise returns False. `definition` is the one with the draft, which test links can name if it is sound.
        """

    def drop_draft(self, tenant: str, kind: type[Process | Campaign], id_: str, seen: str, entry: JournalEntry) -> bool:
        """Forget a draft together with the journal's entry, if it is still `seen`. Otherwise returns False."""


class Proposals(Protocol):
    """Acts that wait for a second person. All methods raise Unavailable.

    What happens to one and its `entry` of the journal are one write.
    """

    def add(self, proposal: Proposal, entry: JournalEntry | None = None) -> None:
        """Add a proposal."""

    def of(self, tenant: str, now: datetime) -> Sequence[Proposal]:
        """Return the proposals of a tenant that can still be approved, the oldest first."""

    def approve(self, tenant: str, id_: str, person: str, now: datetime, entry: JournalEntry | None = None) -> bool:
        """Note who approves a proposal.

        Only if somebody else made it less than its life ago, and nobody else approved it. Otherwise returns False.
        """

    def close(self, tenant: str, id_: str, entry: JournalEntry | None = None) -> bool:
        """Delete a proposal. Returns False if it was gone."""


class Journal(Protocol):
    """Record of who did or read what. All methods raise Unavailable."""

    def add(self, tenant: str, act: JournalEntry) -> None:
        """Add an entry."""

    def of(self, tenant: str, before: datetime, limit: int) -> Sequence[JournalEntry]:
        """Return the newest entries of the month in which the millisecond before a moment is, newest first."""


class IdentityProviders(Protocol):
    """Calls to identity providers."""

    def claims(self, sign_in: SignIn, code: str, verifier: str, back: str, now: datetime) -> Mapping[str, object]:
        """Exchange a code for the claims of the person's token, whose signature, issuer, audience and times are right.

        `back` is the address to which the person came back. Raises SignInRefused, or Unavailable if the provider
        cannot be reached.
        """


class StaffPorts(Protocol):
    """Ports that only the console needs. Each part is made on its first use."""

    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def signings(self) -> SigningStore: ...
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def searches(self) -> Searches: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def people(self) -> PeopleStore: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def brands(self) -> Brands: ...
    @property
    def forms(self) -> Forms: ...
    @property
    def wording(self) -> Wording: ...
    @property
    def webhooks(self) -> WebhookSettings: ...
    @property
    def providers(self) -> IdentityProviders: ...
