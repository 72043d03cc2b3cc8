"""Visits: a browser's right to return to a link that it opened."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import LinkRevoked, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.policy import VISITS_KEPT
from linkgate.model.receipt import readable
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import SecretProof
from linkgate.tokens import is_token, token, visit_hash

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import CodeProof


@dataclass(frozen=True, slots=True)
class Visit:
    """Content of the browser's cookie."""

    rid: str
    secret: str = field(repr=False)

    @property
    def hash(self) -> str:
        return visit_hash(self.rid, self.secret)


def begin_visit(rid: str, proof: SecretProof | CodeProof, deps: Deps, *, receipt: bool = False) -> Visit:
    """Count a view, or a reading of the receipt, and begin a visit in one write.

    If four browsers have a visit, the oldest is replaced. Raises NotChanged for any reason but a lack of room.
    """
    visit, now = Visit(rid, token(deps.random(16))), deps.now()
    begin = deps.visits.read_receipt if receipt else deps.visits.open
    try:
        begin(rid, proof, visit.hash, now)
    except NotChanged as refusal:
        stored = refusal.stored
        if stored is None or not _lacks_room_only(stored, proof, now):
            raise
        oldest = min(stored.visits, key=lambda known: stored.visits[known])
    else:
        return visit
    begin(rid, proof, visit.hash, now, forget=oldest)
    return visit


def _lacks_room_only(link: Link, proof: SecretProof | CodeProof, now: datetime) -> bool:
    proven = not isinstance(proof, SecretProof) or (
        proof.secret_hash in link.secrets and link.code is None and link.portal in proof.portals
    )
    return proven and (readable(link, now) or link.closed(now) is None) and len(link.visits) >= VISITS_KEPT


def valid_visit(link: Link, visit: Visit | None, now: datetime, grace: timedelta = timedelta()) -> bool:
    """Return whether this browser's visit of the link has not ended, or ended less than `grace` ago."""
    end = link.visits.get(visit.hash) if visit and visit.rid == link.rid else None
    return end is not None and end + grace > now


def visited(visit: Visit | None, deps: Deps, grace: timedelta = timedelta()) -> Link:
    """Return the link that a browser is visiting. Raises VisitEnded or LinkRevoked. Changes nothing."""
    link = deps.links.get(visit.rid) if visit and is_token(visit.rid) else None
    if link is None or not valid_visit(link, visit, deps.now(), grace):
        raise VisitEnded
    if link.revoked_at:
        raise LinkRevoked
    return link
