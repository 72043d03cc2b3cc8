"""Hosts at which a link opens: the one it was sent with, and its tenant's present one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.lazy_dataclass import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def at_host(host: str, deps: Deps) -> Deps:
    """Return dependencies that find only links which open at this host. Others do not exist for its visitors."""
    return replace(deps, links=_LinksAtHost(host, deps))


def portals_at(host: str) -> tuple[str, str]:
    """Return the usual portals of a host. `http` is for a local one."""
    return f"https://{host}", f"http://{host}"


def opens_at(host: str, link: Link, deps: Deps) -> bool:
    """Return whether the link opens at this host."""
    if link.portal in portals_at(host) or _host(link.portal) == host:
        return True
    tenant = deps.tenants.tenant(link.tenant)
    return tenant is not None and _host(tenant.portal or deps.portal or "") == host


def _host(portal: str) -> str:
    return urlsplit(portal).netloc.lower()


class _LinksAtHost:
    """`ports.links.LinkStore` of one host."""

    def __init__(self, host: str, deps: Deps) -> None:
        self._host = host
        self._deps = deps

    def get(self, rid: str) -> Link | None:
        link = self._deps.links.get(rid)
        return link if link and opens_at(self._host, link, self._deps) else None

    def several(self, rids: Collection[str]) -> Mapping[str, Link]:
        links = self._deps.links.several(rids)
        return {rid: link for rid, link in links.items() if opens_at(self._host, link, self._deps)}

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        return self._deps.links.bodies(master_rid, names)
