"""Give a browser the ticket with which it opens a connection: cookies do not reach the socket's host."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import NotFound, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.policy import DESK_SHIFT, VISIT_LIFE
from linkgate.model.presence import TICKET_LIFE, Ticket, has_channel, silenced
from linkgate.tokens import ticket_hash, token
from linkgate.usecases.live.budget import refuse_over_budget
from linkgate.usecases.visits.visit import valid_visit, visited

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Issued:
    """A ticket, which only this value holds, and the address of the socket."""

    ticket: str = field(repr=False)
    url: str
    seconds: int
    rid: str


def give_ticket(visit: Visit | None, host: str, deps: Deps, person: str | None = None) -> Issued:
    """Return a ticket for a page at this host that shows a link with a live channel.

    `person` is the id of whoever opened a desk at the console.

    After the visit, only a browser that is still there gets one. Raises VisitEnded, LinkClosed, NotFound for a link
    without a channel, and Throttled.
    """
    link = visited(visit, deps, DESK_SHIFT - VISIT_LIFE)
    if visit is None or not has_channel(link):
        raise NotFound("room")
    if closed := silenced(link, deps.now()):
        raise closed
    in_shift = link.kind is Kind.DESK
    if not in_shift and not valid_visit(link, visit, deps.now()) and not _still_there(link, visit.hash, deps):
        raise VisitEnded
    return ticket_for(link, visit.hash, host, deps, link.definition_id if in_shift else None, person)


def ticket_for(  # noqa: PLR0913, PLR0917 - the parts of a ticket
    link: Link, visit: str, host: str, deps: Deps, agent: str | None = None, person: str | None = None
) -> Issued:
    """Return a ticket for a browser whose right to one is known.

    Raises NotFound where nothing is live, and Throttled for too many.
    """
    if not deps.live_url:
        raise NotFound("room")
    deps.message_rates.ticket(visit, deps.now())
    refuse_over_budget(link.tenant, deps)
    text, expires_at = token(deps.random(16)), deps.now() + TICKET_LIFE
    ticket = Ticket(link.rid, link.master_rid, visit, link.role or "", host, expires_at, agent, person)
    deps.tickets.add(ticket_hash(text), ticket)
    return Issued(text, deps.live_url, int(TICKET_LIFE.total_seconds()), link.rid)


def _still_there(link: Link, visit: str, deps: Deps) -> bool:
    now = deps.now()
    return any(each.visit == visit and each.here(now) for each in deps.presences.of(link.master_rid))
