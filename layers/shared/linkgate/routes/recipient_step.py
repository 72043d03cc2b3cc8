"""Way on from a step of a form, once its answers are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.fields import ASKED
from linkgate.dialects.recipient.forms import first_id
from linkgate.dialects.recipient.link_pages import Entered
from linkgate.dialects.recipient.step_pages import GO, STEP, after, before, opened_by, step_page
from linkgate.errors import InvalidRequest, Problem
from linkgate.pages.frame import brand_of
from linkgate.pages.replies import redirect
from linkgate.usecases.visits.step_check import check_step
from linkgate.usecases.visits.viewing import seen

if TYPE_CHECKING:
    from linkgate.dialects.recipient.requests import Posted
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def way_from(link: Link, form: Posted, request: Request, deps: Deps) -> Reply:
    """Lead to the next step, the one before, or the same. Faults inside the step keep its reader there."""
    step, go = form.text(STEP) or "", form.text(GO) or "next"
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


def _within(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")
