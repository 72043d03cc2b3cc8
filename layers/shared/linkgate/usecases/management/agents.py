"""Agents of a tenant: who answers which queues."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.addresses import normal_email
from linkgate.model.tenant import Agent, Category

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


def agent_of(tenant: Tenant, agent: str, deps: Deps) -> Agent:
    """Return an agent of the tenant. Raises NotFound."""
    found = deps.tenants.definition(Agent, tenant.id, agent)
    if found is None:
        raise NotFound("agent")
    return found


def keep_agent(tenant: Tenant, agent: Agent, deps: Deps) -> Agent:
    """Write the agent over any earlier one with its id, and return it.

    Raises InvalidRequest for an unusable address and for queues that are no categories.
    """
    kept = checked_agent(tenant, agent, deps)
    deps.tenants.put_definition(tenant.id, kept)
    return kept


def checked_agent(tenant: Tenant, agent: Agent, deps: Deps) -> Agent:
    """Return the agent as it is kept. Raises the errors of `keep_agent` and changes nothing."""
    email = normal_email(agent.email) if agent.email else None
    problems = []
    if agent.email and not email:
        problems.append(Problem.of("email", "email"))
    if any(deps.tenants.definition(Category, tenant.id, queue) is None for queue in agent.queues):
        problems.append(Problem.of("queues", "unknown"))
    if problems:
        raise InvalidRequest(problems)
    return dataclasses.replace(agent, email=email)
