"""Open and lose connections. A browser is named by its visit, so a new connection takes over from an older one."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import ForeignOrigin, Throttled, Unauthorised
from linkgate.lazy_dataclass import dataclass
from linkgate.model.presence import MOST_PRESENCES, NOWHERE, PRESENCE_LEASE, Connection, Presence, silenced
from linkgate.tokens import is_token, ticket_hash
from linkgate.usecases.live.telling import told_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Connect:
    """Request to open a connection. `host` is that of the page that asks, empty if it is not known."""

    connection: str
    ticket: str = field(repr=False)
    host: str


def connect(command: Connect, deps: Deps) -> Connection:
    """Use up a ticket and enter its room.

    Raises Unauthorised for anything but a good ticket, ForeignOrigin for another site's page, the reason why the link
    has ended, or Throttled if the room is full.
    """
    now = deps.now()
    known = is_token(command.ticket)
    ticket = deps.tickets.take(ticket_hash(command.ticket), now) if known else None
    if ticket is None:
        raise Unauthorised
    if command.host != ticket.host:
        raise ForeignOrigin
    link = deps.links.get(ticket.rid)
    if link is None or ticket.visit not in link.visits:
        raise Unauthorised
    if closed := silenced(link, now):
        raise closed
    there = deps.presences.of(ticket.room)
    earlier = next((each for each in there if each.visit == ticket.visit), None)
    if earlier is None and sum(each.here(now) for each in there) >= MOST_PRESENCES:
        raise Throttled(int(PRESENCE_LEASE.total_seconds()))
    connection = Connection(
        command.connection,
        ticket.rid,
        ticket.room,
        ticket.visit,
        ticket.role,
        now,
        agent=ticket.agent,
        person=ticket.person,
        replaces=earlier.connection if earlier and earlier.connected else None,
    )
    presence = Presence(
        ticket.room, ticket.visit, ticket.rid, ticket.role, command.connection, now + PRESENCE_LEASE, ticket.agent
    )
    deps.presences.connect(connection, presence)
    return connection


def disconnect(id_: str, deps: Deps) -> Sequence[Presence]:
    """Forget a connection, and return everybody in its room, with its browser as away.

    Nobody is returned if the browser has a newer connection, or left.
    """
    connection = deps.presences.connection(id_)
    if connection is None:
        return ()
    deps.presences.forget(id_)
    there = deps.presences.of(connection.room)
    mine = next((each for each in there if each.visit == connection.visit), None)
    if mine is None or mine.connection != id_:
        return ()
    deps.presences.part(mine)
    away = dataclasses.replace(mine, connection=NOWHERE)
    others = told_in(there, mine, deps.links.several({each.rid for each in there}), deps.now())
    return (away, *others)
