"""Way on from a step of a form, once its answers are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import visit_of
from linkgate.dialects.recipient.fields import ASKED, fields_of, flat
from linkgate.dialects.recipient.file_parts import CHOOSE, DROP
from linkgate.dialects.recipient.forms import first_id
from linkgate.dialects.recipient.group_parts import ADD, REMOVE
from linkgate.dialects.recipient.link_pages import Entered
from linkgate.dialects.recipient.step_pages import GO, STEP, after, before, opened_by, step_page
from linkgate.errors import InvalidRequest, Problem
from linkgate.pages.frame import brand_of
from linkgate.pages.languages import language_for
from linkgate.pages.replies import redirect
from linkgate.routes.recipient_link import step_path
from linkgate.usecases.form_groups import part_at
from linkgate.usecases.form_parts import items_of
from linkgate.usecases.visits.entries import ChangeEntries
from linkgate.usecases.visits.step_check import check_step
from linkgate.usecases.visits.uploads import begin_upload, drop_upload
from linkgate.usecases.visits.viewing import seen

if TYPE_CHECKING:
    from linkgate.dialects.recipient.requests import Posted
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.fields import SavedFields
    from linkgate.wire.message import Reply, Request


def changes_of(form: Posted) -> list[ChangeEntries]:
    """Return what a group's button asks for."""
    go = form.text(GO) or ""
    if go.startswith(ADD):
        return [ChangeEntries(go.removeprefix(ADD))]
    if go.startswith(REMOVE):
        pointer, _, key = go.removeprefix(REMOVE).rpartition("/")
        return [ChangeEntries(pointer, key)]
    return []


def way_from(saved: SavedFields, form: Posted, request: Request, deps: Deps) -> Reply:
    """Lead to the next step, the one before, or the same. Faults inside the step keep its reader there."""
    step, go, link = form.text(STEP) or "", form.text(GO) or "next", saved.link
    if go.startswith((CHOOSE, DROP)):
        return _way_of_file(go, step, saved, request, deps)
    if saved.groups:
        return redirect(f"{step_path(link.rid, step)}#{_place_in(saved)}")
    if not step.isascii() or not step.isdecimal() or go not in {"next", "back", "save"}:
        raise InvalidRequest([Problem.of(STEP if go in {"next", "back", "save"} else GO, "unknown")])
    number, at = int(step[:3]), f"/v/{link.rid}?{STEP}="
    if go == "save":
        return redirect(f"{at}{number}&saved")
    if go == "back":
        return redirect(f"{at}{before(seen(link, deps), number)}")
    checked = check_step(link, number, deps)
    shown = form.form.get(ASKED, ())
    opened = opened_by(checked.view, number, shown)
    # Nobody is told off for a question that the page did not ask.
    problems = [each for each in checked.problems if not any(_within(each.field, pointer) for pointer in opened)]
    if problems:
        brand = brand_of(checked.view.link, checked.view.tenant, request)
        return step_page(brand, checked.view, Entered(form.form, problems, step=step))
    if opened:
        return redirect(f"{at}{number}&further#{first_id(opened[0])}")
    return redirect(f"{at}{after(checked.view, number)}")


def _way_of_file(go: str, step: str, saved: SavedFields, request: Request, deps: Deps) -> Reply:
    """Lead to the page that sends a file, or take one away, for pages without a script."""
    rid = saved.link.rid
    visit = visit_of(request, rid, deps.portal)
    if go.startswith(CHOOSE):
        file = begin_upload(visit, go.removeprefix(CHOOSE), language_for(saved.link.recipient, request), deps)
        return redirect(f"/v/{rid}?file={file.id}")
    pointer = drop_upload(visit, go.removeprefix(DROP), deps)
    place = step_path(rid, step)
    return redirect(f"{place}#{first_id(pointer)}" if pointer else place)


def _place_in(saved: SavedFields) -> str:
    """Return the id of the first field of the entry that was added, or of the group from which one was removed."""
    changed = saved.groups[-1]
    items = items_of(part_at(saved.form, changed.pointer) or {})
    fields = flat(fields_of(items, "", f"{changed.pointer}/{changed.added}")) if changed.added else []
    return first_id(fields[0].pointer if fields else changed.pointer)


def _within(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")
