"""Address, brand and end of a link on the recipient's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.pages import ended_page
from linkgate.dialects.recipient.requests import is_score, wants_json
from linkgate.errors import LinkSubmitted, NotFound
from linkgate.pages.frame import brand_of
from linkgate.usecases.visits.opening import landing

if TYPE_CHECKING:
    from linkgate.errors import LinkClosed
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request


def thing_path(rid: str, score: str = "", *, own: bool = False) -> str:
    """Return the address of what a link leads to, which holds no secret. `own` says that a person chose the score."""
    return f"/v/{rid}?score={score}{'&own' * own}" if is_score(score) else f"/v/{rid}"


def step_path(rid: str, step: str, *told: str) -> str:
    """Return the address of a step of a form, or that of the form if it is no number, with what the page tells."""
    query = "&".join([*([f"s={step}"] if step.isascii() and step.isdecimal() else []), *told])
    return f"/v/{rid}?{query}" if query else f"/v/{rid}"


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


def told(error: LinkClosed, visit: Visit | None, request: Request, deps: Deps) -> Reply:
    """Explain it to a browser that had opened the link. It may ask for a new link by its visit."""
    if visit is None or wants_json(request):
        raise error
    found = landing(visit.rid, visit, None, deps)
    if isinstance(error, LinkSubmitted):
        error.receipt = found.visiting and not found.link.reopened
    return ended_page(brand_of(found.link, found.tenant, request), error, found.link, visiting=True)
