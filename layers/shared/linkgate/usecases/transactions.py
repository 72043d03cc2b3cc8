"""Transactions: links that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def links_of_transaction(link: Link, deps: Deps) -> list[Link]:
    """Return the link and its co-browsing roles, which hold the same recipient and are on no list."""
    roles = (deps.links.get(rid) for rid in link.roles.values())
    return [link, *(role for role in roles if role)]
