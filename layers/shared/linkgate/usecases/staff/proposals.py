"""Acts that need two people: one proposes, another approves.

Whoever can change the address of a link's codes can take the link over, so one person alone must not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Forbidden, LinkClosed, NotFound
from linkgate.model.proposal import Proposal
from linkgate.tokens import is_token, token
from linkgate.usecases.delivery.replacing import ReplaceLink, check_replacement, replace_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

SCOPE_APPROVE = "links:approve"
"""Scope that nobody has alone: that of a second person."""


def propose(command: ReplaceLink, deps: Deps) -> Proposal:
    """Propose to replace a link. Raises what `replace_link` would raise now."""
    caller = command.caller
    check_replacement(command, deps)
    proposal = Proposal(
        id=token(deps.random(16)),
        tenant=caller.tenant.id,
        by=caller.credential.id,
        at=deps.now(),
        rid=command.rid,
        email=command.email,
        phone=command.phone,
        sms_consent=command.sms_consent,
        reason=command.reason,
    )
    deps.staff.proposals.add(proposal)
    return proposal


def open_proposals(caller: Caller, deps: Deps) -> Sequence[Proposal]:
    """Return what waits for somebody's decision, the oldest first."""
    return deps.staff.proposals.of(caller.tenant.id, deps.now())


def approve(caller: Caller, id_: str, deps: Deps) -> Link:
    """Carry out what somebody else proposed, and return the new link.

    The first who approves is the only one who may carry it out, as often as it takes: a repeat replaces nothing more.
    Raises NotFound if it was decided or is too old, Forbidden for one's own, and what `replace_link` raises. A proposal
    about a link that has ended is closed.
    """
    tenant = caller.tenant.id
    proposals = deps.staff.proposals
    found = next((each for each in proposals.of(tenant, deps.now()) if each.id == id_), None)
    if found is None:
        raise NotFound("proposal")
    if found.by == caller.credential.id or proposals.approve(tenant, id_, caller.credential.id, deps.now()) is None:
        raise Forbidden(SCOPE_APPROVE)
    command = ReplaceLink(
        caller=caller.proposed_by(found.by),
        rid=found.rid,
        email=found.email,
        phone=found.phone,
        sms_consent=found.sms_consent,
        reason=found.reason,
    )
    try:
        link = replace_link(command, deps).link
    except LinkClosed:
        proposals.close(tenant, id_)
        raise
    proposals.close(tenant, id_)
    return link


def refuse(caller: Caller, id_: str, deps: Deps) -> None:
    """Close a proposal without carrying it out, somebody else's or one's own."""
    if is_token(id_):
        deps.staff.proposals.close(caller.tenant.id, id_)
