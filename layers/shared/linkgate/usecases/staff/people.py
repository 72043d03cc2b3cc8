"""People of a tenant: who may do what, and whose access ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.person import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.person import Person, Staff
    from linkgate.ports.deps import Deps


def people_of(staff: Staff, deps: Deps) -> Sequence[Person]:
    """Return everybody who may sign in, by name, and then those whose access ended."""
    return sorted(deps.staff.people.of(staff.tenant.id), key=lambda each: (each.ended_at is not None, each.name))


def names_of_people(staff: Staff, deps: Deps) -> Mapping[str, str]:
    """Return the names of everybody by id, also of those whose access ended, because records name them."""
    return {each.id: each.name for each in deps.staff.people.of(staff.tenant.id)}


def end_person(person: str, staff: Staff, deps: Deps) -> Person:
    """End somebody's access. Their next click finds it. Raises NotFound, and InvalidRequest for oneself."""
    somebody = _other(person, staff, deps)
    deps.staff.people.end(somebody, deps.now())
    return somebody


def change_roles(person: str, roles: frozenset[str], staff: Staff, deps: Deps) -> Person:
    """Give somebody other roles, which their next click finds.

    Raises NotFound, and InvalidRequest for oneself, for no role or an unknown one, or if somebody else changed them
    in the meantime.
    """
    somebody = _other(person, staff, deps)
    if not roles or not roles <= ROLES.keys():
        raise InvalidRequest([Problem.of("roles", "required")])
    if not deps.staff.people.set_roles(somebody, roles):
        raise InvalidRequest([Problem.of("roles", "stale")])
    return somebody


def _other(person: str, staff: Staff, deps: Deps) -> Person:
    if person == staff.id:
        raise InvalidRequest([Problem.of("person", "conflict", other="person")])
    somebody = deps.staff.people.get(staff.tenant.id, person)
    if somebody is None:
        raise NotFound("person")
    return somebody
