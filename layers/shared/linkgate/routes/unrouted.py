"""Requests without a route in the gateway: Trendsic's paths in another letter case, wrong verbs, unknown paths.

The module also acts as a dialect: it renders errors in the dialect of the path.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, cast

from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.errors import LinkError
    from linkgate.ports.deps import Deps
    from linkgate.wire.dialect import Dialect
    from linkgate.wire.message import Reply, Request


@dataclass(frozen=True, slots=True)
class _Known:
    """A known path, with its dialect and its verbs."""

    path: re.Pattern[str]
    dialect: str
    verbs: tuple[str, ...]


def _known(path: str, dialect: str, *verbs: str) -> _Known:
    return _Known(re.compile(path), dialect, verbs)


_TRENDSIC = re.compile(
    r"/(?:v1/customerlink|api/CustomerLink|(?:json|jsv|xml|csv|html)/|(?:types|metadata)(?:/|$))", re.IGNORECASE
)
_PATHS = (
    _known(r"/player/api/(?:generate-link|send-link|cancel-request)/?", "easysend", "POST"),
    _known(r"/api(?:/v1)?/survey_requests/?", "digidesk", "POST"),
    _known(r"(?:/api)?/v1/access/external/cammer/generate-session/?", "ocular", "POST"),
    _known(r"/l/[^/]+", "recipient", "GET", "HEAD", "POST"),
    _known(r"/l/[^/]+/(?:code|code/check|renew)", "recipient", "POST"),
    _known(r"/v", "recipient", "GET", "HEAD"),
    _known(r"/v/(?:draft|submit|handover)|/grants", "recipient", "POST"),
    _known(r"/links/batch", "manage", "POST"),
    _known(r"/links(?:/[^/]+(?:/(?:events|submission))?)?", "manage", "GET"),
    _known(r"/links/[^/]+/(?:revoke|extend|resend)", "manage", "POST"),
    _known(r"/campaigns/[^/]+/results", "manage", "GET"),
    _known(r"/contacts/[^/]+", "manage", "GET", "PUT", "DELETE"),
    _known(r"/recipients/erase", "manage", "POST"),
    _known(r"/openapi\.json", "manage", "GET"),
)
_DEFAULT = "recipient"


def answer(request: Request, deps: Deps) -> Reply:
    """Answer Trendsic's paths. Raises MethodNotAllowed for other known paths, and NotFound for the rest."""
    if _TRENDSIC.match(request.path):
        from linkgate.routes import trendsic

        return trendsic.answer(request, deps)
    for known in _PATHS:
        if known.path.fullmatch(request.path):
            raise MethodNotAllowed(known.verbs)
    raise NotFound("route")


def render_error(error: LinkError, request: Request) -> Reply:
    """Render an error in the path's own dialect. An unknown path is answered like an unknown link."""
    if _TRENDSIC.match(request.path):
        name = "trendsic"
    else:
        name = next((known.dialect for known in _PATHS if known.path.fullmatch(request.path)), _DEFAULT)
    dialect = cast("Dialect", importlib.import_module(f"linkgate.dialects.{name}"))
    return dialect.render_error(error, request)
