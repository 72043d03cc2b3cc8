"""Routes of the console for erasing the person whom a link was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.erase_pages import erase_page, more_page
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.requests import short_reason
from linkgate.errors import InvalidRequest
from linkgate.model.person import SCOPE_ERASE
from linkgate.model.proposal import FourEyes
from linkgate.model.tenant import SCOPE_WRITE
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.erasing import ErasePerson, count_person
from linkgate.usecases.staff.journal import record, record_reading
from linkgate.usecases.staff.proposals import decide, needs_second

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Reply, Request


def _show(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(request, staff, deps)


def _shown(
    request: Request, staff: Staff, deps: Deps, refusal: LinkError | None = None, typed: Mapping[str, str] | None = None
) -> Reply:
    caller = _caller(staff)
    record_reading(request.path_params["rid"], staff, deps)
    link = owned_link(staff.tenant.id, request.path_params["rid"], deps)
    counts = count_person(link, caller, deps)
    two = needs_second(FourEyes.ERASE, caller, deps)
    return erase_page(staff, link, counts, two=two, refusal=refusal, typed=typed or {})


def _erase(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Erase, or propose it. What takes too long is gone on with by another press."""
    rid, form = request.path_params["rid"], form_of(request)
    recipients = [form[name] for name in ("email", "phone") if form.get(name)]
    try:
        reason = short_reason(form.get("reason", "").strip() or None)
        command = ErasePerson(caller=_caller(staff), rid=rid, recipients=recipients, reason=reason)
        decided = decide(command, deps)
    except InvalidRequest as refusal:
        return _shown(request, staff, deps, refusal, form)
    if not decided.proposed:
        record("erased", decided.about, staff, deps)
    if decided.more:
        return more_page(staff, rid, form)
    return redirect(f"{HOME}/links/{rid}?done={'proposed' if decided.proposed else 'erase'}")


def _caller(staff: Staff) -> Caller:
    return staff_caller(staff, SCOPE_ERASE if SCOPE_ERASE in staff.scopes else SCOPE_WRITE)


_MAY = frozenset({SCOPE_ERASE, SCOPE_WRITE})
_PATH = f"{HOME}/links/{{rid}}/erase"

ERASE_SCREENS: Mapping[str, Screen] = {
    f"GET {_PATH}": Screen(_show, _MAY, again=True),
    f"POST {_PATH}": Screen(_erase, _MAY, again=True),
}
"""Whoever changes links may propose it. Those who may erase people do it, or approve it."""
