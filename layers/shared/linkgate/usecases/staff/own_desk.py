"""Desk of a signed-in agent: the person opens it here instead of from a message."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import LinkClosed, NotFound, VisitEnded
from linkgate.model.person import SCOPE_DESK
from linkgate.model.tenant import Agent
from linkgate.ports.visits import SecretProof
from linkgate.tokens import secret_hash
from linkgate.usecases.desk.sitting import sitting
from linkgate.usecases.issuing.desk_links import OpenDesk, open_desk
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.visits.visit import begin_visit

if TYPE_CHECKING:
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.sitting import Sitting
    from linkgate.usecases.visits.visit import Visit

DAYS = 1
"""Days for which the link behind a desk works. The desk itself ends after a shift."""
TIER = "standard"
"""Tier of that link. Signing in stands for the code that `Tenant.desk_tier` may ask for."""
HOME = "/console/desk"


def own_agent(staff: Staff, deps: Deps) -> Agent | None:
    """Return the agent whose desk the person opens, or None."""
    return next((each for each in deps.tenants.definitions(Agent, staff.tenant.id) if each.person == staff.id), None)


def open_own_desk(staff: Staff, host: str, deps: Deps) -> Visit:
    """Open the person's desk in their browser, and end earlier ones. Raises NotFound for somebody without a desk.

    `host` is where links open if neither the tenant nor the stack has a portal. The secret of the link leaves for
    nowhere.
    """
    agent = own_agent(staff, deps)
    if agent is None:
        raise NotFound("agent")
    command = OpenDesk(
        caller=staff_caller(staff, SCOPE_DESK), domain=host, agent=agent.id, days=DAYS, replace=True, tier=TIER
    )
    made = open_desk(command, deps)
    link, secret = made.link, made.url.partition("#")[2]
    return begin_visit(link.rid, SecretProof(secret_hash(link.rid, secret), (link.portal,)), deps)


def at_own_desk(visit: Visit | None, staff: Staff, deps: Deps) -> Sitting | None:
    """Return the person's desk, if this browser has it open. Somebody else's desk in the same browser is not theirs."""
    try:
        at = sitting(visit, deps)
    except (LinkClosed, NotFound, VisitEnded):
        return None
    is_own = at.tenant.id == staff.tenant.id and at.agent.person == staff.id == at.link.created_by
    leads_on = staff.scopes != {SCOPE_DESK}
    return dataclasses.replace(at, home=HOME, leads_on=leads_on) if is_own else None
