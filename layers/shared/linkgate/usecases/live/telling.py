"""Push messages to browsers. Nobody is told anything whose link has ended, and a browser that is gone is noted."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.epoch import milliseconds
from linkgate.model.presence import POLLS, silenced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps

    Frame = Mapping[str, object]


def tell(people: Iterable[Presence], frame: Frame, deps: Deps, confided: Frame | None = None) -> None:
    """Push a message to each of them. One who cannot be reached now learns it from the state after reconnecting.

    Members that are `confided` reach only those with a socket.
    """
    open_ = _written(frame, deps)
    whole = _written({**frame, **confided}, deps) if confided else open_
    for presence in people:
        data = open_ if presence.connection.startswith(POLLS) else whole
        with contextlib.suppress(Unavailable):
            if presence.connected and not _sent(presence.connection, data, deps):
                deps.presences.part(presence)


def reply(connection: str, frame: Frame, deps: Deps, confided: Frame | None = None) -> None:
    """Push an answer to the connection that sent a message. One that is gone needs none."""
    members = frame if connection.startswith(POLLS) else {**frame, **(confided or {})}
    with contextlib.suppress(Unavailable):
        _sent(connection, _written(members, deps), deps)


def confide(connection: str, frame: Frame, deps: Deps) -> Frame | None:
    """Push an answer that must not be stored. For a browser that polls, it is returned, to go with the reply."""
    if connection.startswith(POLLS):
        return {**frame, "at": milliseconds(deps.now())}
    reply(connection, frame, deps)
    return None


def dismiss(connection: str, why: str, deps: Deps) -> None:
    """Say goodbye to a connection and close it. It is forgotten first, so that nothing that it sends is taken."""
    deps.presences.forget(connection)
    reply(connection, {"t": "bye", "why": why}, deps)
    if not connection.startswith(POLLS):
        deps.pushes.close(connection)


def told_in(there: Sequence[Presence], mine: Presence, links: Mapping[str, Link], now: datetime) -> Sequence[Presence]:
    """Return the others in a room whose links still let them be told."""
    return [
        each
        for each in there
        if each.visit != mine.visit and each.rid in links and silenced(links[each.rid], now) is None
    ]


def _sent(connection: str, data: bytes, deps: Deps) -> bool:
    if not connection.startswith(POLLS):
        return deps.pushes.push(connection, data)
    room, _, visit = connection.removeprefix(POLLS).partition(".")
    deps.mailbox.put(room, visit, data.decode(), deps.now())
    return True


def _written(frame: Frame, deps: Deps) -> bytes:
    content = {**frame, "at": milliseconds(deps.now())}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
