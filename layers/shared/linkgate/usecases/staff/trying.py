"""Open a test link as its customer does. Nobody opens a customer's own link from the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkRevoked, NotFound, Problem
from linkgate.ports.links import NotChanged
from linkgate.tokens import secret_hash, token
from linkgate.usecases.delivery.sending import link_url
from linkgate.usecases.management.link_details import owned_link

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps


def open_as_customer(rid: str, staff: Staff, deps: Deps) -> tuple[Link, str]:
    """Return a test link and a URL that opens it, whose secret is made at this moment and kept as a hash only.

    The URL that somebody got here before stops working. Raises NotFound, InvalidRequest for a link that is no test, and
    LinkClosed for one that has ended.
    """
    link = owned_link(staff.tenant.id, rid, deps)
    if not link.test:
        raise InvalidRequest([Problem.of("test", "required")])
    if closed := link.closed(deps.now()):
        raise closed
    secret = token(deps.random(16))
    try:
        deps.administration.open_test(link, secret_hash(rid, secret), deps.now())
    except NotChanged as refusal:
        if refusal.stored is None:
            raise NotFound("link") from refusal
        raise refusal.stored.closed(deps.now()) or LinkRevoked from refusal
    return link, link_url(link.portal, rid, secret)
