"""Hand a visitor over to the tenant's own page, which fetches the link's facts once, with a grant."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from linkgate.errors import NotFound, VisitEnded, VisitMixedUp
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Grant
from linkgate.model.policy import GRANT_LIFE
from linkgate.model.tenant import SCOPE_READ, ResourceType
from linkgate.ports.links import NotChanged
from linkgate.tokens import grant_hash, is_token, token
from linkgate.usecases.authentication import Credentials, authenticate
from linkgate.usecases.visits.viewing import View, seen, view

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit

GRANT_PARAMETER = "grant"
"""Name of the query parameter that carries the grant to the tenant's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeGrant:
    """Request of the tenant's page, with the tenant's own credentials and `grant` as the page received it."""

    credentials: Credentials
    grant: str = field(repr=False)


def own_page(seen_view: View) -> str | None:
    """Return the URL of the tenant's page for this view, without a grant, or None if Linkgate shows its own."""
    definition, reference = seen_view.definition, seen_view.link.reference
    if not isinstance(definition, ResourceType) or not definition.url:
        return None
    url = definition.url.replace("{uid}", quote(reference or "", safe=""))
    parts = urlsplit(url)
    return url if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc else None


def hand_over(visit: Visit | None, rid: str | None, deps: Deps) -> str:
    """Return the URL to send the browser to: the tenant's page, with a grant that lives one minute.

    Raises the errors of `view`, VisitMixedUp, and NotFound if the tenant has no page of its own.
    """
    if visit and rid is not None and rid != visit.rid:
        raise VisitMixedUp
    url = own_page(view(visit, deps))
    if visit is None or url is None:
        raise NotFound("page")
    secret, now = token(deps.random(16)), deps.now()
    try:
        deps.visits.give_grant(visit.rid, visit.hash, Grant(grant_hash(visit.rid, secret), now + GRANT_LIFE), now)
    except NotChanged as refusal:
        raise VisitEnded from refusal
    address, _, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    query = urlencode({GRANT_PARAMETER: f"{visit.rid}.{secret}"})
    return f"{address}{joint}{query}" + (f"#{fragment}" if fragment else "")


def take_grant(command: TakeGrant, deps: Deps) -> View:
    """Return the facts of the link that a grant was given for.

    Raises Unauthorised, Forbidden, and NotFound for a grant that is unknown, another tenant's, used or too old.
    """
    caller = authenticate(command.credentials, deps, SCOPE_READ)
    rid, _, secret = command.grant.partition(".")
    if not (is_token(rid) and is_token(secret)):
        raise NotFound("grant")
    claim = token(deps.random(16))
    try:
        link = deps.visits.take_grant(caller.tenant.id, rid, grant_hash(rid, secret), claim, deps.now())
    except NotChanged as refusal:
        raise NotFound("grant") from refusal
    return seen(link, deps)
