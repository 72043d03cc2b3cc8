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
    """Return any link, followed by the rest of its family: its roles, and the links that replaced the main link."""
    others: dict[str, Link | None] = {}
    rid: str | None = link.master_rid
    while rid:
        main = others[rid] = link if rid == link.rid else deps.links.get(rid)
        rid = main.renewed_as if main else None
        others |= {role: None for role in main.roles.values() if role not in others} if main else {}
    read = (other or deps.links.get(each) for each, other in others.items() if each != link.rid)
    return [link, *(other for other in read if other)]
