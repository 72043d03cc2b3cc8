"""One link of a tenant, and its submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.tokens import is_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps


def owned_link(tenant: str, rid: str, deps: Deps) -> Link:
    """Return a link of the tenant. Raises NotFound, also for a link of another tenant."""
    link = deps.links.get(rid) if is_token(rid) else None
    if link is None or link.tenant != tenant:
        raise NotFound("link")
    return link


def submission_of(link: Link, deps: Deps) -> Mapping[str, object]:
    """Return the submission of a link. Raises NotFound if there is none or it was erased."""
    name = link.submission
    bodies = deps.links.bodies(link.master_rid, [name]) if name else {}
    if name is None or name not in bodies:
        raise NotFound("submission")
    return bodies[name]
