"""Routes of the console for people and the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import before_of, form_of, ticked
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.journal_pages import journal_page
from linkgate.dialects.console.people_pages import people_page, person_page
from linkgate.errors import InvalidRequest, NotFound
from linkgate.model.person import SCOPE_JOURNAL, SCOPE_STAFF
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.journal import read_journal
from linkgate.usecases.staff.people import ChangeRoles, EndPerson, names_of_people, people_of
from linkgate.usecases.staff.proposals import decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

_STAFF, _JOURNAL = frozenset({SCOPE_STAFF}), frozenset({SCOPE_JOURNAL})


def _people(request: Request, staff: Staff, deps: Deps) -> Reply:
    return people_page(staff, people_of(staff, deps), request.query.get("done"))


def _person(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(request.path_params["person"], staff, deps)


def _shown(id_: str, staff: Staff, deps: Deps, problem: str | None = None) -> Reply:
    person = deps.staff.people.get(staff.tenant.id, id_)
    if person is None:
        raise NotFound("person")
    return person_page(staff, person, by_groups=person.added_by == "provider", problem=problem)


def _end(request: Request, staff: Staff, deps: Deps) -> Reply:
    person = request.path_params["person"]
    return _decided(EndPerson(staff_caller(staff, SCOPE_STAFF), person), "ended", staff, deps)


def _change_roles(request: Request, staff: Staff, deps: Deps) -> Reply:
    roles = ticked(form_of(request), "role.")
    command = ChangeRoles(staff_caller(staff, SCOPE_STAFF), request.path_params["person"], roles)
    return _decided(command, "changed", staff, deps)


def _decided(command: EndPerson | ChangeRoles, done: str, staff: Staff, deps: Deps) -> Reply:
    try:
        proposed = decide(command, deps).proposed
    except InvalidRequest as error:
        problem = {"conflict": "yourself", "stale": "stale"}.get(error.problems[0].code, "no_roles")
        return _shown(command.person, staff, deps, problem)
    return redirect(f"{HOME}/people?done={'proposed' if proposed else done}")


def _show_journal(request: Request, staff: Staff, deps: Deps) -> Reply:
    found = read_journal(staff, before_of(request.query), deps)
    return journal_page(staff, found, names_of_people(staff, deps))


PEOPLE_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/people": Screen(_people, _STAFF),
    f"GET {HOME}/people/{{person}}": Screen(_person, _STAFF),
    f"POST {HOME}/people/{{person}}/end": Screen(_end, _STAFF, again=True),
    f"POST {HOME}/people/{{person}}/roles": Screen(_change_roles, _STAFF, again=True),
    f"GET {HOME}/journal": Screen(_show_journal, _JOURNAL),
}
