"""Routes of an agent's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import desk_visit_of
from linkgate.dialects.recipient.desk_pages import desk_json, desk_page
from linkgate.dialects.recipient.problems import error_page
from linkgate.dialects.recipient.requests import refuse_foreign, wants_json
from linkgate.errors import CallbackTaken, InvalidRequest, LinkClosed, NotFound, Throttled
from linkgate.pages.frame import brand_of
from linkgate.pages.replies import json_reply, redirect
from linkgate.usecases.desk.callbacks import callers_of, put_away, send_link, take_callback
from linkgate.usecases.desk.sitting import sitting
from linkgate.usecases.visits.hosts import at_host
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.sitting import Sitting
    from linkgate.wire.message import Reply, Request

    Act = Callable[[Sitting, Request, Deps], Reply]


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any of the desk's routes. Raises NotFound for other routes."""
    act = ACTS.get(request.route)
    if act is None:
        raise NotFound("route")
    if request.method == "POST":
        refuse_foreign(request, deps.portal)
    at = sitting(desk_visit_of(request, deps.portal), at_host(request.domain, deps))
    deps.note("rid", at.link.rid)
    return act(at, request, deps)


def _show(at: Sitting, request: Request, deps: Deps) -> Reply:
    callers = callers_of(at, deps)
    if wants_json(request):
        return json_reply(200, desk_json(at, callers))
    return desk_page(brand_of(at.link, at.tenant, request), at, callers, request.query.get("said", ""), deps.live_url)


def _take(at: Sitting, request: Request, deps: Deps) -> Reply:
    try:
        take_callback(at, _rid(request), deps)
    except CallbackTaken as error:
        if wants_json(request):
            raise
        brand = brand_of(at.link, at.tenant, request)
        back = Html('<p><a class="button" href="{}">{}</a></p>').format(at.home, brand.text("desk.back"))
        return error_page(brand, error, back)
    return _done(at, request)


def _message(at: Sitting, request: Request, deps: Deps) -> Reply:
    try:
        send_link(at, _rid(request), deps)
    except (InvalidRequest, LinkClosed) as error:
        if wants_json(request):
            raise
        return redirect(f"{at.home}?said={'not_sent' if isinstance(error, InvalidRequest) else 'not_sent_ended'}")
    except Throttled as error:
        if wants_json(request):
            raise
        return error_page(brand_of(at.link, at.tenant, request), error)
    return _done(at, request, "sent")


def _put_away(at: Sitting, request: Request, deps: Deps) -> Reply:
    put_away(at, _rid(request), deps)
    return _done(at, request)


ACTS: Mapping[str, Act] = {
    "GET /d": _show,
    "HEAD /d": _show,
    "POST /d/callbacks/{rid}/take": _take,
    "POST /d/callbacks/{rid}/message": _message,
    "POST /d/callbacks/{rid}/done": _put_away,
}


def _done(at: Sitting, request: Request, said: str = "") -> Reply:
    if wants_json(request):
        return json_reply(200, {"status": "done"})
    return redirect(f"{at.home}?said={said}" if said else at.home)


def _rid(request: Request) -> str:
    return request.path_params.get("rid", "")
