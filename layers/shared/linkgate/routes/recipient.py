"""Routes of the recipient. Each reads the request, acts, and answers with a page or JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import bind_cookie, bind_of, language_cookie, visit_cookies, visit_of
from linkgate.dialects.recipient.opt_out_pages import UNDO, opt_out_page
from linkgate.dialects.recipient.pages import code_page, ended_page, landing_page, renewed_page
from linkgate.dialects.recipient.pasted_links import Key, key_in, mended
from linkgate.dialects.recipient.problems import error_page
from linkgate.dialects.recipient.requests import (
    BY_PERSON,
    code_in,
    language_in,
    posted,
    refuse_foreign,
    wants_json,
)
from linkgate.errors import (
    CodeNotSent,
    CodeRefused,
    CodesUsedUp,
    InvalidRequest,
    LinkClosed,
    MalformedBody,
    NotFound,
    Problem,
    Throttled,
    Unavailable,
    UnsupportedMedia,
)
from linkgate.pages.frame import brand_of
from linkgate.pages.languages import in_language
from linkgate.pages.masks import masked
from linkgate.pages.replies import json_reply, redirect
from linkgate.routes.recipient_link import brand_for, thing_path
from linkgate.tokens import opt_out_token
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.visits.codes import CodeAsked, CodeOffered, check_code, send_code_again
from linkgate.usecases.visits.hosts import at_host
from linkgate.usecases.visits.opening import OpenLink, landing, open_link, open_receipt
from linkgate.usecases.visits.opting_out import OptOut, allow_surveys, stop_surveys, survey_choice
from linkgate.usecases.visits.renewal import renew_link
from linkgate.wire.basic_auth import bearer_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.errors import LinkError
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.opting_out import SurveyChoice
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request

    Step = Callable[[Request, Deps], Reply]
    Opening = Callable[[OpenLink, Deps], Visit | CodeAsked | CodeOffered]

MANAGE = "manage"
"""Dialect of the keys of the tenant's own server."""


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any of the recipient's routes. Raises NotFound for other routes."""
    step = (_visit_steps() if " /v" in request.route else STEPS).get(request.route)
    if step is None:
        raise NotFound("route")
    if step is _take_grant:
        return step(request, deps)
    if request.method == "POST" and step is not _opt_out:
        refuse_foreign(request, deps.portal)
    return step(request, at_host(request.domain, deps))


def _show_landing(request: Request, deps: Deps) -> Reply:
    rid = _rid(request)
    if meant := mended(f"/l/{rid}"):
        return redirect(meant)
    found = landing(rid, visit_of(request, rid, deps.portal), bind_of(request, deps.portal), deps)
    if wants_json(request):
        return json_reply(200, {"kind": found.link.kind.value, "from": found.tenant.name})
    brand = brand_of(found.link, found.tenant, request)
    return code_page(brand, found.asked) if found.asked and found.awaits_code else landing_page(brand, found)


def _press_continue(request: Request, deps: Deps) -> Reply:
    return _open(open_link, request, deps)


def _read_again(request: Request, deps: Deps) -> Reply:
    return _open(open_receipt, request, deps)


def _open(opening: Opening, request: Request, deps: Deps) -> Reply:
    rid, key = _rid(request), _key(request)
    visit, bind = visit_of(request, rid, deps.portal), bind_of(request, deps.portal)
    if not key.secret:
        return _without_secret(request, deps)
    command = OpenLink(
        rid=rid,
        host=request.domain,
        secret=key.secret,
        visit=visit,
        bind=bind,
        source=request.source,
        by_person=_by_person(request),
    )
    try:
        opened = opening(command, deps)
    except (LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps, key)
    if isinstance(opened, CodeAsked | CodeOffered):
        return _code(opened, request, deps, key)
    # The message's own score is on the page already, so only another one shows that a person chose it.
    chosen = posted(request).text("score")
    own = chosen is not None and chosen != key.score
    return _opened(opened, request, deps, chosen or key.score, own=own)


def _send_code(request: Request, deps: Deps) -> Reply:
    rid, bind = _rid(request), bind_of(request, deps.portal)
    try:
        asked = send_code_again(rid, bind, deps, by_person=_by_person(request))
    except (LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps)
    return _code(asked, request, deps, Key(""))


def _check_code(request: Request, deps: Deps) -> Reply:
    form = posted(request)
    code, score = code_in(form.text("code") or ""), form.text("score")
    try:
        opened = check_code(_rid(request), bind_of(request, deps.portal), code, request.domain, deps)
    except (CodeRefused, LinkClosed, Throttled, Unavailable) as error:
        return _told(error, request, deps, Key("", score))
    return _opened(opened, request, deps, score)


def _choose_language(request: Request, deps: Deps) -> Reply:
    """Remember the reader's language. The secret comes along, because the page may only have it in its form."""
    rid, language = _rid(request), language_in(posted(request))
    cookies, key = (language_cookie(language, deps.portal),), _key(request)
    if wants_json(request):
        return json_reply(200, {"language": language}, cookies=cookies)
    if not key.secret:
        return redirect(f"/l/{rid}", cookies)
    found = landing(rid, visit_of(request, rid, deps.portal), bind_of(request, deps.portal), deps)
    brand = brand_of(found.link, found.tenant, in_language(request, language))
    return dataclasses.replace(landing_page(brand, found, secret=_kept(key)), cookies=cookies)


def _show_about(request: Request, deps: Deps) -> Reply:
    from linkgate.dialects.recipient.trust_pages import about_page

    found = landing(_rid(request), None, None, deps)
    if wants_json(request):
        return json_reply(200, {"from": found.tenant.name, "host": request.domain})
    return about_page(brand_of(found.link, found.tenant, request), found.link)


def _disown(request: Request, deps: Deps) -> Reply:
    """Ask a person whether they are sure, because robots press every button. A program that was written to is."""
    from linkgate.dialects.recipient.trust_pages import ASKED, SURE, disown_page, disowned_page
    from linkgate.usecases.visits.disowning import Disown, disown, held_link

    key, sent = _key(request), posted(request)
    if not key.secret:
        return _without_secret(request, deps)
    command = Disown(rid=_rid(request), secret=key.secret, source=request.source)
    if not wants_json(request) and sent.text(SURE) != "true":
        held = held_link(command, deps)
        brand = brand_of(held.link, held.tenant, request)
        return disown_page(brand, held.link, key.secret, missed=sent.text(ASKED) is not None)
    done = disown(command, deps)
    if wants_json(request):
        return json_reply(200, {"status": "disowned"})
    return disowned_page(brand_of(done.link, done.tenant, request), done.link)


def _renew(request: Request, deps: Deps) -> Reply:
    rid, key = _rid(request), _key(request)
    try:
        renewed = renew_link(rid, key.secret, deps, visit_of(request, rid, deps.portal), source=request.source)
    except LinkClosed as error:
        return _told(error, request, deps, key)
    if wants_json(request):
        sent = {"status": "sent", "channel": renewed.channel.value, "to": masked(renewed.to)}
        return json_reply(202, sent)
    return renewed_page(brand_for(renewed.link, request, deps), renewed, rid)


def _offer_opt_out(request: Request, deps: Deps) -> Reply:
    """Lead from a link to the opt-out address of its message, for messages that have no room for one."""
    rid, key = _rid(request), _key(request)
    if not key.secret:
        return _without_secret(request, deps)
    secret = opt_out_token(rid, key.secret)
    return _chosen(survey_choice(OptOut(rid=rid, secret=secret, source=request.source), deps), request, secret)


def _show_opt_out(request: Request, deps: Deps) -> Reply:
    command = _opt_out_in(request)
    return _chosen(survey_choice(command, deps), request, command.secret)


def _opt_out(request: Request, deps: Deps) -> Reply:
    """Stop surveys, or undo it. Mail programs post here from anywhere, with one click (RFC 8058)."""
    command, undoing = _opt_out_in(request), _is_undo(request)
    choice = allow_surveys(command, deps) if undoing else stop_surveys(command, deps)
    return _chosen(choice, request, command.secret, undone=undoing)


def _take_grant(request: Request, deps: Deps) -> Reply:
    from linkgate.dialects.recipient.json_views import grant_json
    from linkgate.usecases.visits.handover import TakeGrant, take_grant

    credentials = Credentials(MANAGE, bearer_token(request.header("authorization")), source=request.source)
    taken = take_grant(TakeGrant(credentials=credentials, grant=posted(request).text("grant") or ""), deps)
    return json_reply(200, grant_json(taken))


def _visit_steps() -> Mapping[str, Step]:
    """Return the routes of a visit, which a first request never needs."""
    from linkgate.routes.recipient_visit import VISIT_STEPS

    return VISIT_STEPS


STEPS: Mapping[str, Step] = {
    "GET /l/{rid}": _show_landing,
    "HEAD /l/{rid}": _show_landing,
    "POST /l/{rid}": _press_continue,
    "POST /l/{rid}/receipt": _read_again,
    "POST /l/{rid}/code": _send_code,
    "POST /l/{rid}/code/check": _check_code,
    "POST /l/{rid}/renew": _renew,
    "POST /l/{rid}/opt-out": _offer_opt_out,
    "POST /l/{rid}/language": _choose_language,
    "GET /l/{rid}/about": _show_about,
    "HEAD /l/{rid}/about": _show_about,
    "POST /l/{rid}/not-me": _disown,
    "GET /o/{rid}/{secret}": _show_opt_out,
    "HEAD /o/{rid}/{secret}": _show_opt_out,
    "POST /o/{rid}/{secret}": _opt_out,
    "POST /grants": _take_grant,
}


def _rid(request: Request) -> str:
    return request.path_params.get("rid", "")


def _key(request: Request) -> Key:
    return key_in(posted(request).text("secret") or "", _rid(request))


def _without_secret(request: Request, deps: Deps) -> Reply:
    """Ask for the link, which the form needs."""
    if wants_json(request):
        raise InvalidRequest([Problem.of("secret", "required")])
    rid = _rid(request)
    found = landing(rid, visit_of(request, rid, deps.portal), bind_of(request, deps.portal), deps)
    return landing_page(brand_of(found.link, found.tenant, request), found, missing=True)


def _opt_out_in(request: Request) -> OptOut:
    return OptOut(rid=_rid(request), secret=request.path_params.get("secret", ""), source=request.source)


def _is_undo(request: Request) -> bool:
    """Tell whether an undo is asked for. Mail programs may send any body, and it must not keep them from opting out."""
    try:
        sent = posted(request)
    except (MalformedBody, UnsupportedMedia):
        return False
    return sent.text(UNDO) == "true" if sent.json is None else sent.json.get(UNDO) is True


def _chosen(choice: SurveyChoice, request: Request, secret: str, *, undone: bool = False) -> Reply:
    if wants_json(request):
        return json_reply(200, {"surveys": "stopped" if choice.stopped else "allowed"})
    return opt_out_page(brand_of(choice.link, choice.tenant, request), choice, secret, undone=undone)


def _opened(visit: Visit, request: Request, deps: Deps, score: str | None, *, own: bool = False) -> Reply:
    cookies = visit_cookies(visit, request, deps.portal, deps.now())
    if wants_json(request):
        return json_reply(200, {"status": "open", "next": thing_path(visit.rid)}, cookies=cookies)
    return redirect(thing_path(visit.rid, score or "", own=own), cookies)


def _by_person(request: Request) -> bool:
    """Tell whether a person asks for a code, or a program that was written to. Robots that read messages use pages."""
    return wants_json(request) or posted(request).text(BY_PERSON) == "true"


def _code(asked: CodeAsked | CodeOffered, request: Request, deps: Deps, key: Key) -> Reply:
    """Ask for the code that was sent, or offer to send one."""
    brand = brand_for(asked.link, request, deps)
    if isinstance(asked, CodeOffered):
        from linkgate.dialects.recipient.unsent_code_pages import OFFERED, offer_page

        return offer_page(brand, asked, _kept(key), missed=posted(request).text(OFFERED) is not None)
    cookies = (bind_cookie(asked.bind, deps.portal),)
    if wants_json(request):
        told = {"status": "code_required", "channel": asked.channel.value, "to": masked(asked.to)}
        return json_reply(202, told, cookies=cookies)
    return dataclasses.replace(code_page(brand, asked, score=key.score or ""), cookies=cookies)


def _kept(key: Key) -> str:
    """Return a key as a page keeps it in its form."""
    return f"{key.secret}&score={key.score}" if key.secret and key.score else key.secret


def _told(error: LinkError, request: Request, deps: Deps, key: Key | None = None) -> Reply:
    """Explain why a link does not open, to somebody who has proved that it is theirs."""
    if wants_json(request):
        raise error
    rid = _rid(request)
    found = landing(rid, None, bind_of(request, deps.portal), deps)
    brand = brand_of(found.link, found.tenant, request)
    if isinstance(error, LinkClosed):
        return ended_page(brand, error, found.link, key.secret if key else "")
    if isinstance(error, CodesUsedUp | CodeNotSent) and not found.awaits_code:
        from linkgate.dialects.recipient.unsent_code_pages import unsent_page

        return unsent_page(brand, error, found.link, _kept(key) if key else "")
    if found.asked:
        return code_page(brand, found.asked, score=(key.score if key else None) or "", error=error)
    return error_page(brand, error)
