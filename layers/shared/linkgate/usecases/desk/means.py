"""Means of a session's calls, and the servers by which their two browsers find a way to each other."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.means import Means, means_in, widest
from linkgate.model.tenant import Category, Media
from linkgate.ports.desk import RoomChanged
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.definitions import definition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.ice import IceServer, IceServers
    from linkgate.model.link import Link
    from linkgate.model.live import Room
    from linkgate.ports.deps import Deps


def means_of(link: Link, deps: Deps) -> Means:
    """Return the means of a session's calls. What must go over a relay is in writing if there is none."""
    category = definition_of(link, deps)
    if not isinstance(category, Category):
        return Means(Media.TEXT)
    return means_in(category, link.tier, relayed=deps.relays.relayed)


def ice_at_hand(means: Means, deps: Deps) -> Mapping[str, object] | None:
    """Return the servers that a browser gets with a call. None for a call in writing, and if there are none at hand."""
    if means.media is Media.TEXT:
        return None
    # Whoever misses them asks. A call that was accepted does not fail for want of them.
    with suppress(Unavailable):
        found = deps.relays.at_hand(deps.now())
        return _json(found, means) if found else None
    return None


def ice_asked(means: Means, deps: Deps) -> Mapping[str, object]:
    """Return all servers for a browser that asks. Raises Unavailable."""
    found = deps.relays.asked(deps.now()) if means.media is not Media.TEXT else None
    return _json(found, means) if found else {"servers": [], "ttl": 0, "policy": means.policy}


def note_media(
    link: Link, media: Media | None, deps: Deps, *, seen: bool = False, relayed: bool = False
) -> Room | None:
    """Note what a customer turned on, and that it came through. Returns the call, None if none goes on.

    A call that came through over a relay is counted once, because relays cost more than all else.
    """
    room = deps.rooms.get(link.rid)
    if room is None or not room.on:
        return None
    # Another message of the same browser may have noted more meanwhile.
    with suppress(RoomChanged):
        if media and media is not room.media and media is widest((media, room.media or Media.TEXT)):
            room = deps.rooms.turn_on(room, media)
        if seen and room.seat and not room.seen:
            room = deps.rooms.see(room)
            if relayed:
                deps.measure([Measure(Metric.CALLS_RELAYED, tenant=link.tenant)])
    return room


def _json(found: IceServers, means: Means) -> Mapping[str, object]:
    seconds = int(found.life.total_seconds())
    return {"servers": [_server_json(each) for each in found.servers], "ttl": seconds, "policy": means.policy}


def _server_json(server: IceServer) -> Mapping[str, object]:
    urls = {"urls": list(server.urls)}
    if server.credential is None:
        return urls
    return {**urls, "username": server.username, "credential": server.credential}
