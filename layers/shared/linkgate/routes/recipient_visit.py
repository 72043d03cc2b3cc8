"""Routes of a recipient's visit: what the link leads to, its draft, its submission and its receipt."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import answers_in
from linkgate.dialects.recipient.cookies import desk_cookie, language_cookie, visit_of, visits_of
from linkgate.dialects.recipient.drafts import (
    changes_in,
    fields_json,
    saved_json,
    submitted_data,
    versions_in,
    writes_in,
    writes_of_data,
    writes_of_page,
    writes_of_signatures,
)
from linkgate.dialects.recipient.fields import fields_of
from linkgate.dialects.recipient.json_views import view_json
from linkgate.dialects.recipient.link_pages import (
    CONFIRMED,
    PRESET,
    Entered,
    form_page,
    open_again,
    saved_page,
    thing_page,
    unsaved_in,
)
from linkgate.dialects.recipient.problems import error_page
from linkgate.dialects.recipient.requests import language_in, posted, wants_json
from linkgate.dialects.recipient.signature_parts import signatures_in
from linkgate.errors import (
    CallbackAsked,
    DraftChanged,
    InvalidRequest,
    LinkClosed,
    MethodNotAllowed,
    NotFound,
    Problem,
    Unavailable,
    UnsupportedMedia,
    VisitEnded,
    VisitMixedUp,
)
from linkgate.model.link import Kind
from linkgate.model.moments import utc
from linkgate.model.presence import has_channel
from linkgate.pages.frame import brand_of
from linkgate.pages.languages import in_language, language_for
from linkgate.pages.pieces import button, hidden, joined
from linkgate.pages.replies import empty_reply, json_reply, redirect
from linkgate.routes.recipient_link import brand_at, brand_for, step_path, thing_path, told
from linkgate.usecases.visits.fields import SaveFields, save_fields
from linkgate.usecases.visits.handover import hand_over
from linkgate.usecases.visits.submission import FilledForm, Refused, submit_form
from linkgate.usecases.visits.viewing import draft_of, view
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.dialects.recipient.requests import Posted
    from linkgate.errors import LinkError
    from linkgate.pages.frame import Brand
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.fields import SavedFields, Written
    from linkgate.usecases.visits.visit import Visit
    from linkgate.wire.message import Reply, Request

    Step = Callable[[Request, Deps], Reply]


def branded(step: Step) -> Step:
    """Answer a person with the tenant's name and a way on, where the visit is over or the service is down."""

    def answer(request: Request, deps: Deps) -> Reply:
        try:
            return step(request, deps)
        except (CallbackAsked, VisitEnded, Unavailable) as error:
            rid = request.path_params.get("rid", "")
            if wants_json(request) or not rid:
                raise
            try:
                brand = brand_at(rid, request, deps)
            except (NotFound, Unavailable):
                raise error from None
            return error_page(brand, error, _way_on(error, brand, rid, request))

    return answer


def _way_on(error: LinkError, brand: Brand, rid: str, request: Request) -> Html:
    if isinstance(error, VisitEnded):
        return open_again(brand, rid)
    if isinstance(error, CallbackAsked):
        return Html('<p><a class="button" href="{}">{}</a></p>').format(thing_path(rid), brand.text("callback.see"))
    if request.method != "POST":
        return Html('<p><a class="button" href="{}">{}</a></p>').format(request.path, brand.text("again.button"))
    # The same answers are sent again, so that a press of the button is all it takes.
    sent = joined(*(hidden(name, text) for name, texts in posted(request).form.items() for text in texts))
    return Html('<form method="post" action="{}">{}{}</form>').format(
        request.path, sent, button(brand.text("again.button"))
    )


def _find_thing(request: Request, deps: Deps) -> Reply:
    """Lead a browser from the address that all links shared to the link that it opened last."""
    visits = visits_of(request, deps.portal)
    if not visits or wants_json(request):
        return _show_thing(request, deps)
    return redirect(thing_path(visits[0].rid, request.query.get("score", "")))


def _show_thing(request: Request, deps: Deps) -> Reply:
    if f"POST /v/{request.path_params.get('rid')}" in VISIT_STEPS:
        raise MethodNotAllowed(("POST",))
    visit = _visit(request, deps)
    try:
        shown = view(visit, deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    if shown.uploads_origin and "file" in request.query and not wants_json(request):
        from linkgate.routes.recipient_files import show

        return show(shown, visit, request, deps)
    desk = (desk_cookie(visit, deps.portal),) if visit and shown.link.kind is Kind.DESK else ()
    if wants_json(request):
        return json_reply(200, view_json(shown), cookies=desk)
    if desk:
        from linkgate.usecases.desk.sitting import DESK_PATH

        return redirect(DESK_PATH, desk)
    brand = brand_of(shown.link, shown.tenant, request)
    query = request.query
    entered = Entered(
        score=query.get("score", ""),
        own="own" in query,
        saved="saved" in query,
        step=query.get("s", ""),
        further="further" in query,
    )
    return thing_page(brand, shown, entered)


def _show_fields(request: Request, deps: Deps) -> Reply:
    return json_reply(200, fields_json(draft_of(_visit(request, deps), deps)))


def _save_fields(request: Request, deps: Deps) -> Reply:
    body = request.json
    command = SaveFields(visit=_visit(request, deps), read=writes_in(body), changes=changes_in(body))
    return json_reply(200, saved_json(_saved(command, deps)))


def _save_draft(request: Request, deps: Deps) -> Reply:
    form = posted(request)
    rid = form.text("rid")
    visit = _visit(request, deps, rid)
    data = None if form.json is None else _data(form)
    read = writes_of_page(form.form) if data is None else writes_of_data(data)
    command = SaveFields(visit=visit, read=read, compare=True, rid=(rid or "") if data is None else rid, fit=data)
    try:
        saved = _saved(command, deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    except InvalidRequest as error:
        if data is not None or wants_json(request):
            raise
        return _not_taken(error, visit, form, request, deps)
    changed = [each for each in saved.written if not each.saved]
    if changed and (wants_json(request) or form.json is not None or visit is None):
        raise DraftChanged([each.pointer for each in changed])
    if wants_json(request) or visit is None:
        return empty_reply(204)
    if changed or saved.over:
        return _told_about(saved, changed, visit, form, request, deps)
    return redirect(step_path(visit.rid, form.text("s") or "", "saved"))


def _choose_language(request: Request, deps: Deps) -> Reply:
    """Remember the reader's language, and save what they typed, so that nothing is lost with the page."""
    sent = posted(request)
    language, rid = language_in(sent), request.path_params.get("rid", "")
    cookies = (language_cookie(language, deps.portal),)
    if wants_json(request):
        return json_reply(200, {"language": language}, cookies=cookies)
    if sent.text("rid") is None:
        return redirect(thing_path(rid), cookies)
    saved = _save_draft(in_language(request, language), deps)
    return dataclasses.replace(saved, cookies=(*saved.cookies, *cookies))


def _told_about(  # noqa: PLR0913, PLR0917 - all that the page shows
    saved: SavedFields, changed: Sequence[Written], visit: Visit | None, form: Posted, request: Request, deps: Deps
) -> Reply:
    """Show the form with what somebody else wrote meanwhile; after the visit only that the rest was saved."""
    brand = brand_at(saved.link.rid, request, deps)
    if saved.over:
        return saved_page(brand, saved.link.rid, unsaved_in(form.form, changed, saved.schema, brand))
    problems = [
        Problem.of(each.pointer, "gone", value=each.value)
        if each.gone
        else Problem.of(each.pointer, "given" if each.given else "stale")
        for each in changed
    ]
    problems += [Problem.of(each.pointer, "full") for each in saved.groups if not each.saved]
    entered = Entered(form.form, problems, step=form.text("s") or "")
    return form_page(brand, view(visit, deps), entered)


def _not_taken(error: InvalidRequest, visit: Visit | None, form: Posted, request: Request, deps: Deps) -> Reply:
    """Show the form again with what was typed, if an answer was too long, or a button was for somebody else."""
    if visit is None or any(each.code not in {"too_long", "unknown"} for each in error.problems):
        raise error
    entered = Entered(form.form, error.problems, step=form.text("s") or "")
    return form_page(brand_at(visit.rid, request, deps), view(visit, deps), entered)


def _take_step(request: Request, deps: Deps) -> Reply:
    """Save the answers of a step, whatever the button, and lead to where the button says."""
    from linkgate.routes.recipient_step import changes_of, way_from

    form = posted(request)
    if form.json is not None:
        raise UnsupportedMedia
    rid = form.text("rid")
    visit = _visit(request, deps, rid)
    try:
        read = writes_of_page(form.form)
        saved = _saved(SaveFields(visit=visit, read=read, rid=rid or "", changes=changes_of(form)), deps)
        changed = [each for each in saved.written if not each.saved]
        if visit is None or changed or saved.over or not all(each.saved for each in saved.groups):
            return _told_about(saved, changed, visit, form, request, deps)
        return way_from(saved, form, request, deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    except InvalidRequest as error:
        return _not_taken(error, visit, form, request, deps)


def _submit(request: Request, deps: Deps) -> Reply:
    form = posted(request)
    filled = _filled(request, form, deps)
    try:
        if filled.review and (signed := signatures_in(form.form, filled.versions or {})):
            # What is kept before it is checked comes back with the page, whatever is wrong.
            save_fields(
                SaveFields(visit=filled.visit, read=writes_of_signatures(signed), compare=True, rid=filled.rid), deps
            )
        outcome = submit_form(filled, deps)
    except LinkClosed as error:
        return told(error, filled.visit, request, deps)
    if isinstance(outcome, Refused):
        if wants_json(request) or form.json is not None:
            raise InvalidRequest(outcome.problems)
        brand = brand_of(outcome.view.link, outcome.view.tenant, request)
        if filled.review and outcome.over:
            return saved_page(brand, outcome.view.link.rid)
        entered = (
            Entered(None, outcome.problems, step="review") if filled.review else Entered(form.form, outcome.problems)
        )
        return form_page(brand, outcome.view, entered)
    if wants_json(request):
        return json_reply(201, {"status": "submitted", "submittedAtUtc": utc(outcome.at)})
    if outcome.over:
        from linkgate.dialects.recipient.receipt_pages import sent_page

        return sent_page(brand_for(outcome.link, request, deps), outcome)
    return redirect(thing_path(outcome.link.rid))


def _hand_over(request: Request, deps: Deps) -> Reply:
    rid = posted(request).text("rid")
    visit = _visit(request, deps, rid)
    try:
        url = hand_over(visit, rid, deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    return json_reply(200, {"status": "hand_over", "next": url}) if wants_json(request) else redirect(url)


def _saved(command: SaveFields, deps: Deps) -> SavedFields:
    """Save answers, and tell those who fill in the same form at the moment."""
    saved = save_fields(command, deps)
    if command.visit and has_channel(saved.link):
        from linkgate.routes.live import tell_saved

        tell_saved(command.visit.hash, saved, deps)
    return saved


def _live(name: str) -> Step:
    """Return a step of the live channel, which is loaded on its first use, because most pages have none."""

    def step(request: Request, deps: Deps) -> Reply:
        from linkgate.routes import recipient_live

        found: Step = getattr(recipient_live, name)
        return found(request, deps)

    return step


def _give_document(request: Request, deps: Deps) -> Reply:
    from linkgate.routes.recipient_documents import give

    return give(request, deps)


def _ask_callback(request: Request, deps: Deps) -> Reply:
    from linkgate.routes.recipient_callback import ask

    return ask(request, deps)


def _visit(request: Request, deps: Deps, rid: str | None = None) -> Visit | None:
    """Return this browser's visit of the link that the path names.

    At the addresses that all links shared it is the visit of the link in the body, or the only visit. Raises
    VisitMixedUp for several.
    """
    if named := request.path_params.get("rid") or rid:
        return visit_of(request, named, deps.portal)
    visits = visits_of(request, deps.portal)
    if len(visits) > 1:
        raise VisitMixedUp
    return visits[0] if visits else None


def _filled(request: Request, form: Posted, deps: Deps) -> FilledForm:
    """Return the filled-in form: a program's data as it is, a page's texts typed by the form's schema."""
    rid = form.text("rid")
    visit = _visit(request, deps, rid)
    if form.json is None and form.text("review"):
        return FilledForm(
            visit=visit,
            read=lambda _schema, shown: shown,
            rid=rid or "",
            confirmed=form.text(CONFIRMED) == "true",
            versions=versions_in(form.form),
            review=True,
            language=lambda recipient: language_for(recipient, request),
        )
    if form.json is None:
        return FilledForm(
            visit=visit,
            read=lambda schema, shown: answers_in(fields_of(schema, ""), form.form, shown),
            rid=rid or "",
            confirmed=form.text(CONFIRMED) == "true",
            preset=form.text(PRESET) is not None,
            versions=versions_in(form.form) or None,
            answered=[pointer for pointer, texts in form.form.items() if any(text.strip() for text in texts)],
            language=lambda recipient: language_for(recipient, request),
        )
    data = _data(form)
    return FilledForm(visit=visit, read=submitted_data(data), rid=rid)


def _data(form: Posted) -> Mapping[str, object]:
    data = (form.json or {}).get("data")
    if not isinstance(data, dict):
        code = "required" if data is None else "type"
        raise InvalidRequest([Problem.of("data", code, expected="object")])
    return data


VISIT_STEPS: Mapping[str, Step] = {
    "GET /v/{rid}": branded(_show_thing),
    "HEAD /v/{rid}": branded(_show_thing),
    "GET /v/{rid}/fields": _show_fields,
    "POST /v/{rid}/fields": _save_fields,
    "POST /v/{rid}/draft": branded(_save_draft),
    "POST /v/{rid}/step": branded(_take_step),
    "POST /v/{rid}/submit": branded(_submit),
    "POST /v/{rid}/language": branded(_choose_language),
    "POST /v/{rid}/handover": branded(_hand_over),
    "POST /v/{rid}/files/{file}": branded(_give_document),
    "POST /v/{rid}/callback": _ask_callback,
    "POST /v/{rid}/live": _live("ticket"),
    "GET /v/{rid}/live/messages": _live("messages"),
    "POST /v/{rid}/live/messages": _live("send"),
    "GET /v": _find_thing,
    "HEAD /v": _find_thing,
    "POST /v/draft": _save_draft,
    "POST /v/submit": _submit,
    "POST /v/handover": _hand_over,
}
