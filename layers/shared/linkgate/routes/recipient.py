"""Routes of the recipient. Each reads the request, acts, and answers with a page or JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import bind_cookie, bind_of, visit_cookies, visit_of, visits_of
from linkgate.dialects.recipient.fields import answers_in, fields_of
from linkgate.dialects.recipient.json_views import grant_json, view_json
from linkgate.dialects.recipient.link_pages import CONFIRMED, Entered, form_page, thing_page
from linkgate.dialects.recipient.masks import masked
from linkgate.dialects.recipient.pages import code_page, ended_page, landing_page, renewed_page
from linkgate.dialects.recipient.problems import error_page
from linkgate.dialects.recipient.requests import (
    Key,
    code_in,
    is_score,
    key_in,
    mangled,
    posted,
    refuse_foreign,
    wants_json,
)
from linkgate.errors import (
    CodeRefused,
    InvalidRequest,
    LinkClosed,
    MethodNotAllowed,
    NotFound,
    Problem,
    Throttled,
    Unavailable,
    VisitMixedUp,
)
from linkgate.model.moments import utc
from linkgate.pages.frame import brand_of
from linkgate.pages.replies import empty_reply, json_reply, redirect
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.visits.codes import CodeAsked, check_code, send_code_again
from linkgate.usecases.visits.handover import TakeGrant, hand_over, take_grant
from linkgate.usecases.visits.opening import OpenLink, landing, open_link
from linkgate.usecases.visits.renewal import renew_link
from linkgate.usecases.visits.submission import FilledForm, Refused, save_draft, submit_form
from linkgate.usecases.visits.viewing import view
from linkgate.wire.basic_auth import bearer_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.dialects.recipient.requests import Posted
    from linkgate.errors import LinkError
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request

    Step = Callable[[Request, Deps], Reply]

MANAGE = "manage"
"""Dialect of the keys of the tenant's own server."""


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any of the recipient's routes. Raises NotFound for other routes."""
    step = STEPS.get(request.route)
    if step is None:
        raise NotFound("route")
    if request.method == "POST" and step is not _take_grant:
        refuse_foreign(request, deps.portal)
    return step(request, deps)


def _show_landing(request: Request, deps: Deps) -> Reply:
    rid = _rid(request)
    if meant := mangled(rid):
        return redirect(meant)
    found = landing(rid, visit_of(request, rid, deps.portal), bind_of(request, deps.portal), deps)
    if wants_json(request):
        return json_reply(200, {"kind": found.link.kind.value, "from": found.tenant.name})
    brand = brand_of(found.link, found.tenant, request)
    return code_page(brand, found.asked) if found.asked and found.awaits_code else landing_page(brand, found)


def _press_continue(request: Request, deps: Deps) -> Reply:
    rid, key = _rid(request), _key(request)
    visit, bind = visit_of(request, rid, deps.portal), bind_of(request, deps.portal)
    if not key.secret:
        if wants_json(request):
            raise InvalidRequest([Problem.of("secret", "required")])
        found = landing(rid, visit, bind, deps)
        return landing_page(brand_of(found.link, found.tenant, request), found, missing=True)
    try:
        opened = open_link(OpenLink(rid=rid, secret=key.secret, visit=visit, bind=bind), deps)
    except (LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps, key)
    if not isinstance(opened, CodeAsked):
        return _opened(opened, request, deps, key.score)
    if wants_json(request):
        return _code_json(opened, deps)
    page = code_page(_brand(opened.link, request, deps), opened, score=key.score or "")
    return dataclasses.replace(page, cookies=(bind_cookie(opened.bind, deps.portal),))


def _send_code(request: Request, deps: Deps) -> Reply:
    rid, bind = _rid(request), bind_of(request, deps.portal)
    try:
        asked = send_code_again(rid, bind, deps)
    except (LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps)
    if wants_json(request):
        return _code_json(asked, deps)
    page = code_page(_brand(asked.link, request, deps), asked)
    return dataclasses.replace(page, cookies=(bind_cookie(asked.bind, deps.portal),))


def _check_code(request: Request, deps: Deps) -> Reply:
    form = posted(request)
    code, score = code_in(form.text("code") or ""), form.text("score")
    try:
        opened = check_code(_rid(request), bind_of(request, deps.portal), code, deps)
    except (CodeRefused, LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps, Key("", score))
    return _opened(opened, request, deps, score)


def _renew(request: Request, deps: Deps) -> Reply:
    rid, key = _rid(request), _key(request)
    try:
        renewed = renew_link(rid, key.secret, deps)
    except LinkClosed as error:
        return _told(error, request, deps, key)
    if wants_json(request):
        sent = {"status": "sent", "channel": renewed.channel.value, "to": masked(renewed.to)}
        return json_reply(202, sent)
    return renewed_page(_brand(renewed.link, request, deps), renewed, rid)


def _find_thing(request: Request, deps: Deps) -> Reply:
    """Lead a browser from the address that all links shared to the link that it opened last."""
    visits = visits_of(request, deps.portal)
    if not visits or wants_json(request):
        return _show_thing(request, deps)
    score = request.query.get("score", "")
    return redirect(_thing(visits[0].rid, score=score))


def _show_thing(request: Request, deps: Deps) -> Reply:
    if f"POST /v/{_rid(request)}" in STEPS:
        raise MethodNotAllowed(("POST",))
    visit = _visit(request, deps)
    try:
        shown = view(visit, deps)
    except LinkClosed as error:
        return _told_visitor(error, visit, request, deps)
    if wants_json(request):
        return json_reply(200, view_json(shown))
    brand = brand_of(shown.link, shown.tenant, request)
    entered = Entered(score=request.query.get("score", ""), saved="saved" in request.query)
    return thing_page(brand, shown, entered)


def _save_draft(request: Request, deps: Deps) -> Reply:
    filled = _filled(request, posted(request), deps)
    try:
        save_draft(filled, deps)
    except LinkClosed as error:
        return _told_visitor(error, filled.visit, request, deps)
    if wants_json(request) or filled.visit is None:
        return empty_reply(204)
    return redirect(f"{_thing(filled.visit.rid)}?saved")


def _submit(request: Request, deps: Deps) -> Reply:
    form = posted(request)
    filled = _filled(request, form, deps)
    try:
        outcome = submit_form(filled, deps)
    except LinkClosed as error:
        return _told_visitor(error, filled.visit, request, deps)
    if isinstance(outcome, Refused):
        if wants_json(request) or form.json is not None:
            raise InvalidRequest(outcome.problems)
        brand = brand_of(outcome.view.link, outcome.view.tenant, request)
        return form_page(brand, outcome.view, Entered(form.form, outcome.problems))
    if wants_json(request) or filled.visit is None:
        return json_reply(201, {"status": "submitted", "submittedAtUtc": utc(outcome)})
    return redirect(_thing(filled.visit.rid))


def _hand_over(request: Request, deps: Deps) -> Reply:
    rid = posted(request).text("rid")
    visit = _visit(request, deps, rid)
    try:
        url = hand_over(visit, rid, deps)
    except LinkClosed as error:
        return _told_visitor(error, visit, request, deps)
    return json_reply(200, {"status": "hand_over", "next": url}) if wants_json(request) else redirect(url)


def _take_grant(request: Request, deps: Deps) -> Reply:
    credentials = Credentials(MANAGE, bearer_token(request.header("authorization")))
    taken = take_grant(TakeGrant(credentials=credentials, grant=posted(request).text("grant") or ""), deps)
    return json_reply(200, grant_json(taken))


STEPS: Mapping[str, Step] = {
    "GET /l/{rid}": _show_landing,
    "HEAD /l/{rid}": _show_landing,
    "POST /l/{rid}": _press_continue,
    "POST /l/{rid}/code": _send_code,
    "POST /l/{rid}/code/check": _check_code,
    "POST /l/{rid}/renew": _renew,
    "GET /v/{rid}": _show_thing,
    "HEAD /v/{rid}": _show_thing,
    "POST /v/{rid}/draft": _save_draft,
    "POST /v/{rid}/submit": _submit,
    "POST /v/{rid}/handover": _hand_over,
    "GET /v": _find_thing,
    "HEAD /v": _find_thing,
    "POST /v/draft": _save_draft,
    "POST /v/submit": _submit,
    "POST /v/handover": _hand_over,
    "POST /grants": _take_grant,
}


def _thing(rid: str, score: str = "") -> str:
    """Return the address of the page behind a link. It contains no secret."""
    return f"/v/{rid}?score={score}" if is_score(score) else f"/v/{rid}"


def _visit(request: Request, deps: Deps, rid: str | None = None) -> Visit | None:
    """Return this browser's visit of the link that the path names.

    At the addresses that all links share, it is the visit of the link in the body, or the only visit. Raises
    VisitMixedUp if there are several.
    """
    if named := _rid(request) or rid:
        return visit_of(request, named, deps.portal)
    visits = visits_of(request, deps.portal)
    if len(visits) > 1:
        raise VisitMixedUp
    return visits[0] if visits else None


def _rid(request: Request) -> str:
    return request.path_params.get("rid", "")


def _key(request: Request) -> Key:
    return key_in(posted(request).text("secret") or "", _rid(request))


def _filled(request: Request, posted_form: Posted, deps: Deps) -> FilledForm:
    """Return the filled-in form: a program's data as it is, a page's texts typed by the form's schema."""
    rid = posted_form.text("rid")
    visit = _visit(request, deps, rid)
    if posted_form.json is None:
        return FilledForm(
            visit=visit,
            read=lambda schema: answers_in(fields_of(schema, ""), posted_form.form),
            rid=rid or "",
            confirmed=posted_form.text(CONFIRMED) == "true",
        )
    data = posted_form.json.get("data")
    if not isinstance(data, dict):
        code = "required" if data is None else "type"
        raise InvalidRequest([Problem.of("data", code, expected="object")])
    return FilledForm(visit=visit, read=lambda _: data, rid=rid)


def _opened(visit: Visit, request: Request, deps: Deps, score: str | None) -> Reply:
    cookies = visit_cookies(visit, request, deps.portal, deps.now())
    if wants_json(request):
        return json_reply(200, {"status": "open", "next": _thing(visit.rid)}, cookies=cookies)
    return redirect(_thing(visit.rid, score or ""), cookies)


def _code_json(asked: CodeAsked, deps: Deps) -> Reply:
    told = {"status": "code_required", "channel": asked.channel.value, "to": masked(asked.to)}
    return json_reply(202, told, cookies=(bind_cookie(asked.bind, deps.portal),))


def _told(error: LinkError, request: Request, deps: Deps, key: Key | None = None) -> Reply:
    """Explain why a link does not open, to somebody who has proved that it is theirs."""
    if wants_json(request):
        raise error
    rid = _rid(request)
    found = landing(rid, None, bind_of(request, deps.portal), deps)
    brand = brand_of(found.link, found.tenant, request)
    if isinstance(error, LinkClosed):
        return ended_page(brand, error, found.link, key.secret if key else "")
    if found.asked:
        return code_page(brand, found.asked, score=(key.score if key else None) or "", error=error)
    return error_page(brand, error)


def _told_visitor(error: LinkClosed, visit: Visit | None, request: Request, deps: Deps) -> Reply:
    """Explain it to a browser that had opened the link. Without the secret, it can no longer ask for a new link."""
    if visit is None or wants_json(request):
        raise error
    found = landing(visit.rid, None, None, deps)
    return ended_page(brand_of(found.link, found.tenant, request), error)


def _brand(link: Link, request: Request, deps: Deps) -> Brand:
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    return brand_of(link, tenant, request)
