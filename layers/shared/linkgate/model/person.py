"""People who work with links, where they sign in, and what their roles let them do."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import SCOPE_READ, SCOPE_RESULTS, SCOPE_WRITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from linkgate.model.tenant import Tenant

SCOPE_REPLACE = "links:replace"
SCOPE_ERASE = "people:erase"
SCOPE_SETUP = "setup:write"
SCOPE_STAFF = "staff:write"
SCOPE_JOURNAL = "journal:read"
SCOPE_DESK = "desk:answer"

ROLES: Mapping[str, frozenset[str]] = {
    "support": frozenset({SCOPE_READ, SCOPE_WRITE, SCOPE_REPLACE}),
    "results": frozenset({SCOPE_RESULTS}),
    "agent": frozenset({SCOPE_DESK}),
    "admin": frozenset({SCOPE_READ, SCOPE_WRITE, SCOPE_REPLACE, SCOPE_ERASE, SCOPE_SETUP, SCOPE_STAFF, SCOPE_JOURNAL}),
    "auditor": frozenset({SCOPE_READ, SCOPE_JOURNAL}),
}
"""Scopes by role. Whoever configures does not read what customers sent, and whoever reads it changes nothing."""

_WHOLE_ADDRESSES = frozenset({"support", "admin"})

SIGNING_LIFE = timedelta(minutes=10)
"""Time in which a person has to come back from the provider."""
SESSION_LIFE = timedelta(hours=10)
SESSION_IDLE = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=5)
"""Time for which a session need not note again that it is in use."""
RECHECK = timedelta(hours=1)
"""Time after which the provider is asked whether the person may still sign in."""
RECHECK_GRACE = timedelta(minutes=15)
"""Time for which a form may still be sent after that, so that nothing typed is lost."""
JOURNAL_KEPT = timedelta(days=400)
STEP_UP_LIFE = timedelta(minutes=15)
"""Time after signing in for which a person may do what asks to sign in again."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """An identity provider, as its discovery document described it when it was added. Its secret is elsewhere."""

    id: str
    tenant: str
    name: str
    """Name that people see if they have to choose."""
    issuer: str
    client_id: str
    secret_name: str
    """Name of the encrypted parameter with the client's secret."""
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    names_issuer: bool = False
    """True if the provider promises to name itself when a person comes back (RFC 9207)."""
    groups_claim: str = "groups"
    groups: Mapping[str, str] = field(default_factory=dict)
    """Roles by the provider's name of a group. Empty means that people are added one by one."""
    rechecks: bool = True
    """True if the provider is asked each hour whether a person may still sign in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works for a tenant."""

    id: str
    """32 hex digits."""
    tenant: str
    name: str
    email: str
    roles: frozenset[str]
    subject: str = field(repr=False)
    """`tokens.subject_hash` of the provider's name of the person."""
    added_by: str
    """`operator`, `provider`, or the id of the person who added them."""
    added_at: datetime
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    verified: bool = False
    """True if the provider vouches that the e-mail address is theirs."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which a person is signed in. Its secret is kept as a hash."""

    hash: str = field(repr=False)
    person: str
    tenant: str
    sign_in: str
    began_at: datetime
    checked_at: datetime
    """Moment at which the provider last said who it is."""
    authenticated_at: datetime
    """Moment at which the person last proved it to the provider."""
    seen_at: datetime

    @property
    def ends_at(self) -> datetime:
        return min(self.began_at + SESSION_LIFE, self.seen_at + SESSION_IDLE)


@dataclass(frozen=True, slots=True)
class Signing:
    """A way to a provider and back. Only the browser that leaves knows it, so that nothing is stored for strangers."""

    secret: str = field(repr=False)
    """A token, from which everything that the provider gets is derived."""
    sign_in: str
    to: str
    """Path of the page to which the person comes back."""
    left_at: datetime
    silent: bool = False
    """True if the provider must show no page."""
    again: bool = False
    """True if the person must prove anew who they are."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in person at work."""

    name: str
    tenant: Tenant
    roles: frozenset[str]
    scopes: frozenset[str]
    language: str
    id: str = ""
    session: str = ""
    """First letters of the session's hash, which the journal names."""
    sign_in: str = ""
    """Id of the provider at which they signed in."""
    proved: bool = False
    """True if they proved lately enough who they are for what cannot be undone."""

    @property
    def sees_addresses(self) -> bool:
        """True if customers' addresses are shown whole. Others see them masked."""
        return not self.roles.isdisjoint(_WHOLE_ADDRESSES)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry of a tenant's journal: who did or read what. It names nobody's customers but by a link's id."""

    id: str
    """A token, so that no two acts of one moment are the same entry."""
    at: datetime
    person: str
    """Id of a person."""
    roles: frozenset[str]
    act: str
    """One of the acts in `usecases.staff.journal`."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Link, definition, person or number that it is about."""
    session: str = ""


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Return what roles let a person do. A role that no longer exists allows nothing."""
    return frozenset(scope for role in roles for scope in ROLES.get(role, ()))


def role_with(scope: str, roles: Iterable[str]) -> str:
    """Return the first of the roles that has a scope, or the empty text."""
    return next((role for role in sorted(roles) if scope in scopes_of([role])), "")
