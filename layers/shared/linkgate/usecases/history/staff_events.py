"""Events of what the people who work with links do and read. They leave for the event bus only."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from linkgate.model.moments import utc
from linkgate.ports.history import Event

if TYPE_CHECKING:
    from linkgate.usecases.changes import Journalled

ACTED = "staff.acted"


def staff_event(change: Journalled) -> Event:
    """Return the event of a journal's entry, whose id is the same at every repeat.

    Like the journal, it names people, links and definitions by id, and nothing of customers.
    """
    entry = change.entry
    return Event(
        id="evt_" + hashlib.sha256(f"journal|{change.tenant}|{change.id}".encode()).hexdigest()[:32],
        kind=ACTED,
        detail={
            "type": ACTED,
            "at": utc(entry.at),
            "tenant": change.tenant,
            "person": entry.person,
            "roles": sorted(entry.roles),
            "act": entry.act,
            "about": dict(entry.about),
            "session": entry.session,
        },
        at=entry.at,
    )
