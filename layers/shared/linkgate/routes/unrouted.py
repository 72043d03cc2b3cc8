"""Requests without a route in the gateway: other spellings of vendors' paths, mangled links, and wrong verbs.

The module also acts as a dialect: it renders errors in the dialect of the path.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import TYPE_CHECKING, cast

from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.errors import LinkError
    from linkgate.ports.deps import Deps
    from linkgate.wire.dialect import Dialect
    from linkgate.wire.message import Request


_TRENDSIC = re.compile(
    r"/(?:v1/customerlink|api/(?!(?:v1|survey_requests)(?:/|$))\w"
    r"|(?:json|jsv|xml|csv|html)/|(?:types|metadata)(?:/|$))",
    re.IGNORECASE,
)
VENDOR_ROUTES = {
    "easysend": {
        "POST /player/api/generate-link": "easysend.generate_link",
        "POST /player/api/send-link": "easysend.send_link",
        "POST /player/api/cancel-request": "easysend_cancel.cancel_request",
    },
    "digidesk": {
        "POST /api/survey_requests": "digidesk.request_survey",
        "POST /api/v1/survey_requests": "digidesk.request_survey",
    },
    "ocular": {
        "POST /v1/access/external/cammer/generate-session": "ocular.generate_session",
        "POST /api/v1/access/external/cammer/generate-session": "ocular.generate_session",
    },
}
"""Routes of the vendors' dialects, spelled as in the template, and what answers each. Their paths may end in a slash.

The gateway has a second route for that, `<path>/{proxy+}`, but AWS does not say whether it takes an empty rest.
"""

OWN_ROUTES = {
    "recipient": (
        "GET /l/{rid}",
        "HEAD /l/{rid}",
        "POST /l/{rid}",
        "POST /l/{rid}/code",
        "POST /l/{rid}/code/check",
        "POST /l/{rid}/renew",
        "POST /l/{rid}/opt-out",
        "POST /l/{rid}/language",
        "GET /l/{rid}/about",
        "HEAD /l/{rid}/about",
        "POST /l/{rid}/not-me",
        "POST /l/{rid}/receipt",
        "GET /o/{rid}/{secret}",
        "HEAD /o/{rid}/{secret}",
        "POST /o/{rid}/{secret}",
        "GET /v",
        "HEAD /v",
        "POST /v/draft",
        "POST /v/submit",
        "POST /v/handover",
        "GET /v/{rid}",
        "HEAD /v/{rid}",
        "GET /v/{rid}/fields",
        "POST /v/{rid}/fields",
        "POST /v/{rid}/draft",
        "POST /v/{rid}/step",
        "POST /v/{rid}/submit",
        "POST /v/{rid}/handover",
        "POST /v/{rid}/language",
        "POST /v/{rid}/files/{file}",
        "POST /v/{rid}/live",
        "POST /v/{rid}/callback",
        "GET /v/{rid}/live/messages",
        "POST /v/{rid}/live/messages",
        "POST /grants",
        "GET /d",
        "HEAD /d",
        "POST /d/callbacks/{rid}/take",
        "POST /d/callbacks/{rid}/message",
        "POST /d/callbacks/{rid}/done",
    ),
    "manage": (
        "POST /links/batch",
        "GET /links",
        "GET /links/{rid}",
        "GET /links/{rid}/events",
        "GET /links/{rid}/submission",
        "GET /links/{rid}/chat",
        "POST /links/{rid}/revoke",
        "POST /links/{rid}/extend",
        "POST /links/{rid}/resend",
        "POST /links/{rid}/replace",
        "POST /links/{rid}/reopen",
        "POST /links/{rid}/revoke-way",
        "POST /imports",
        "GET /imports/{import}",
        "POST /imports/{import}/start",
        "POST /imports/{import}/pause",
        "POST /imports/{import}/stop",
        "GET /imports/{import}/results",
        "GET /campaigns/{name}/results",
        "GET /contacts/{id}",
        "PUT /contacts/{id}",
        "DELETE /contacts/{id}",
        "POST /recipients/erase",
        "PUT /resources/{type}/{uid}",
        "GET /resources/{type}/{uid}",
        "DELETE /resources/{type}/{uid}",
        "POST /resources/{type}/{uid}/files",
        "GET /resources/{type}/{uid}/files/{file}",
        "DELETE /resources/{type}/{uid}/files/{file}",
        "GET /links/{rid}/files",
        "POST /links/{rid}/files",
        "GET /links/{rid}/files/{file}",
        "DELETE /links/{rid}/files/{file}",
        "GET /agents",
        "GET /agents/{agent}",
        "PUT /agents/{agent}",
        "DELETE /agents/{agent}",
        "POST /agents/{agent}/desk",
        "GET /categories",
        "GET /categories/{category}",
        "PUT /categories/{category}",
        "DELETE /categories/{category}",
        "GET /openapi.json",
    ),
}
"""Routes of our own dialects. A literal path precedes one with a parameter that it also fits."""

_FOR_RECIPIENTS = re.compile(r"/(?:[lov](?:/|$)|$)")


def answer(request: Request, deps: Deps) -> Reply:
    """Answer Trendsic's paths, vendors' paths with a slash at the end, and mangled links.

    Raises MethodNotAllowed for a known path with another verb, and NotFound for the rest.
    """
    if _TRENDSIC.match(request.path):
        from linkgate.routes import trendsic

        return trendsic.answer(request, deps)
    known = _known_path(request.path)
    if known and (act := known.acts.get(request.method)):
        module, _, name = act.partition(".")
        reply: Reply = getattr(importlib.import_module(f"linkgate.routes.{module}"), name)(request, deps)
        return reply
    if known:
        raise MethodNotAllowed(known.verbs)
    if request.method in {"GET", "HEAD"} and request.path.startswith("/l/"):
        from linkgate.dialects.recipient.pasted_links import mended
        from linkgate.pages.replies import redirect

        if meant := mended(request.path):
            return redirect(meant)
    if request.method in {"GET", "HEAD"} and request.path == "/favicon.ico":
        # Browsers ask for it beside every page without an icon. The answer spares them a page, and is kept.
        return Reply(204, headers={"cache-control": "public, max-age=604800"})
    raise NotFound("route")


def render_error(error: LinkError, request: Request) -> Reply:
    """Render an error in the path's own dialect.

    An unknown path is answered like an unknown link, and as problem details to a program.
    """
    if _TRENDSIC.match(request.path):
        name = "trendsic"
    else:
        known = _known_path(request.path)
        name = known.dialect if known else _stranger(request)
    dialect = cast("Dialect", importlib.import_module(f"linkgate.dialects.{name}"))
    return dialect.render_error(error, request)


def _stranger(request: Request) -> str:
    """Return the dialect for a path that nobody knows."""
    person = _FOR_RECIPIENTS.match(request.path) or "text/html" in (request.header("accept") or "")
    return "recipient" if person else "manage"


@dataclass(frozen=True, slots=True)
class _KnownPath:
    """A path of the template, with its dialect and its verbs."""

    pattern: re.Pattern[str]
    dialect: str
    verbs: tuple[str, ...]
    acts: Mapping[str, str]
    """Functions of `linkgate.routes` that answer the verbs of a vendor's path, if the gateway did not."""


def _known_path(path: str) -> _KnownPath | None:
    return next((known for known in _known_paths() if known.pattern.fullmatch(path)), None)


@cache
def _known_paths() -> tuple[_KnownPath, ...]:
    return (*_read(VENDOR_ROUTES, "/?"), *_read(OWN_ROUTES, ""))


def _read(routes: Mapping[str, Mapping[str, str] | Sequence[str]], end: str) -> Iterator[_KnownPath]:
    for dialect, keys in routes.items():
        acts = keys if isinstance(keys, dict) else {}
        verbs: dict[str, tuple[str, ...]] = {}
        for key in keys:
            verb, _, path = key.partition(" ")
            verbs[path] = (*verbs.get(path, ()), verb)
        for path, allowed in verbs.items():
            pattern = "[^/]+".join(re.escape(part) for part in re.split(r"\{\w+\}", path))
            mine = {verb: acts[f"{verb} {path}"] for verb in allowed if f"{verb} {path}" in acts}
            yield _KnownPath(re.compile(pattern + end), dialect, allowed, mine)
