"""Repeat groups of a draft: the form as it stands with their entries, and the adding and removing of one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.ports.visits import Group, GroupFull
from linkgate.tokens import token
from linkgate.usecases.form_groups import (
    collected,
    expanded,
    group_around,
    groups_in,
    has_groups,
    keyed,
    keys_in,
    keys_of,
    most_entries,
    part_at,
    spread,
)
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.form_schema import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.role_rights import RoleRights

_KEY_BYTES = 6


@dataclass(frozen=True, slots=True)
class ChangeEntries:
    """Request to add an entry to a group, or to remove the one with the key `remove`."""

    pointer: str
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedGroup:
    """Outcome for one group."""

    pointer: str
    saved: bool
    """False if the group was full."""
    stored: StoredField | None
    """The group as it is now, None if nobody has changed it."""
    added: str = ""
    """Key of the new entry."""


def form_as_it_stands(
    link: Link, form: Schema, fields: Mapping[str, StoredField], deps: Deps, prefilled: Mapping[str, object] | None
) -> Schema:
    """Return a form in which each group has its entries. What the link was prefilled with is read if it is needed."""
    if not has_groups(form):
        return form
    if prefilled is None and link.body_name and any(pointer not in fields for pointer, _, _ in groups_in(form)):
        prefilled = deps.links.bodies(link.master_rid, [link.body_name]).get(link.body_name)
    return expanded(form, keys_in(form, prefilled or {}, fields))


def alive(fields: Mapping[str, StoredField], schema: Schema) -> Mapping[str, StoredField]:
    """Return the answers of a draft without those in entries that were removed. `schema` is expanded."""
    return {
        pointer: each
        for pointer, each in fields.items()
        if each.keys is not None or group_around(schema, pointer) is None or part_at(schema, pointer) is not None
    }


def problems_by_key(data: Mapping[str, object], schema: Schema, form: Schema, region: str) -> list[Problem]:
    """Return the problems of a draft's data against the form, at the pointers that the draft has."""
    return [
        dataclasses.replace(each, field=keyed(each.field, data, schema))
        for each in problems_of(collected(data, schema), form, region)
    ]


def refuse_changes(changes: Sequence[ChangeEntries], rights: RoleRights) -> None:
    """Raise InvalidRequest for a group that the form does not have, or whose entries the role may not change."""
    problems = []
    for each in changes:
        group = keys_of(rights.schema).get(each.pointer)
        if group is None or each.pointer in rights.fixed:
            problems.append(Problem.of(each.pointer, "unknown"))
        elif each.remove is not None and any(
            pointer.startswith(f"{each.pointer}/{each.remove}/") for pointer in rights.kept
        ):
            problems.append(Problem.of(f"{each.pointer}/{each.remove}", "unknown"))
    if problems:
        raise InvalidRequest(problems)


def change_entries(link: Link, changes: Sequence[ChangeEntries], schema: Schema, deps: Deps) -> Iterator[ChangedGroup]:
    """Add and remove entries of an expanded form. The answers of a removed one are deleted after the submission."""
    for each in changes:
        group = Group(each.pointer, keys_of(schema)[each.pointer], most_entries(part_at(schema, each.pointer) or {}))
        if each.remove is None:
            yield _add(link, group, deps)
            continue
        stored = deps.fields.remove_entry(link, group, each.remove, deps.now())
        yield ChangedGroup(each.pointer, saved=True, stored=stored)


def _add(link: Link, group: Group, deps: Deps) -> ChangedGroup:
    key = token(deps.random(_KEY_BYTES))
    try:
        stored = deps.fields.add_entry(link, group, key, deps.now())
    except GroupFull:
        return ChangedGroup(group.pointer, saved=False, stored=deps.fields.of(link.master_rid).get(group.pointer))
    return ChangedGroup(group.pointer, saved=True, stored=stored, added=key)


def changes_to_fit(data: Mapping[str, object], schema: Schema) -> list[ChangeEntries]:
    """Return what gives each group as many entries as a program's data has. `schema` is expanded.

    Raises InvalidRequest for a group that is no list.
    """
    spread(data, schema, keys_of(schema))
    changes = []
    for pointer, keys in keys_of(schema).items():
        value = value_at(data, pointer)
        number = len(value) if isinstance(value, list) else 0
        changes += [ChangeEntries(pointer, key) for key in keys[number:]]
        changes += [ChangeEntries(pointer)] * (number - len(keys))
    return changes
