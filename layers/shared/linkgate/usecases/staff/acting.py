"""Acts of a person on a link. Some are two acts in one, because a customer waits on the phone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from linkgate.errors import InvalidRequest, LinkError, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.person import role_with
from linkgate.model.proposal import FourEyes
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.delivery.replacing import ReplaceLink, replace_link
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from linkgate.usecases.delivery.successors import successor_channels
from linkgate.usecases.delivery.suppression import LIFTABLE, barred, lift
from linkgate.usecases.management.extension import ExtendLink, extend_link
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.management.revocation import RevokeLink, revoke_link
from linkgate.usecases.staff.proposals import needs_second, propose
from linkgate.usecases.visits.reopening import ReopenLink, reopen_link

if TYPE_CHECKING:
    from linkgate.model.link import Channel, Link
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


def staff_caller(staff: Staff, scope: str) -> Caller:
    """Return a person at work as a caller, in the first of their roles that has the scope."""
    return person_caller(staff.tenant, staff.id, role_with(scope, staff.roles), staff.scopes, staff)


@dataclass(frozen=True, slots=True)
class ExtendAndSend:
    """Request to extend a link and then send it again."""

    extension: ExtendLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAnyway:
    """Request to lift the suppression of the link's address and send the link there again."""

    caller: Caller
    rid: str
    channel: Channel
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """A link after an act, which is a new one if it was replaced.

    `unsent` is the error because of which the second half of the act, the message, did not leave.
    """

    link: Link
    unsent: LinkError | None = None
    proposed: bool = False
    """True if nothing was done yet, because a second person has to approve it."""


Command = ResendLink | ExtendLink | ExtendAndSend | RevokeLink | ReplaceLink | ReopenLink | SendAnyway
C = TypeVar("C", ReplaceLink, ReopenLink)


def act_on_link(command: Command, deps: Deps) -> Acted:
    """Carry out an act, or propose it if it needs a second person. Raises what its use case raises."""
    match command:
        case ResendLink():
            return Acted(resend_link(command, deps))
        case ExtendLink():
            return Acted(extend_link(command, deps))
        case ExtendAndSend(extension=extension):
            link = extend_link(extension, deps)
            again = resend_command(extension.caller, link.rid, extension.reason, None, replace=False)
            return _resent(link, again, deps)
        case RevokeLink():
            return Acted(revoke_link(command, deps))
        case ReplaceLink():
            return _replaced(command, deps)
        case ReopenLink():
            return Acted(reopen_link(_by_message(command, deps), deps).link)
        case SendAnyway():
            return _sent_anyway(command, deps)


def resend_command(
    caller: Caller, rid: str, reason: str | None, channel: Channel | None, *, replace: bool
) -> ResendLink:
    """Build the request of a caller to send a link again."""
    return ResendLink(
        tenant=caller.tenant.id,
        rid=rid,
        channel=channel,
        replace=replace,
        by=caller.credential.id,
        note=caller.note(reason),
    )


def _replaced(command: ReplaceLink, deps: Deps) -> Acted:
    if not (command.email or command.phone):
        return Acted(replace_link(_by_message(command, deps), deps).link)
    link = owned_link(command.caller.tenant.id, command.rid, deps)
    if link.code and needs_second(FourEyes.REPLACE, command.caller, deps):
        propose(command, deps)
        return Acted(link, proposed=True)
    return Acted(replace_link(command, deps).link)


def _by_message(command: C, deps: Deps) -> C:
    """Let the new link be sent even if the old one was not: no page may show a link that opens."""
    tenant = command.caller.tenant
    link = owned_link(tenant.id, command.rid, deps)
    if link.deliveries:
        return command
    channels = successor_channels(link, tenant, deps)
    if not channels:
        raise InvalidRequest([Problem.of("channels", "no_channel")])
    return dataclasses.replace(command, channels=channels)


def _sent_anyway(command: SendAnyway, deps: Deps) -> Acted:
    tenant = command.caller.tenant
    link = owned_link(tenant.id, command.rid, deps)
    if closed := link.closed(deps.now()):
        raise closed
    address = link.address(command.channel)
    bars = barred(tenant, {command.channel: address}, deps, link.kind) if address else {}
    reason = bars.get(command.channel)
    if address is None or reason not in LIFTABLE:
        raise InvalidRequest([Problem.of("channel", "no_channel")])
    lift(tenant.id, address, reason, deps)
    return _resent(link, resend_command(command.caller, link.rid, command.reason, command.channel, replace=False), deps)


def _resent(link: Link, command: ResendLink, deps: Deps) -> Acted:
    """Send the link, whose own change stays if it cannot be sent now."""
    try:
        return Acted(resend_link(command, deps))
    except LinkError as error:
        return Acted(link, error)
