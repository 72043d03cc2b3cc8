"""Agents in the management API: their bodies and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.manage.bodies import AgentFields
from linkgate.dialects.manage.requests import read_body
from linkgate.model.tenant import Agent
from linkgate.wire.message import json_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.dialects.manage import schemas
    from linkgate.wire.message import Reply, Request


def parse_agent(name: str, request: Request) -> Agent:
    """Parse a complete agent. Fields that the body leaves out are not kept."""

    def agent(body: AgentFields) -> Agent:
        return Agent(
            id=name,
            name=body.name or "",
            email=body.email or None,
            locale=body.locale or None,
            queues=frozenset(body.queues),
            person=body.person,
        )

    return read_body(AgentFields, request, agent)


def render_agent(agent: Agent) -> Reply:
    """Render an agent."""
    return json_reply(200, _agent_json(agent))


def render_agents(agents: Sequence[Agent]) -> Reply:
    """Render all agents of a tenant."""
    content: schemas.AgentList = {"agents": [_agent_json(agent) for agent in agents]}
    return json_reply(200, content)


def _agent_json(agent: Agent) -> schemas.AgentJson:
    return {
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "locale": agent.locale,
        "queues": sorted(agent.queues),
        "person": agent.person,
    }
