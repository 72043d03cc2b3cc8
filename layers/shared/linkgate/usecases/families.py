"""Families of links: a main link, and its further links for co-browsing roles."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.policy import TEST_KEPT
from linkgate.tokens import token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.policy import Tier
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


def with_roles(link: Link, deps: Deps) -> list[Link]:
    """Return a main link and its co-browsing roles, which hold the same recipient and are on no list."""
    roles = (deps.links.get(rid) for rid in link.roles.values())
    return [link, *(role for role in roles if role)]


def family_of(link: Link, deps: Deps) -> list[Link]:
    """Return any link, followed by the rest of its family: its roles, and the links that replaced the main link."""
    return _with_family(link, _mains(link, deps), deps)


def submitted_with(link: Link, deps: Deps) -> list[Link]:
    """Return a link, followed by those of its family that are submitted when it is.

    Links by which the form was sent before it was opened again are not among them: their record stays.
    """
    mains = _mains(link, deps)
    first = next((place for place in range(len(mains), 0, -1) if mains[place - 1].reopened), 0)
    return _with_family(link, mains[first:], deps)


def _mains(link: Link, deps: Deps) -> list[Link]:
    """Return the main links of a family, each followed by the one that took its place."""
    mains: list[Link] = []
    rid: str | None = link.master_rid
    while rid and (main := link if rid == link.rid else deps.links.get(rid)):
        mains.append(main)
        rid = main.renewed_as
    return mains


def _with_family(link: Link, mains: Sequence[Link], deps: Deps) -> list[Link]:
    roles = dict.fromkeys(role for main in mains for role in main.roles.values() if role != link.rid)
    others = [*mains, *(deps.links.get(role) for role in roles)]
    return [link, *(other for other in others if other and other.rid != link.rid)]


def longest_life(tier: Tier, *, test: bool) -> timedelta:
    """Return the longest life of a link of this tier."""
    return min(tier.greatest_life, TEST_KEPT) if test else tier.greatest_life


def kept_until(created_at: datetime, expires_at: datetime, tenant: Tenant, *, test: bool) -> datetime:
    """Return the end of a link's retention."""
    return created_at + TEST_KEPT if test else expires_at + timedelta(days=tenant.retention_days)


def successor_of(old: Link, rid: str, tenant: Tenant, deps: Deps) -> Link:
    """Build a link of the same family that takes the place of one, as if nothing had happened to it yet.

    It has the old one's life and views, and no secret and no message. What it takes over besides, the caller says.
    """
    now = deps.now()
    life = min(old.expires_at - old.created_at, longest_life(tenant.tier(old.tier), test=old.test))
    return dataclasses.replace(
        old,
        rid=rid,
        created_at=now,
        expires_at=now + life,
        ttl=kept_until(now, now + life, tenant, test=old.test),
        claim=token(deps.random(16)),
        secrets={},
        opt_outs=frozenset(),
        unsubscribed_at=None,
        resubscribed_at=None,
        disowned_at=None,
        number=deps.tenants.next_number(tenant.id) if old.number is not None else None,
        fingerprint=None,
        deliveries={},
        refused=(),
        views=0,
        opens=0,
        looked=frozenset(),
        looks=0,
        look=None,
        visits={},
        visit_ways={},
        ways_revoked_at=None,
        ways_revoked_by=None,
        ways_revoked_note={},
        opened_at=None,
        opened_via=None,
        joined_at=None,
        draft_at=None,
        challenges={},
        codes_sent=(),
        codes_unasked=(),
        code_failure=None,
        grant=None,
        resends=0,
        resent_note={},
        replaces=None,
        reopens=None,
        reminders=(),
        reminded=0,
        extended_at=None,
        extended_by=None,
        extended_note={},
    )
