"""Families of links: a main link, and its further links for co-browsing roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def with_roles(link: Link, deps: Deps) -> list[Link]:
    """Return a main link and its co-browsing roles, which hold the same recipient and are on no list."""
    roles = (deps.links.get(rid) for rid in link.roles.values())
    return [link, *(role for role in roles if role)]


def family_of(link: Link, deps: Deps) -> list[Link]:
    """Return any link, followed by the rest of its family."""
    if link.rid == link.master_rid and not link.roles:
        return [link]
    main = link if link.rid == link.master_rid else deps.links.get(link.master_rid)
    rids = [main.rid, *main.roles.values()] if main else [link.rid]
    others = [deps.links.get(rid) for rid in rids if rid != link.rid]
    return [link, *(other for other in others if other)]
