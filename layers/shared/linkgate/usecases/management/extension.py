"""Extend the life of a link."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkExhausted, LinkExpired, LinkRevoked, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.ports.links import NotChanged
from linkgate.usecases.families import kept_until, longest_life, with_roles
from linkgate.usecases.management.link_details import owned_link

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendLink:
    """Request to extend a link until a given time, or by hours from now."""

    caller: Caller
    rid: str
    until: datetime | None = None
    hours: int | None = None
    reason: str | None = None


def extend_link(command: ExtendLink, deps: Deps) -> Link:
    """Move the end of the link, of its co-browsing roles and of the data kept with them. An expired link works again.

    The new end is never beyond the tier's greatest life, counted from the link's creation, and never before the present
    end. Raises NotFound, InvalidRequest, and LinkClosed if the link has ended for another reason.
    """
    tenant, by, now = command.caller.tenant, command.caller.credential.id, deps.now()
    link = owned_link(tenant.id, command.rid, deps)
    until, latest = _wanted(command, link, now)
    ttl = kept_until(link.created_at, until, tenant, test=link.test)
    note = command.caller.note(command.reason)
    # A file must never end before its link.
    deps.files.store.keep(link.master_rid, ttl, shorten=False)
    try:
        extended = deps.administration.extend(link, until, ttl, by, now, note=note)
    except NotChanged as refusal:
        raise _refused(refusal.stored, now) or _beyond(command, refusal.stored or link, latest, now) from refusal
    for role in with_roles(link, deps)[1:]:
        # A role can be revoked by itself. The rest of the family lives on.
        with suppress(NotChanged):
            deps.administration.extend(role, until, ttl, by, now, note=note)
    return extended


def check_extension(command: ExtendLink, deps: Deps) -> None:
    """Raise what `extend_link` would raise now, without changing anything."""
    now = deps.now()
    link = owned_link(command.caller.tenant.id, command.rid, deps)
    until, latest = _wanted(command, link, now)
    if refusal := _refused(link, now):
        raise refusal
    if until <= link.expires_at:
        raise _beyond(command, link, latest, now)


def _wanted(command: ExtendLink, link: Link, now: datetime) -> tuple[datetime, datetime]:
    """Return the requested end and the latest that the tier allows. Raises InvalidRequest if it is out of range."""
    until = command.until or now + timedelta(hours=command.hours or 0)
    latest = link.created_at + longest_life(command.caller.tenant.tier(link.tier), test=link.test)
    if not now < until <= latest:
        raise _beyond(command, link, latest, now)
    return until, latest


def _beyond(command: ExtendLink, link: Link, latest: datetime, now: datetime) -> InvalidRequest:
    """Return the error for an end that is not between the link's present one and the latest that its tier allows."""
    earliest = max(now, link.expires_at)
    if command.until:
        name, possible = "expires_at", earliest < latest
        facts: dict[str, object] = {
            "min": earliest.isoformat(),
            "max": latest.isoformat(),
            "value": command.until.isoformat(),
        }
    else:
        least, most = (earliest - now) // _HOUR + 1, (latest - now) // _HOUR
        name, possible = "hours", least <= most
        facts = {"min": least, "max": most, "value": command.hours}
    return InvalidRequest([Problem(name, "range", facts) if possible else Problem.of(name, "longest_life")])


def _refused(stored: Link | None, now: datetime) -> LinkError | None:
    """Return the reason why the link cannot be extended, or None if its only obstacle is a later end."""
    if stored is None:
        return NotFound("link")
    if stored.erased_at:
        return LinkRevoked()
    if stored.renewed_as:
        return LinkExhausted()
    closed = stored.closed(now)
    return None if isinstance(closed, LinkExpired | LinkExhausted) else closed
