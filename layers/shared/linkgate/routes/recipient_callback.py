"""Route of a session's customer who asks to be called back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import visit_of
from linkgate.dialects.recipient.link_pages import Entered, thing_page
from linkgate.dialects.recipient.requests import posted, wants_json
from linkgate.dialects.recipient.session_pages import AGREED, FIELD_NAMES, NAME, NOTE, PHONE, WANTED, asked_page
from linkgate.errors import InvalidRequest, LinkClosed, VisitEnded
from linkgate.model.moments import utc
from linkgate.pages.frame import brand_of
from linkgate.pages.replies import json_reply, redirect
from linkgate.routes.recipient_link import brand_for, thing_path, told
from linkgate.routes.recipient_visit import branded
from linkgate.usecases.visits.callbacks import AskCallback, ask_callback
from linkgate.usecases.visits.viewing import view

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request


@branded
def ask(request: Request, deps: Deps) -> Reply:
    """Store the request, and lead a person back to the page, which shows it."""
    visit = visit_of(request, request.path_params.get("rid", ""), deps.portal)
    try:
        asked = ask_callback(_command(request, visit), deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    except InvalidRequest as error:
        return _refused(error, visit, request, deps)
    if wants_json(request):
        return json_reply(201, {"status": "callback_requested", "askedAtUtc": utc(asked.callback.asked_at)})
    if asked.over:
        return asked_page(brand_for(asked.link, request, deps), asked.callback)
    return redirect(thing_path(asked.link.rid))


def _command(request: Request, visit: Visit | None) -> AskCallback:
    form = posted(request)
    return AskCallback(
        visit=visit,
        name=form.text(NAME),
        phone=form.text(PHONE),
        wanted=form.text(WANTED) or "",
        note=form.text(NOTE) or "",
        confirmed=form.json is not None or wants_json(request) or form.text(AGREED) == "true",
    )


def _refused(error: InvalidRequest, visit: Visit | None, request: Request, deps: Deps) -> Reply:
    """Show a person the form with its faults. A program, or a person whose visit is over, gets the error."""
    problems = [dataclasses.replace(each, field=FIELD_NAMES.get(each.field, each.field)) for each in error.problems]
    if wants_json(request):
        raise InvalidRequest(problems)
    try:
        shown = view(visit, deps)
    except (VisitEnded, LinkClosed):
        raise error from None
    brand = brand_of(shown.link, shown.tenant, request)
    return thing_page(brand, shown, Entered(posted(request).form, problems))
