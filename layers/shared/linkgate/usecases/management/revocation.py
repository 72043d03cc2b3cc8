"""Revoke a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkSubmitted, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.ports.links import NotChanged
from linkgate.tokens import is_token

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink:
    """Request to revoke a link, or a whole transaction by its main link's rid."""

    caller: Caller
    rid: str


def revoke_link(command: RevokeLink, deps: Deps) -> Link:
    """Revoke the link, any link that replaced it, and the co-browsing roles of a main link. A repeat changes nothing.

    Raises NotFound if the tenant has no such link, and LinkSubmitted if its form was submitted.
    """
    caller, now = command.caller, deps.now()
    if not is_token(command.rid):
        raise NotFound("link")
    try:
        link = deps.administration.revoke(caller.tenant.id, command.rid, caller.credential.id, now)
        for rid in link.roles.values():
            deps.administration.revoke(caller.tenant.id, rid, caller.credential.id, now)
        newest = link
        while newest.renewed_as:
            newest = deps.administration.revoke(caller.tenant.id, newest.renewed_as, caller.credential.id, now)
    except NotChanged as refusal:
        stored = refusal.stored
        if stored and stored.tenant == caller.tenant.id and stored.submitted_at:
            raise LinkSubmitted(stored.submitted_at) from refusal
        raise NotFound("link") from refusal
    return link
