"""Keys of callers as administrators see and change them. A key is shown to whoever makes it, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.caller_keys import (
    DEFAULT_SCOPES,
    DIALECTS,
    LONGEST_DAYS,
    NAME_LIMIT,
    OVERLAP,
    SCOPES,
    new_secret,
    whole_key,
)
from linkgate.model.tenant import SCOPE_FILES_READ, SCOPE_RESULTS, Credential
from linkgate.tokens import credential_hash
from linkgate.usecases.staff.journal import entry_by, entry_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


_READS_ANSWERS = frozenset({SCOPE_RESULTS, SCOPE_FILES_READ})
"""Scopes of a key that reads what customers sent in, which nobody who makes keys may read."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key, and the day (UTC) on which it was last used, None if that was never or long ago."""

    credential: Credential
    last_used: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKey:
    """Request for a key. If it names another one, it replaces that, whose dialect and scopes it then has."""

    caller: Caller
    name: str = ""
    dialect: str = ""
    scopes: frozenset[str] = frozenset()
    """Empty means what the dialect needs."""
    days: int | None = None
    """Days until it ends, None for never."""
    user: str | None = None
    """User name that goes with a key of DigiDesk."""
    test: bool = False
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was made. `secret` is what its caller gets, and nothing keeps it."""

    credential: Credential
    secret: str
    old_ends: datetime | None = None
    """End of the key that it replaces."""


def keys_of(tenant: Tenant, deps: Deps) -> Sequence[KeyState]:
    """Return the keys of a tenant, the newest first, and those that ended at the end."""
    found, now = deps.staff.keys.of(tenant.id), deps.now()
    used = deps.key_uses.last([each.id for each in found])
    newest = sorted(found, key=lambda each: each.created_at.timestamp() if each.created_at else 0, reverse=True)
    return [KeyState(each, used.get(each.id)) for each in sorted(newest, key=lambda each: each.has_ended(now))]


def names_of_keys(tenant: Tenant, deps: Deps) -> Mapping[str, str]:
    """Return the names of a tenant's keys by id, because records name them. One without a name is left out."""
    return {each.id: each.name for each in deps.staff.keys.of(tenant.id) if each.name}


def check_key(command: MakeKey, deps: Deps) -> Credential | None:
    """Return the key that a request replaces, if any. Raises InvalidRequest, and NotFound for an unknown one."""
    old = known_key(command.caller.tenant, command.replaces, deps) if command.replaces else None
    dialect = old.dialect if old else command.dialect
    problems = []
    if not old and not command.name:
        problems.append(Problem.of("name", "required"))
    if len(command.name) > NAME_LIMIT:
        problems.append(Problem.of("name", "too_long", max=NAME_LIMIT))
    if dialect not in DIALECTS or not command.scopes <= set(SCOPES):
        problems.append(Problem.of("dialect", "unknown"))
    if (dialect == "digidesk") != bool(command.user) or ":" in (command.user or ""):
        problems.append(Problem.of("user", "required" if dialect == "digidesk" else "conflict", other="dialect"))
    if command.days is not None and not 1 <= command.days <= LONGEST_DAYS:
        problems.append(Problem.of("days", "range", min=1, max=LONGEST_DAYS, value=command.days))
    if old and (old.replaced_by or old.has_ended(deps.now())):
        problems.append(Problem.of("key", "stale"))
    if problems:
        raise InvalidRequest(problems)
    return old


def reads_answers(command: MakeKey, deps: Deps) -> bool:
    """Return whether the key would read what customers sent in. Raises NotFound for an unknown one to replace."""
    old = known_key(command.caller.tenant, command.replaces, deps) if command.replaces else None
    test, scopes = (old.test, old.scopes) if old else (command.test, command.scopes)
    return not test and not _READS_ANSWERS.isdisjoint(scopes)


def make_key(command: MakeKey, deps: Deps) -> MadeKey:
    """Make a key. One that replaces another has its end. Raises what `check_key` raises."""
    old, now = check_key(command, deps), deps.now()
    secret = new_secret(deps.random)
    dialect = old.dialect if old else command.dialect
    days = timedelta(days=command.days) if command.days else None
    fresh = Credential(
        hash=credential_hash(dialect, whole_key(secret, command.user)),
        id=deps.random(16).hex(),
        tenant=command.caller.tenant.id,
        dialect=dialect,
        salt=deps.random(32),
        scopes=old.scopes if old else command.scopes or frozenset(DEFAULT_SCOPES[dialect]),
        expires_at=old.expires_at if old else now + days if days else None,
        created_at=now,
        test=old.test if old else command.test,
        name=old.name if old else command.name,
    )
    entry = entry_by(command.caller, "key_rotated" if old else "key_made", {"key": fresh.id}, deps)
    if old is None:
        made, end = deps.staff.keys.add(fresh, entry), None
    else:
        end = min(now + OVERLAP, old.expires_at or now + OVERLAP)
        made = deps.staff.keys.replace(old, fresh, end, entry)
    if not made:
        raise InvalidRequest([Problem.of("key", "stale")])
    return MadeKey(fresh, secret, end)


def end_key(staff: Staff, id_: str, deps: Deps) -> Credential:
    """End a key now. One that has ended stays so. Raises NotFound."""
    known = known_key(staff.tenant, id_, deps)
    deps.staff.keys.end(known, deps.now(), entry_of("key_ended", {"key": known.id}, staff, deps))
    return known


def known_key(tenant: Tenant, id_: str, deps: Deps) -> Credential:
    """Return a key of the tenant by its id. Raises NotFound."""
    found = deps.staff.keys.get(tenant.id, id_)
    if found is None:
        raise NotFound("key")
    return found
