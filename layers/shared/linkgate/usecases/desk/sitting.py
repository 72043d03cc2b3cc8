"""Right to an agent's desk: a browser that opened the desk's link, for a shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkRevoked, NotFound, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.policy import DESK_SHIFT, VISIT_LIFE
from linkgate.model.tenant import Agent
from linkgate.usecases.visits.visit import visited

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit


DESK_PATH = "/d"
"""Path of every desk that a link opened. A cookie says whose it is."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """An agent at a desk."""

    link: Link
    tenant: Tenant
    agent: Agent
    home: str = DESK_PATH
    """Path of the desk's page, which is another one at the console."""
    leads_on: bool = False
    """True if the agent may also go to other places of the console."""

    @property
    def tickets(self) -> str:
        """Path at which the page gets the tickets of its live channel."""
        return f"/v/{self.link.rid}/live" if self.home == DESK_PATH else f"{self.home}/live"


def sitting(visit: Visit | None, deps: Deps) -> Sitting:
    """Return the agent whose desk a browser has open. Changes nothing.

    Raises VisitEnded after the shift, and LinkClosed if the link was revoked or has expired, or its agent was deleted.
    """
    link = visited(visit, deps, DESK_SHIFT - VISIT_LIFE)
    if link.kind is not Kind.DESK:
        raise VisitEnded
    if ended := link.ended(deps.now()):
        raise ended
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    agent = deps.tenants.definition(Agent, link.tenant, link.definition_id)
    if agent is None:
        raise LinkRevoked
    return Sitting(link, tenant, agent)
