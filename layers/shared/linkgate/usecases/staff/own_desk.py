"""Desk of a signed-in agent: the person opens it here instead of from a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.model.person import SCOPE_DESK
from linkgate.model.tenant import Agent
from linkgate.usecases.issuing.desk_links import OpenDesk, open_desk
from linkgate.usecases.staff.acting import staff_caller

if TYPE_CHECKING:
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps

DAYS = 1
"""Days for which the link works. The desk itself ends after a shift."""


def own_agent(staff: Staff, deps: Deps) -> Agent | None:
    """Return the agent whose desk the person opens, or None."""
    return next((each for each in deps.tenants.definitions(Agent, staff.tenant.id) if each.person == staff.id), None)


def open_own_desk(staff: Staff, host: str, deps: Deps) -> str:
    """Return a new link to the person's desk, and end earlier ones. Raises NotFound for somebody without a desk.

    `host` is where links open if neither the tenant nor the stack has a portal.
    """
    agent = own_agent(staff, deps)
    if agent is None:
        raise NotFound("agent")
    command = OpenDesk(caller=staff_caller(staff, SCOPE_DESK), domain=host, agent=agent.id, days=DAYS, replace=True)
    return open_desk(command, deps).url
