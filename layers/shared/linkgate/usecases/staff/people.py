"""People of a tenant: who may do what, and whose access ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.person import ROLES, SCOPE_DESK, scopes_of
from linkgate.usecases.issuing.desk_links import end_desks
from linkgate.usecases.staff.journal import entry_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.person import Person, Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True)
class EndPerson:
    """Request to end somebody's access."""

    caller: Caller
    person: str


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    """Request to give somebody other roles."""

    caller: Caller
    person: str
    roles: frozenset[str]


def people_of(staff: Staff, deps: Deps) -> Sequence[Person]:
    """Return everybody who may sign in, by name, and then those whose access ended."""
    return sorted(deps.staff.people.of(staff.tenant.id), key=lambda each: (each.ended_at is not None, each.name))


def names_of_people(staff: Staff, deps: Deps) -> Mapping[str, str]:
    """Return the names of everybody by id, also of those whose access ended, because records name them."""
    return {each.id: each.name for each in deps.staff.people.of(staff.tenant.id)}


def check_person(command: EndPerson | ChangeRoles, deps: Deps) -> Person:
    """Return the person whom a command is about.

    Raises NotFound, and InvalidRequest for oneself, for no role or an unknown one.
    """
    caller = command.caller
    if command.person in {caller.credential.id, caller.proposer}:
        raise InvalidRequest([Problem.of("person", "conflict", other="person")])
    if isinstance(command, ChangeRoles) and (not command.roles or not command.roles <= ROLES.keys()):
        raise InvalidRequest([Problem.of("roles", "required")])
    somebody = deps.staff.people.get(caller.tenant.id, command.person)
    if somebody is None:
        raise NotFound("person")
    return somebody


def end_person(command: EndPerson, deps: Deps) -> Person:
    """End somebody's access. Their next click finds it, and their desks end. Raises what `check_person` raises."""
    somebody = check_person(command, deps)
    # Before, so that what fails is repeated; and after, because until then another desk could be opened.
    end_desks(somebody.id, command.caller, deps)
    entry = entry_by(command.caller, "person_ended", {"person": somebody.id}, deps)
    deps.staff.people.end(somebody, deps.now(), entry)
    end_desks(somebody.id, command.caller, deps)
    return somebody


def change_roles(command: ChangeRoles, deps: Deps) -> Person:
    """Give somebody other roles, which their next click finds.

    Raises what `check_person` raises, and InvalidRequest if somebody else changed them in the meantime.
    """
    somebody = check_person(command, deps)
    about = {"person": somebody.id, "roles": ",".join(sorted(command.roles))}
    entry = entry_by(command.caller, "roles_changed", about, deps)
    if somebody.roles != command.roles and not deps.staff.people.set_roles(somebody, command.roles, entry):
        raise InvalidRequest([Problem.of("roles", "stale")])
    if SCOPE_DESK not in scopes_of(command.roles):
        end_desks(somebody.id, command.caller, deps)
    return somebody
