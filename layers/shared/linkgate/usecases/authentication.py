"""Authenticate callers: from a credential to the tenant it belongs to."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import Forbidden, Unauthorised
from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import SCOPE_CREATE
from linkgate.tokens import Derivation, credential_hash

if TYPE_CHECKING:
    from linkgate.model.tenant import Credential, Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Credentials:
    """Proof of identity that came with a request."""

    dialect: str
    key: str | None = field(repr=False)
    """The key, unwrapped from its header. None if it is missing or unreadable."""
    customer_names: tuple[str, ...] | None = None
    """Tenant names sent with the key, all of which must be right. None if the dialect has no such names."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller."""

    tenant: Tenant
    credential: Credential
    derivation: Derivation = field(repr=False)


def authenticate(credentials: Credentials, deps: Deps, scope: str = SCOPE_CREATE) -> Caller:
    """Return the caller behind credentials. Raises Unauthorised, or Forbidden if only the scope is missing."""
    if not credentials.key or credentials.customer_names == ():
        raise Unauthorised
    try:
        name = credential_hash(credentials.dialect, credentials.key)
    except UnicodeEncodeError as error:
        raise Unauthorised from error
    credential = deps.tenants.credential(name)
    if credential is None or (credential.expires_at and credential.expires_at <= deps.now()):
        raise Unauthorised
    tenant = deps.tenants.tenant(credential.tenant)
    if tenant is None or not tenant.customer_names.issuperset(credentials.customer_names or ()):
        raise Unauthorised
    if scope not in credential.scopes:
        raise Forbidden(scope)
    return Caller(tenant, credential, Derivation(credential.salt, credentials.key))
