"""Journal of a tenant: who did or read what, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.person import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps

PAGE = 50
MANY_LINKS = 20
"""Number of links' pages that a person opens in `MANY_WITHIN` before the journal names each further one."""
MANY_WITHIN = timedelta(minutes=5)


def record(act: str, about: Mapping[str, str], staff: Staff, deps: Deps) -> None:
    """Record an act of a person. What they read is recorded before it leaves. Raises Unavailable."""
    entry = JournalEntry(deps.now(), staff.id, staff.roles, act, about, staff.session)
    deps.staff.journal.add(staff.tenant.id, entry)


def record_reading(rid: str, staff: Staff, deps: Deps) -> None:
    """Count a page of a link that a person opens, and record it if they were many lately. Raises Unavailable."""
    opened = deps.staff.readings.add(staff.tenant.id, staff.id, deps.now(), MANY_WITHIN)
    if opened > MANY_LINKS:
        record("many_links", {"rid": rid, "pages": str(opened)}, staff, deps)


def entries(staff: Staff, before: datetime | None, deps: Deps) -> Sequence[JournalEntry]:
    """Return a page of the newest entries of one month before a moment, newest first."""
    return deps.staff.journal.of(staff.tenant.id, before or deps.now(), PAGE)
