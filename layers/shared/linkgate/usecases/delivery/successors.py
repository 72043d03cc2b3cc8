"""Links that take the place of another of their family: for renewals, replacements and forms that are opened again."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import API, Occasion
from linkgate.tokens import is_token, secret_hash, token
from linkgate.usecases.definitions import survey_of, title_of
from linkgate.usecases.delivery.channels import preferred, renewal_candidates
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.opt_outs import opt_outs_of
from linkgate.usecases.delivery.sending import Outgoing, leased, link_url, send_now
from linkgate.usecases.delivery.suppression import barred
from linkgate.usecases.families import successor_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.model.link import Channel, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True)
class Successor:
    """The link that works now. `url` is a secret, and None if a message carries the link or it was made before."""

    link: Link
    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A link that is about to be written, and the messages that will carry it."""

    link: Link
    outgoing: Sequence[Outgoing]
    secret: str | None = field(repr=False)
    """Secret for the caller, if no message carries one."""


def line_of(rid: str, tenant: Tenant, deps: Deps) -> Iterator[Link]:
    """Yield a main link and those that took its place, the newest last. Raises NotFound if the tenant has none."""
    following: str | None = rid
    while following:
        link = deps.links.get(following) if is_token(following) else None
        if link is None or link.tenant != tenant.id or link.role:
            raise NotFound("link")
        yield link
        following = link.renewed_as


def reachable_channels(link: Link, tenant: Tenant, deps: Deps) -> list[Channel]:
    """Return the channels that a successor may be sent over.

    Suppressed addresses and those that the contact gave up are not among them: the reader would wait for nothing.
    """
    old = outdated(link, tenant, deps)
    candidates = [channel for channel in renewal_candidates(link, tenant) if channel not in old]
    bars = barred(tenant, {channel: link.address(channel) or "" for channel in candidates}, deps, link.kind)
    return [channel for channel in candidates if channel not in bars]


def successor_channels(link: Link, tenant: Tenant, deps: Deps) -> list[Channel]:
    """Choose the channels of a successor: those that the link was sent over, or else another one."""
    return preferred(link, reachable_channels(link, tenant, deps))


def prepared(old: Link, channels: Sequence[Channel], tenant: Tenant, deps: Deps) -> Prepared:
    """Build the successor of a link, with a secret for each message, or else one for the caller."""
    now, rid = deps.now(), token(deps.random(16))
    outgoing = [Outgoing(channel, 1, token(deps.random(16)), Occasion.RESEND) for channel in channels]
    secret = None if outgoing else token(deps.random(16))
    link = dataclasses.replace(
        successor_of(old, rid, tenant, deps),
        secrets={secret_hash(rid, out.secret): out.sent_via for out in outgoing}
        | ({secret_hash(rid, secret): API} if secret else {}),
        opt_outs=opt_outs_of(old.kind, rid, [out.secret for out in outgoing] + ([secret] if secret else [])),
        deliveries={out.channel: leased(out, now) for out in outgoing},
    )
    return Prepared(link, outgoing, secret)


def keep_files(new: Link, deps: Deps) -> None:
    """Keep the family's files as long as its new link. Comes before the link, because no file may end before it."""
    deps.files.store.keep(new.master_rid, new.ttl, shorten=False)


def sent(new: Prepared, tenant: Tenant, deps: Deps) -> Successor:
    """Send a link that was written, if messages carry it. Otherwise the caller gets its address."""
    link = new.link
    if new.secret is not None:
        return Successor(link, link_url(link.portal, link.rid, new.secret))
    return Successor(send_now(link, new.outgoing, title_of(link, deps), survey_of(link, deps), tenant, deps), None)
