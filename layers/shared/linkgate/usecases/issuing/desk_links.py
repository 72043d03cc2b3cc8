"""Make a link that leads an agent to their desk."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel, Kind, Recipient
from linkgate.model.policy import life_and_views
from linkgate.model.tenant import Agent
from linkgate.ports.management import LinkList
from linkgate.usecases.delivery.channels import accept
from linkgate.usecases.issuing.issue import CreateCommand, Issued, NewLink, issue
from linkgate.usecases.management.link_lists import BEGINNING, each_link
from linkgate.usecases.management.revocation import RevokeLink, revoke_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.link import Link
    from linkgate.model.policy import Tier
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

DESK_DAYS = 30
"""Days for which a desk's link works if its caller names no number."""

DESK_REFERENCE = "desk"
"""`Link.reference` of every desk, by which an agent's desks are listed. No resource's uid is spelled like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDesk(CreateCommand):
    """Request for a desk's link."""

    agent: str
    days: int = DESK_DAYS
    send: bool = False
    """Sends the link to the agent's e-mail address."""
    replace: bool = False
    """Revokes the agent's earlier desks, as after a lost device."""
    tier: str | None = None
    """Tier instead of `Tenant.desk_tier`, such as for a person who signed in."""


def open_desk(command: OpenDesk, deps: Deps) -> Issued:
    """Make the link, and revoke earlier ones if that is asked for.

    Raises NotFound for an unknown agent, and InvalidRequest for a life that the tier forbids or an agent without an
    address to send to. The earlier links end last, so that a fault leaves the agent with a link.
    """
    made = issue(check_desk(command, deps), command, deps)
    if command.replace:
        for link in _desks_of(command.agent, command.caller, deps):
            if link.rid != made.link.rid and link.created_at <= made.link.created_at:
                _end(link, command.caller, deps)
    return made


def check_desk(command: OpenDesk, deps: Deps) -> NewLink:
    """Return the link about to be made. Raises the errors of `open_desk` and changes nothing."""
    tenant = command.caller.tenant
    agent = deps.tenants.definition(Agent, tenant.id, command.agent)
    if agent is None:
        raise NotFound("agent")
    tier = tenant.tier(command.tier or tenant.desk_tier)
    problems = []
    life = None
    try:
        life, _ = life_and_views(tier, command.days * 24, None)
    except InvalidRequest:
        most = tier.greatest_life.days
        problems.append(Problem.of("days", "range", min=1, max=most, value=command.days))
    if command.send and not agent.email:
        problems.append(Problem.of("send", "no_channel"))
    if problems or command.faults:
        raise InvalidRequest(problems)
    made = desk_link(agent, tier, life, tenant.locale)
    channels, refused = accept((Channel.EMAIL,) if command.send else (), made.recipient)
    return dataclasses.replace(made, channels=channels, refused=refused)


def desk_link(agent: Agent, tier: Tier, life: timedelta | None, locale: str = "en") -> NewLink:
    """Return the link to an agent's desk, about to be made and sent to nobody."""
    return NewLink(
        operation="desk",
        kind=Kind.DESK,
        definition_id=agent.id,
        version=None,
        title=agent.title,
        tier=tier,
        recipient=Recipient(
            name=agent.title, email=agent.email, locale=agent.locale or locale, locale_said=bool(agent.locale)
        ),
        life=life,
        max_views=tier.greatest_views,
        reference=DESK_REFERENCE,
    )


def end_desks(person: str, caller: Caller, deps: Deps) -> None:
    """End the desks of a person. Whoever has one open is told within seconds."""
    for agent in deps.tenants.definitions(Agent, caller.tenant.id):
        for link in _desks_of(agent.id, caller, deps) if agent.person == person else ():
            _end(link, caller, deps)


def _desks_of(agent: str, caller: Caller, deps: Deps) -> Iterator[Link]:
    which = LinkList(
        lists=caller.lists,
        since=BEGINNING,
        until=deps.now() + timedelta(minutes=1),
        resource=(agent, DESK_REFERENCE),
    )
    return each_link(which, deps)


def _end(link: Link, caller: Caller, deps: Deps) -> None:
    if link.kind is Kind.DESK and not link.revoked_at:
        revoke_link(RevokeLink(caller=caller, rid=link.rid), deps)
