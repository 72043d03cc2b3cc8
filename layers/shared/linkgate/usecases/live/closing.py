"""Close the connections of a link that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.presence import silenced
from linkgate.usecases.live.telling import dismiss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.live_tasks import Close
    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps


def close_connections(task: Close, deps: Deps) -> Sequence[Presence]:
    """Say goodbye to everybody who came by this link, and return those who remain. A repeat finds nobody.

    Raises Unavailable if a connection could not be closed. Its presence stays, so that a repeat finds it.
    """
    there = deps.presences.of(task.room)
    gone = [each for each in there if each.rid == task.rid]
    for presence in gone:
        if presence.connected:
            dismiss(presence.connection, task.why, deps)
        deps.presences.leave(presence)
    links = deps.links.several({each.rid for each in there if each.rid != task.rid}) if gone else {}
    now = deps.now()
    return [each for each in there if each.rid in links and silenced(links[each.rid], now) is None]
