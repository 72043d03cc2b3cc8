"""Journal of a tenant: who did or read what, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import MILLISECOND
from linkgate.model.person import JOURNAL_KEPT, JournalEntry
from linkgate.tokens import token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

PAGE = 50
MANY_LINKS = 20
"""Number of links' pages that a person opens in `MANY_WITHIN` before the journal names each further one."""
MANY_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries, newest first. `older` is the moment before which the next page begins, and None at the end."""

    entries: Sequence[JournalEntry]
    older: datetime | None


def entry_of(act: str, about: Mapping[str, str], staff: Staff, deps: Deps) -> JournalEntry:
    """Return the entry of a person's act, which is written together with what the act changes."""
    return JournalEntry(token(deps.random(16)), deps.now(), staff.id, staff.roles, act, about, staff.session)


def entry_by(caller: Caller, act: str, about: Mapping[str, str], deps: Deps) -> JournalEntry | None:
    """Return the same of a caller. None for one who is not at the console, because the journal is the console's."""
    proposer = {"proposer": caller.proposer} if caller.proposer else {}
    return entry_of(act, {**about, **proposer}, caller.staff, deps) if caller.staff else None


def record(act: str, about: Mapping[str, str], staff: Staff, deps: Deps) -> None:
    """Record an act of a person that changes nothing by itself, before what they read or send leaves.

    Raises Unavailable.
    """
    deps.staff.journal.add(staff.tenant.id, entry_of(act, about, staff, deps))


def record_reading(rid: str, staff: Staff, deps: Deps) -> None:
    """Count a page of a link that a person opens, and record it if they were many lately. Raises Unavailable."""
    opened = deps.staff.readings.add(staff.tenant.id, staff.id, deps.now(), MANY_WITHIN)
    if opened > MANY_LINKS:
        record("many_links", {"rid": rid, "pages": str(opened)}, staff, deps)


def read_journal(staff: Staff, before: datetime | None, deps: Deps) -> JournalPage:
    """Return a page of the newest entries before a moment, newest first. It is cut between two moments."""
    tenant, now, found = staff.tenant.id, deps.now(), list[JournalEntry]()
    until = min(before or now + MILLISECOND, now + MILLISECOND)
    while len(found) <= PAGE and until > now - JOURNAL_KEPT:
        found += deps.staff.journal.of(tenant, until, PAGE + 1 - len(found))
        until = (until - MILLISECOND).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if len(found) <= PAGE:
        return JournalPage(found, None)
    shown = [entry for entry in found if entry.at > found[PAGE].at] or found
    return JournalPage(shown, shown[-1].at)
