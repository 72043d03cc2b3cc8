"""Replace a link that expired or is used up. The new link goes to the contact on file, never to whoever asks."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import LinkExhausted, LinkStillOpens, LinkSubmitted, NotFound, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.model.policy import (
    CODE_LIFE,
    CODES_PER_FAMILY,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    LINK_TRIES,
    RENEWALS,
    SUBMIT_GRACE,
)
from linkgate.model.receipt import readable
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.tokens import is_token, secret_hash
from linkgate.usecases.delivery.successors import keep_files, prepared, sent, successor_channels
from linkgate.usecases.visits.visit import valid_visit
from linkgate.usecases.visits.wrong_secrets import wrong_secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.errors import LinkClosed
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit


_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Renewed:
    """Result of a renewal. `link` is the one that works now. It was sent over `channel` to `to`."""

    link: Link
    channel: Channel
    to: str


def closed_for_holder(link: Link, deps: Deps) -> LinkClosed | None:
    """Return why the holder of a right secret cannot open the link and whether it is renewable, or None if it opens."""
    closed = link.closed(deps.now())
    if isinstance(closed, LinkSubmitted):
        closed.receipt = readable(link, deps.now())
    if closed and closed.renewable and not may_renew(link, deps):
        closed.renewable = False
    return closed


def closed_to_codes(link: Link, deps: Deps) -> LinkClosed | None:
    """Return why no code opens the link, or what was sent by it, or None if one does."""
    closed = closed_for_holder(link, deps)
    return None if isinstance(closed, LinkSubmitted) and closed.receipt else closed


def may_renew(link: Link, deps: Deps) -> bool:
    """Return whether policy lets the recipient replace this link once it no longer opens."""
    tenant = deps.tenants.tenant(link.tenant)
    if (
        tenant is None
        or link.submitted_at
        or link.role
        or link.renewals >= RENEWALS
        or not tenant.tier(link.tier).renewable
    ):
        return False
    if link.code_tries >= LINK_TRIES or link.codes_before + len(link.codes_sent) >= CODES_PER_FAMILY:
        return False
    return bool(successor_channels(link, tenant, deps))


def renew_link(rid: str, secret: str, deps: Deps, visit: Visit | None = None, *, source: str = "") -> Renewed:
    """Replace the link and send the new one to the contact on file. A repeat sends nothing.

    The new link belongs to the same family and keeps its draft and its count of wrong codes. What the old link had
    opened ends. A visit stands for the secret that began it, which its browser no longer has. Raises NotFound for
    anything but a right secret or visit, or Throttled if `source` sent too many wrong ones; LinkClosed if the link must
    not be replaced, and LinkStillOpens if it need not be.
    """
    asked = is_token(rid) and (is_token(secret) or visit is not None)
    link = deps.links.get(rid) if asked else None
    tenant = deps.tenants.tenant(link.tenant) if link else None
    hash_ = _proven(link, secret, visit, deps) if link else None
    if link is None or tenant is None or hash_ is None:
        if not is_token(secret):
            raise NotFound("link")
        # Only what was wrong is limited, so a right secret is never refused because of its neighbours.
        deps.guesses.check(source, "", deps.now())
        raise wrong_secret(source, deps)
    for _ in range(TRIES_AGAINST_VISITORS):
        if link.renewed_as and not link.revoked_at:
            return _already_renewed(link, deps)
        if not (closed := _closed(link, deps)):
            raise LinkStillOpens
        channels = successor_channels(link, tenant, deps) if closed.renewable else []
        if not channels:
            closed.renewable = False
            raise closed
        try:
            return _replace(link, hash_, channels, tenant, deps)
        except NotChanged as refusal:
            if refusal.stored is None or hash_ not in refusal.stored.secrets:
                raise NotFound("link") from refusal
            link = refusal.stored
    raise Unavailable(1)


def _proven(link: Link, secret: str, visit: Visit | None, deps: Deps) -> str | None:
    """Return the hash of the secret that was given, or that began the visit; None if neither is the link's."""
    if is_token(secret):
        given = secret_hash(link.rid, secret)
        return given if given in link.secrets else None
    if visit is None or not valid_visit(link, visit, deps.now(), SUBMIT_GRACE):
        return None
    way = link.visit_ways.get(visit.hash)
    return next((hash_ for hash_, sent_via in link.secrets.items() if sent_via == way), None)


def wait_for_code(link: Link, now: datetime) -> timedelta:
    """Return the time until the link may send a code, as far as the hour's codes or a new address are concerned."""
    if link.codes_from and link.codes_from > now:
        return link.codes_from - now
    if len(link.codes_sent) < CODES_PER_HOUR or link.codes_sent[CODES_PER_HOUR - 1] <= now - _HOUR:
        return timedelta()
    free = min(link.codes_sent[CODES_PER_HOUR - 1] + _HOUR, link.codes_sent[0] + CODE_LIFE)
    return max(free - now, timedelta())


def _closed(link: Link, deps: Deps) -> LinkClosed | None:
    # A thief who has the hour's codes sent to nobody's use thereby lets the contact on file replace the link.
    out_of_codes = len(link.codes_sent) >= CODES_PER_LINK or wait_for_code(link, deps.now()) > timedelta()
    return closed_for_holder(link, deps) or (LinkExhausted(renewable=may_renew(link, deps)) if out_of_codes else None)


def _replace(old: Link, hash_: str, channels: Sequence[Channel], tenant: Tenant, deps: Deps) -> Renewed:
    new = prepared(old, channels, tenant, deps)
    link = dataclasses.replace(
        new.link,
        roles={},
        codes_before=old.codes_before + len(old.codes_sent),
        renewals=old.renewals + 1,
    )
    keep_files(link, deps)
    deps.visits.renew(old, hash_, link, deps.now())
    return _told(sent(dataclasses.replace(new, link=link), tenant, deps).link)


def _already_renewed(link: Link, deps: Deps) -> Renewed:
    """Return the link sent in its place, or raise why that one is closed. Only its own holder may replace that one."""
    newer = deps.links.get(link.renewed_as) if link.renewed_as else None
    if newer is None:
        raise NotFound("link")
    if newer.renewed_as and not newer.revoked_at:
        return _already_renewed(newer, deps)
    if closed := newer.closed(deps.now()):
        closed.renewable = False
        raise closed
    return _told(newer)


def _told(link: Link) -> Renewed:
    channel = next(iter(link.deliveries), Channel.EMAIL)
    return Renewed(link, channel, link.address(channel) or "")
