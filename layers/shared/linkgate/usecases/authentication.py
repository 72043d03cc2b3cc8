"""Authenticate callers: from a credential to the tenant it belongs to."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import Forbidden, Unauthorised
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import lists_of
from linkgate.model.tenant import SCOPE_CREATE
from linkgate.tokens import Derivation, credential_hash

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.model.tenant import Credential, Tenant
    from linkgate.ports.deps import Deps

REASON_LIMIT = 200
"""Maximum number of characters of the reason for an act."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Proof of identity that came with a request."""

    dialect: str
    key: str | None = field(repr=False)
    """The key, unwrapped from its header. None if it is missing or unreadable."""
    customer_names: tuple[str, ...] | None = None
    """Tenant names sent with the key, all of which must be right. None if the dialect has no such names."""
    source: str = ""
    """Network address of the caller, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller."""

    tenant: Tenant
    credential: Credential
    derivation: Derivation = field(repr=False)
    operator: str | None = None
    """Name of the person at the command line, None for a key's own call."""
    role: str | None = None
    """Role in which a person acts at the console. The credential's id is then the person's."""
    staff: Staff | None = None
    """The person at the console, as the journal names them."""
    proposer: str | None = None
    """Id of the person who proposed what this one approves."""

    def proposed_by(self, person: str) -> Caller:
        """Return the caller as one who approves what a person proposed."""
        return dataclasses.replace(self, proposer=person)

    @property
    def lists(self) -> str:
        """Return the name of the lists of links that it sees (`lists_of`)."""
        return lists_of(self.tenant.id, test=self.credential.test)

    def reaches(self, link: Link) -> bool:
        """Return whether it may know of a link: one of its tenant's, and with a test key only a test link."""
        return link.tenant == self.tenant.id and (link.test or not self.credential.test)

    def note(self, reason: str | None = None) -> dict[str, str]:
        """Return who acts, and why, for the record. A key's own call without a reason needs no note."""
        who = {"as": "operator", "who": self.operator} if self.operator else {}
        if self.role:
            who = {"as": "person", "role": self.role} | ({"proposer": self.proposer} if self.proposer else {})
        return who | ({"reason": reason} if reason else {})


def person_caller(tenant: Tenant, person: str, role: str, scopes: frozenset[str], staff: Staff | None = None) -> Caller:
    """Return a person at the console as a caller, by their id and the role that lets them act."""
    from linkgate.model.tenant import Credential

    credential = Credential(hash="", id=person, tenant=tenant.id, dialect="manage", salt=b"", scopes=scopes)
    return Caller(tenant, credential, Derivation(b"", ""), role=role, staff=staff)


def authenticate(credentials: Credentials, deps: Deps, scope: str = SCOPE_CREATE) -> Caller:
    """Return the caller behind credentials. Raises Unauthorised, or Forbidden if only the scope is missing.

    Raises Throttled for an unknown key from a source that sent too many wrong ones in this minute.
    """
    if not credentials.key:
        raise Unauthorised
    try:
        name = credential_hash(credentials.dialect, credentials.key)
    except UnicodeEncodeError as error:
        raise Unauthorised from error
    deps.guesses.check(credentials.source, name, deps.now())
    try:
        caller = _owner(name, credentials, deps)
    except Unauthorised:
        # Only refusals are measured, so only they load what measures.
        from linkgate.ports.measures import Measure, Metric

        deps.guesses.count(credentials.source, deps.now())
        deps.measure([Measure(Metric.CREDENTIALS_REFUSED)])
        raise
    deps.guesses.trust(name)
    deps.note("key", caller.credential.id)
    if scope not in caller.credential.scopes:
        raise Forbidden(scope)
    return caller


def _owner(name: str, credentials: Credentials, deps: Deps) -> Caller:
    credential = deps.tenants.credential(name)
    if credential is None or credential.has_ended(deps.now()):
        raise Unauthorised
    tenant = deps.tenants.tenant(credential.tenant)
    wrong_name = credentials.customer_names == () or (
        tenant is not None and not tenant.customer_names.issuperset(credentials.customer_names or ())
    )
    if tenant is None or wrong_name:
        raise Unauthorised
    return Caller(tenant, credential, Derivation(credential.salt, credentials.key or ""))
