"""Address and brand of a link on the recipient's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.requests import is_score
from linkgate.errors import NotFound
from linkgate.pages.frame import brand_of
from linkgate.usecases.visits.opening import landing

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Request


def thing_path(rid: str, score: str = "", *, own: bool = False) -> str:
    """Return the address of what a link leads to, which holds no secret. `own` says that a person chose the score."""
    return f"/v/{rid}?score={score}{'&own' * own}" if is_score(score) else f"/v/{rid}"


def brand_at(rid: str, request: Request, deps: Deps) -> Brand:
    """Return the brand of a link, which its landing page shows to everybody. Raises NotFound."""
    found = landing(rid, None, None, deps)
    return brand_of(found.link, found.tenant, request)


def brand_for(link: Link, request: Request, deps: Deps) -> Brand:
    """Return the brand of a link that was read already. Raises NotFound."""
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    return brand_of(link, tenant, request)
