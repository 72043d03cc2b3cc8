"""Journal of a tenant: who did or read what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.person import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps

PAGE = 50


def record(act: str, about: Mapping[str, str], staff: Staff, deps: Deps) -> None:
    """Record an act of a person. What they read is recorded before it leaves. Raises Unavailable."""
    entry = JournalEntry(deps.now(), staff.id, staff.roles, act, about, staff.session)
    deps.staff.journal.add(staff.tenant.id, entry)


def entries(staff: Staff, before: datetime | None, deps: Deps) -> Sequence[JournalEntry]:
    """Return a page of the newest entries of one month before a moment, newest first."""
    return deps.staff.journal.of(staff.tenant.id, before or deps.now(), PAGE)
