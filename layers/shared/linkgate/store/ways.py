"""Expressions that end ways into a link: secrets, and the visits and challenges that they opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import milliseconds
from linkgate.model.link import leads_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from linkgate.model.link import Link


@dataclass(frozen=True, slots=True)
class WaysEnded:
    """Parts of an update that ends ways."""

    sets: list[str]
    removes: list[str]
    conditions: list[str]
    names: dict[str, str]
    values: dict[str, object]


def ways_ended(link: Link, ways: Collection[str], now: datetime, by: str | None = None) -> WaysEnded:
    """Return the update that ends these ways of a link as it was read.

    Only if the link has no other secrets, visits and challenges than then, so that nothing opened in the meantime stays
    behind. A visit whose way is not known (begun under an earlier release) ends, too.
    """
    ended = WaysEnded(["ways_revoked_at = :now"], ["handover"], [], {}, {"now": milliseconds(now)})
    if by:
        ended.sets.append("ways_revoked_by = :by")
        ended.values["by"] = by
    else:
        ended.removes.append("ways_revoked_by")
    secrets = (hash_ for hash_, way in link.secrets.items() if leads_in(way, ways))
    visits = [v for v in link.visits if leads_in(link.visit_ways.get(v), ways)]
    challenges = (b for b, challenge in link.challenges.items() if leads_in(challenge.sent_via, ways))
    _end(ended, "secrets", link.secrets, secrets)
    _end(ended, "visits", link.visits, visits)
    if link.code:
        _end(ended, "challenges", link.challenges, challenges)
    for place, visit in enumerate(visits):
        ended.names[f"way{place}"] = way_name(visit)
        ended.names[f"seen{place}"] = looked_name(visit)
        ended.removes.extend((f"#way{place}", f"#seen{place}"))
    return ended


def way_name(visit: str) -> str:
    """Return the name of the attribute that says which way a visit came.

    It stands beside the map of visits, because links made by earlier releases have no second map to write into. Six
    characters tell the four visits of a link apart, and keep the link below a kilobyte.
    """
    return f"way#{visit[:6]}"


def looked_name(visit: str) -> str:
    """Return the name of the attribute that says that a visit's first document was counted as a view."""
    return f"seen#{visit[:6]}"


def _end(ended: WaysEnded, entries: str, known: Collection[str], gone: Iterable[str]) -> None:
    letter = entries[0]
    places = {entry: f"{letter}{place}" for place, entry in enumerate(known)}
    ended.names.update({place: entry for entry, place in places.items()})
    ended.values[f"{letter}_known"] = len(places)
    ended.conditions.append(f"size({entries}) = :{letter}_known")
    ended.conditions.extend(f"attribute_exists({entries}.#{place})" for place in places.values())
    ended.removes.extend(f"{entries}.#{places[entry]}" for entry in gone)
