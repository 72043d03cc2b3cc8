"""Right to fill in a form: during a visit, and for some hours after it, when nothing is shown any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkExpired, NotFound, VisitMixedUp
from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.model.policy import SUBMIT_GRACE, VISIT_LIFE
from linkgate.usecases.visits.renewal import may_renew
from linkgate.usecases.visits.visit import valid_visit, visited

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Filling:
    """A form that a browser has on its screen."""

    link: Link
    visit: str
    """Hash of the browser's visit."""
    over: bool
    """True after the visit, or after the link. Answers are taken then, and no stored value is shown."""


def filling_in(visit: Visit | None, rid: str | None, deps: Deps) -> Filling:
    """Return the form that a browser fills in. `rid` is the link that the form says it belongs to, if it says so.

    Raises VisitMixedUp, VisitEnded, LinkClosed, and NotFound for a link without a form.
    """
    if visit and rid is not None and rid != visit.rid:
        raise VisitMixedUp
    link = visited(visit, deps, SUBMIT_GRACE)
    if visit is None or not KINDS[link.kind].fillable:
        raise NotFound("form")
    now = deps.now()
    ended = link.ended(now)
    if ended and not (isinstance(ended, LinkExpired) and _expired_during_visit(link, visit, now)):
        ended.renewable = isinstance(ended, LinkExpired) and may_renew(link, deps)
        raise ended
    return Filling(link, visit.hash, over=ended is not None or not valid_visit(link, visit, now))


def _expired_during_visit(link: Link, visit: Visit, now: datetime) -> bool:
    return link.expires_at > now - SUBMIT_GRACE and link.visits[visit.hash] > link.expires_at - VISIT_LIFE
