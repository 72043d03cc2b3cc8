"""Sessions of signed-in people: who is at work, and when a person has to sign in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.person import (
    RECHECK,
    RECHECK_GRACE,
    SCOPE_DESK,
    SEEN_EVERY,
    SESSION_LIFE,
    STEP_UP_LIFE,
    Staff,
    role_with,
    scopes_of,
)
from linkgate.tokens import session_hash

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.signing_in import SessionKey

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A session whose provider has to be asked first. `sign_in` is the provider's id."""

    sign_in: str


def at_work(
    key: SessionKey | None, language: str, deps: Deps, *, posting: bool = False, shift: bool = False
) -> Staff | Unchecked | None:
    """Return the person of a session. None if nobody is signed in.

    A page is only shown if the provider was asked within the last hour. `posting` allows a little longer, so that a
    form that was filled in meanwhile is not lost. `shift` allows the whole session, for a page that asks by itself
    while nobody presses anything.
    """
    found = deps.staff.sessions.find(session_hash(key.secret), key.tenant, key.person) if key else None
    if found is None:
        return None
    session, person = found
    now, tenant = deps.now(), deps.tenants.tenant(session.tenant)
    ends_at = session.began_at + SESSION_LIFE if shift else session.ends_at
    if ends_at <= now or person.ended_at is not None or tenant is None:
        return None
    if not shift and session.checked_at + RECHECK + (RECHECK_GRACE if posting else 0 * RECHECK) <= now:
        sign_in = deps.staff.sign_ins.get(session.sign_in)
        if sign_in is None:
            return None
        if sign_in.rechecks:
            return Unchecked(sign_in.id)
    if session.seen_at + SEEN_EVERY <= now and not shift:
        deps.staff.sessions.seen(session, now)
    return Staff(
        name=person.name,
        tenant=tenant,
        roles=person.roles,
        scopes=scopes_of(person.roles),
        language=language,
        id=person.id,
        session=session.hash[:_SHOWN],
        sign_in=session.sign_in,
        proved=session.authenticated_at + STEP_UP_LIFE > now,
    )


def sign_out(key: SessionKey | None, deps: Deps) -> None:
    """End the session of a browser, and the desks of whoever is signed in there."""
    if key is None:
        return
    found = deps.staff.sessions.find(session_hash(key.secret), key.tenant, key.person)
    deps.staff.sessions.end(session_hash(key.secret))
    tenant = deps.tenants.tenant(key.tenant) if found else None
    if found is None or tenant is None or SCOPE_DESK not in scopes_of(found[1].roles):
        return
    # Imported here, because few people who sign out have a desk.
    from linkgate.usecases.authentication import person_caller
    from linkgate.usecases.issuing.desk_links import end_desks

    roles = found[1].roles
    end_desks(key.person, person_caller(tenant, key.person, role_with(SCOPE_DESK, roles), scopes_of(roles)), deps)
