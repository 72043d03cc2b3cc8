"""Revoke a link, or one way into it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import LinkRevoked, LinkSubmitted, NotFound, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import leads_in
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.tokens import is_token
from linkgate.usecases.management.link_details import owned_link

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink:
    """Request to revoke a link, or a whole family by its main link's rid."""

    caller: Caller
    rid: str
    reason: str | None = None
    dialect: str | None = None
    """The dialect that the link must have been made in, None for any."""


def revoke_link(command: RevokeLink, deps: Deps) -> Link:
    """Revoke the link, any link that replaced it, and the co-browsing roles of a main link. A repeat changes nothing.

    If its form was submitted and opened again, this revokes the link by which it is open. Raises NotFound if the tenant
    has no such link, and LinkSubmitted.
    """
    caller, now = command.caller, deps.now()
    by, note = caller.credential.id, caller.note(command.reason)
    if not is_token(command.rid):
        raise NotFound("link")
    if caller.credential.test and not owned_link(caller.tenant.id, command.rid, deps).test:
        raise NotFound("link")
    try:
        link = deps.administration.revoke(caller.tenant.id, command.rid, by, now, command.dialect, note=note)
        for rid in link.roles.values():
            deps.administration.revoke(caller.tenant.id, rid, by, now, note=note)
        newest = link
        while newest.renewed_as:
            newest = deps.administration.revoke(caller.tenant.id, newest.renewed_as, by, now, note=note)
    except NotChanged as refusal:
        stored = refusal.stored
        owned = stored and stored.tenant == caller.tenant.id and command.dialect in {None, stored.dialect}
        if stored and owned and stored.submitted_at and stored.renewed_as:
            return revoke_link(dataclasses.replace(command, rid=stored.renewed_as), deps)
        if stored and owned and stored.submitted_at:
            raise LinkSubmitted(stored.submitted_at) from refusal
        raise NotFound("link") from refusal
    return link


def check_revocation(command: RevokeLink, deps: Deps) -> None:
    """Raise what `revoke_link` would raise now, and LinkRevoked if it would change nothing. Changes nothing itself."""
    link = owned_link(command.caller.tenant.id, command.rid, deps)
    while link.submitted_at and link.renewed_as:
        link = owned_link(command.caller.tenant.id, link.renewed_as, deps)
    if link.submitted_at:
        raise LinkSubmitted(link.submitted_at)
    if link.revoked_at:
        raise LinkRevoked


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeWay:
    """Request to end one way into a link.

    `way` is `api`, a message such as `email:2`, or `email` or `sms` for all messages of the channel.
    """

    caller: Caller
    rid: str
    way: str
    reason: str | None = None


def revoke_way(command: RevokeWay, deps: Deps) -> Link:
    """End a way into a link: its secrets, and the visits and codes that they opened. Other ways stay as they are.

    Revoking it again changes nothing. Raises NotFound if the tenant has no such link.
    """
    caller = command.caller
    link = owned_link(caller.tenant.id, command.rid, deps)
    for _ in range(TRIES_AGAINST_VISITORS):
        if not any(leads_in(way, {command.way}) for way in link.secrets.values()):
            return link
        try:
            note = caller.note(command.reason)
            return deps.administration.revoke_ways(link, {command.way}, caller.credential.id, deps.now(), note=note)
        except NotChanged as refusal:
            if refusal.stored is None:
                raise NotFound("link") from refusal
            link = refusal.stored
    raise Unavailable(1)
