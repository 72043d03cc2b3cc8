"""Routes of the console for drafts of forms and their earlier versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.editor_pages import (
    Place,
    Shown,
    editor_page,
    live_page,
    question_page,
    version_page,
    versions_page,
)
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.setup_pages import questions_table
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest, NotFound
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.texts import OFFERED
from linkgate.usecases.definitions import schema_of
from linkgate.usecases.form_parts import properties
from linkgate.usecases.staff.drafts import (
    FormAt,
    change_between,
    drop_draft,
    earlier_versions,
    edit_draft,
    prospect,
    put_draft_live,
    take_up,
    version_of,
    worked_form,
)
from linkgate.usecases.staff.form_edits import (
    Asked,
    added,
    begun_page,
    changed,
    joined_page,
    moved,
    own_choices,
    removed,
    renamed_page,
)
from linkgate.usecases.staff.people import names_of_people
from linkgate.usecases.staff.setup import questions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.form_parts import Schema
    from linkgate.wire.message import Reply, Request

_NUMBER = re.compile(r"\d{1,3}", re.ASCII)


def _editor(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _listed(_place(request, request.query), staff, deps, done=request.query.get("done"))


def _edit(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Move or remove a question, change the pages, or drop the draft."""
    form = form_of(request)
    place = _place(request, form)
    act, _, about = form.get("do", "").partition(":")
    try:
        if act == "drop":
            drop_draft(_seen(place, form), staff, deps)
            return redirect(place.path("editor", done="dropped"))
        title = worked_form(staff.tenant.id, place.kind, place.id, deps).kept.definition.title
        edit_draft(_seen(place, form), lambda schema: _edited(schema, (act, about), form, title), staff, deps)
    except InvalidRequest as error:
        return _listed(place, staff, deps, problem=_problem(error, staff))
    return redirect(place.path("editor"))


def _edited(schema: Schema, asked: tuple[str, str], form: Mapping[str, str], title: str) -> Schema:
    act, about = asked
    match act:
        case "up" | "down":
            return moved(schema, about, up=act == "up")
        case "remove":
            return removed(schema, about)
        case "begin":
            return begun_page(schema, about, form.get("page_title", "").strip(), title)
        case "rename":
            return renamed_page(schema, _number(about), form.get(f"page.{about}", "").strip())
        case "join":
            return joined_page(schema, _number(about))
        case _:
            raise NotFound("act")


def _question(request: Request, staff: Staff, deps: Deps) -> Reply:
    place, name = _place(request, request.query), request.query.get("name", "")
    worked = worked_form(staff.tenant.id, place.kind, place.id, deps)
    if name and name not in properties(worked.schema):
        raise NotFound("question")
    return question_page(staff, Shown(place, worked), name)


def _ask(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Add a question, or change the words of one."""
    form = form_of(request)
    place, name = _place(request, form), form.get("name", "")
    try:
        edit_draft(_seen(place, form), lambda schema: _asked(schema, name, form), staff, deps)
    except InvalidRequest as error:
        worked, problem = worked_form(staff.tenant.id, place.kind, place.id, deps), _problem(error, staff)
        if name and name not in properties(worked.schema):
            return _listed(place, staff, deps, problem=problem)
        return question_page(staff, Shown(place, worked, problem=problem), name, form)
    return redirect(place.path("editor", done="kept"))


def _asked(schema: Schema, name: str, form: Mapping[str, str]) -> Schema:
    lines = [line.strip() for line in form.get("choices", "").splitlines()]
    values = [line for line in lines if line]
    part = properties(schema).get(name, {})
    asked = Asked(
        title=form.get("title", "").strip(),
        hint=form.get("hint", "").strip(),
        required="required" in form,
        titles={each: form[f"title.{each}"].strip() for each in OFFERED if f"title.{each}" in form},
        choices=values if (own_choices(part) is not None if name else values) else None,
        control=form.get("control", ""),
        name=form.get("question_name", "").strip(),
    )
    return changed(schema, name, asked) if name else added(schema, asked)[0]


def _live(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _before_live(_place(request, request.query), staff, deps)


def _put_live(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    place = _place(request, form)
    try:
        put_draft_live(_seen(place, form), form.get("live", ""), staff, deps)
    except InvalidRequest as error:
        return _before_live(place, staff, deps, _problem(error, staff))
    return redirect(place.path(done="live"))


def _before_live(place: Place, staff: Staff, deps: Deps, problem: str = "") -> Reply:
    worked = worked_form(staff.tenant.id, place.kind, place.id, deps)
    if worked.draft is None or worked.faults:
        return _listed(place, staff, deps, problem=problem)
    found = prospect(place.kind, worked, staff, deps)
    return live_page(staff, Shown(place, worked, names_of_people(staff, deps), problem), found)


def _versions(request: Request, staff: Staff, deps: Deps) -> Reply:
    place = _place(request, request.query)
    kept = worked_form(staff.tenant.id, place.kind, place.id, deps).kept
    earlier = earlier_versions(staff.tenant.id, place.kind, place.id, deps)
    return versions_page(staff, place, kept, earlier, names_of_people(staff, deps))


def _version(request: Request, staff: Staff, deps: Deps) -> Reply:
    place, version = _place(request, request.query), request.query.get("version", "")
    worked = worked_form(staff.tenant.id, place.kind, place.id, deps)
    found = version_of(staff.tenant.id, FormAt(place.kind, place.id, version), deps)
    change = change_between(schema_of(worked.kept.definition), schema_of(found), staff.language)
    questions = questions_table(questions_of(schema_of(found), staff.language), reader_of(staff))
    return version_page(staff, Shown(place, worked), version, change, questions)


def _take(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Make an earlier version the draft."""
    form = form_of(request)
    place = _place(request, form)
    try:
        take_up(_seen(place, form), form.get("version", ""), staff, deps)
    except InvalidRequest as error:
        return _listed(place, staff, deps, problem=_problem(error, staff))
    return redirect(place.path("editor", done="taken"))


def _listed(place: Place, staff: Staff, deps: Deps, *, problem: str = "", done: str | None = None) -> Reply:
    worked = worked_form(staff.tenant.id, place.kind, place.id, deps)
    return editor_page(staff, Shown(place, worked, names_of_people(staff, deps), problem), done)


def _seen(place: Place, form: Mapping[str, str]) -> FormAt:
    return FormAt(place.kind, place.id, form.get("seen", ""))


def _problem(error: InvalidRequest, staff: Staff) -> str:
    return refusal_in_words(error, reader_of(staff))


def _place(request: Request, fields: Mapping[str, str]) -> Place:
    return Place(request.path_params["kind"], fields.get("id", ""))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotFound("page")
    return int(text)


_SETUP = frozenset({SCOPE_SETUP})
_ONE = f"{HOME}/setup/{{kind}}"

EDITOR_SCREENS: Mapping[str, Screen] = {
    f"GET {_ONE}/editor": Screen(_editor, _SETUP),
    f"POST {_ONE}/editor": Screen(_edit, _SETUP),
    f"GET {_ONE}/editor/question": Screen(_question, _SETUP),
    f"POST {_ONE}/editor/question": Screen(_ask, _SETUP),
    f"GET {_ONE}/live": Screen(_live, _SETUP),
    f"POST {_ONE}/live": Screen(_put_live, _SETUP),
    f"GET {_ONE}/versions": Screen(_versions, _SETUP),
    f"GET {_ONE}/version": Screen(_version, _SETUP),
    f"POST {_ONE}/version": Screen(_take, _SETUP),
}
