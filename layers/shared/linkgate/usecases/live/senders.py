"""Find out who sent a message. Links are read with each one, so that a revocation holds from the next on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.policy import DESK_SHIFT, SUBMIT_GRACE
from linkgate.model.presence import NOWHERE, Connection, Presence, silenced
from linkgate.usecases.live.telling import told_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Sender:
    """Browser that sent a message, its link, and the others in its room who may be told something."""

    connection: Connection
    presence: Presence
    link: Link
    people: Sequence[Presence]

    @property
    def role(self) -> str:
        """Co-browsing role, empty for the recipient."""
        return self.presence.role


def sender_of(connection_id: str, deps: Deps) -> Sender:
    """Return the sender of a message.

    Raises VisitEnded for a connection that is not known, was replaced by a newer one of the same browser or whose visit
    has ended, and LinkClosed once the link has.
    """
    connection = deps.presences.connection(connection_id)
    if connection is None:
        raise VisitEnded
    there = deps.presences.of(connection.room)
    mine = next((each for each in there if each.visit == connection.visit), None)
    links = deps.links.several({connection.rid, *(each.rid for each in there)})
    link = links.get(connection.rid)
    if mine is None or mine.connection != connection_id or link is None:
        raise VisitEnded
    now = deps.now()
    if closed := silenced(link, now):
        raise closed
    end = link.visits.get(connection.visit)
    if end is None or end + (DESK_SHIFT if link.kind is Kind.DESK else SUBMIT_GRACE) <= now:
        raise VisitEnded
    return Sender(connection, mine, link, told_in(there, mine, links, now))


def sender_without(link: Link, visit: str, deps: Deps) -> Sender:
    """Return the sender for a browser that did something without the channel, such as a page without scripts."""
    now, there = deps.now(), deps.presences.of(link.master_rid)
    role = link.role or ""
    mine = next(
        (each for each in there if each.visit == visit),
        Presence(link.master_rid, visit, link.rid, role, NOWHERE, now),
    )
    links = deps.links.several({each.rid for each in there}) if there else {}
    connection = Connection(NOWHERE, link.rid, link.master_rid, visit, role, now)
    return Sender(connection, mine, link, told_in(there, mine, links, now))
