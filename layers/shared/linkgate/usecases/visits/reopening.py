"""Open a form again that was sent too early, because its sender pressed the wrong button."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkRevoked, NotFound, Problem, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.usecases.delivery.successors import (
    Successor,
    keep_files,
    line_of,
    prepared,
    reachable_channels,
    sent,
    successor_channels,
)
from linkgate.usecases.visits.redrafting import redraft_of, write_redraft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Channel, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenLink:
    """Request to open a form or survey again that was submitted."""

    caller: Caller
    rid: str
    channels: Sequence[Channel] | None = None
    """Channels to send the new link over. None chooses; empty sends nothing, and the caller gets the address."""
    reason: str | None = None


def reopen_link(command: ReopenLink, deps: Deps) -> Successor:
    """Make a new link of the same family whose draft is what was submitted, and send it. What was submitted stays.

    Files stay where they are, and a signature holds as long as nothing that was signed changes. Co-browsing roles get
    no new links. A repeat returns the link that was made and sends nothing. Raises NotFound if the tenant has no such
    link, LinkRevoked if it was erased, and InvalidRequest if nothing was submitted or nobody can be reached.
    """
    tenant = command.caller.tenant
    (asked, *_) = line_of(command.rid, tenant, deps)
    for _ in range(TRIES_AGAINST_VISITORS):
        # The draft is read first. If its link is not open again after that, nobody has changed the draft since.
        fields = deps.fields.of(asked.master_rid)
        line = [*line_of(command.rid, tenant, deps)]
        if _open_again(line, deps):
            return Successor(line[-1], None)
        _refuse(line[-1])
        channels = _channels(line[-1], command, tenant, deps)
        try:
            return _reopen(line[-1], channels, fields, command, deps)
        except NotChanged as refusal:
            if refusal.stored is None:
                raise NotFound("link") from refusal
    raise Unavailable(1)


def check_reopening(command: ReopenLink, deps: Deps) -> Link:
    """Return the link that would be opened again. Raises what `reopen_link` would raise now, and changes nothing.

    Raises InvalidRequest, too, if the form is open again already.
    """
    tenant = command.caller.tenant
    line = [*line_of(command.rid, tenant, deps)]
    if _open_again(line, deps):
        raise InvalidRequest([Problem.of("rid", "reopened")])
    _refuse(line[-1])
    _channels(line[-1], command, tenant, deps)
    return line[-1]


def _open_again(line: Sequence[Link], deps: Deps) -> bool:
    """Return whether a form that was submitted is open already. Raises LinkClosed if its newest link has ended."""
    if line[-1].submitted_at or not any(link.reopened for link in line):
        return False
    if closed := line[-1].closed(deps.now()):
        raise closed
    return True


def _refuse(link: Link) -> None:
    if link.erased_at or link.revoked_at:
        raise LinkRevoked
    if not link.submitted_at or not link.submission:
        raise InvalidRequest([Problem.of("rid", "not_submitted")])


def _channels(link: Link, command: ReopenLink, tenant: Tenant, deps: Deps) -> Sequence[Channel]:
    """Return the channels that were asked for, or else those of the old link that work.

    A link that no message carried stays one.
    """
    if not command.channels and (command.channels is not None or not link.deliveries):
        return ()
    if command.channels is None:
        chosen = successor_channels(link, tenant, deps)
    else:
        reachable = reachable_channels(link, tenant, deps)
        chosen = [channel for channel in reachable if channel in command.channels]
    if not chosen or not set(command.channels or ()) <= set(chosen):
        raise InvalidRequest([Problem.of("channels", "no_channel")])
    return chosen


def _reopen(
    old: Link,
    channels: Sequence[Channel],
    fields: Mapping[str, StoredField],
    command: ReopenLink,
    deps: Deps,
) -> Successor:
    caller, now = command.caller, deps.now()
    new = prepared(old, channels, caller.tenant, deps)
    link = dataclasses.replace(
        new.link,
        reopens=old.rid,
        roles={},
        created_by=caller.credential.id,
        submitted_at=None,
        submission=None,
        submit_claim=None,
        receipt=None,
        codes_from=None,
        codes_before=0,
        code_tries=0,
        renewals=0,
    )
    keep_files(link, deps)
    write_redraft(link, redraft_of(old, fields, deps), fields, deps)
    deps.administration.reopen(old, link, caller.credential.id, now, note=caller.note(command.reason))
    return sent(dataclasses.replace(new, link=link), caller.tenant, deps)
