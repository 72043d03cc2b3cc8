"""Find out which acts on a link would succeed now, by asking the checks of the use cases themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkError, LinkExhausted, LinkRevoked, Problem
from linkgate.usecases.delivery.replacing import ReplaceLink, check_replacement
from linkgate.usecases.delivery.resending import ResendLink, check_resend
from linkgate.usecases.families import longest_life
from linkgate.usecases.management.extension import ExtendLink, check_extension
from linkgate.usecases.management.revocation import RevokeLink, check_revocation
from linkgate.usecases.visits.reopening import ReopenLink, check_reopening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


class Act(StrEnum):
    """Act on a link, by the name of its command."""

    RESEND = "resend"
    EXTEND = "extend"
    REPLACE = "replace"
    REOPEN = "reopen"
    REVOKE = "revoke"


def possible_acts(link: Link, caller: Caller, deps: Deps) -> Mapping[Act, LinkError | None]:
    """Return every act, with the error that it would raise now, or None. Raises Unavailable."""
    if link.erased_at:
        return dict.fromkeys(Act, LinkRevoked())
    if link.reopened:
        # Its use cases act on the link by which the form is open, which has a page of its own.
        return dict.fromkeys(Act, InvalidRequest([Problem.of("rid", "reopened")]))
    latest = link.created_at + longest_life(caller.tenant.tier(link.tier), test=link.test)
    checks: Mapping[Act, Callable[[], object]] = {
        Act.RESEND: lambda: check_resend(ResendLink(tenant=caller.tenant.id, rid=link.rid), deps),
        Act.EXTEND: lambda: _check_more_time(ExtendLink(caller=caller, rid=link.rid, until=latest), link, deps),
        # Without a message, because an address that cannot be reached is a reason to replace a link.
        Act.REPLACE: lambda: check_replacement(ReplaceLink(caller=caller, rid=link.rid, channels=()), deps),
        Act.REOPEN: lambda: check_reopening(ReopenLink(caller=caller, rid=link.rid), deps),
        Act.REVOKE: lambda: check_revocation(RevokeLink(caller=caller, rid=link.rid), deps),
    }
    return {act: _refusal(check) for act, check in checks.items()}


def _check_more_time(command: ExtendLink, link: Link, deps: Deps) -> None:
    """Raise what the extension would raise, and LinkExhausted for a link that no time would open again."""
    check_extension(command, deps)
    # At the moment of its making, no link has expired.
    if isinstance(closed := link.closed(link.created_at), LinkExhausted):
        raise closed


def _refusal(check: Callable[[], object]) -> LinkError | None:
    try:
        check()
    except LinkError as error:
        return error
    return None
