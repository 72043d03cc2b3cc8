"""Drafts, field by field: each answer is written only over the version that its writer has seen."""

from __future__ import annotations

import contextlib
import json
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.policy import DRAFTS_TOLD_EVERY, VISIT_LIFE
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import FieldChanged
from linkgate.usecases.definitions import definition_of, schema_of
from linkgate.usecases.form_files import takes_files
from linkgate.usecases.form_groups import group_around, has_groups, part_at, spread
from linkgate.usecases.form_parts import has_parts, properties
from linkgate.usecases.pointers import escaped, place
from linkgate.usecases.visits.entries import (
    alive,
    change_entries,
    changes_to_fit,
    form_as_it_stands,
    refuse_changes,
)
from linkgate.usecases.visits.filling import filling_in
from linkgate.usecases.visits.role_rights import givers_of, is_restricted, private_fields, rights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.entries import ChangedGroup, ChangeEntries
    from linkgate.usecases.visits.filling import Filling
    from linkgate.usecases.visits.role_rights import RoleRights
    from linkgate.usecases.visits.visit import Visit

    Read = Callable[[Schema, Mapping[str, StoredField]], Sequence["WriteField"]]

MOST_WRITES = 50
"""Number of fields in one request."""
MOST_ANSWERS = 200
"""Number of fields in the draft of a form that declares none."""
LONGEST_VALUE = 16 * 1024
"""Longest answer: a text in characters, any other value in characters of JSON."""


@dataclass(frozen=True, slots=True)
class WriteField:
    """An answer, and the version of the field that its writer has seen."""

    pointer: str
    value: object = field(repr=False)
    """JSON value, or None if the field was emptied."""
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFields:
    """Request to save answers. `rid` is the link that the form says it belongs to, if it says so."""

    visit: Visit | None
    read: Read
    """Returns the answers, given the form's schema and, where `compare` is set, what is stored."""
    compare: bool = False
    """True if `read` needs what is stored."""
    changes: Sequence[ChangeEntries] = ()
    """Entries to add and to remove after the answers are written."""
    fit: Mapping[str, object] | None = None
    """Data of a program, for which groups get as many entries as it has, before answers are written."""
    rid: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Outcome for one answer."""

    pointer: str
    saved: bool
    stored: StoredField | None
    """Newest answer. None if there is none, or if it must not be shown."""
    given: bool = False
    """True if it was not saved because another role has answered a private field."""
    gone: bool = False
    """True if it was not saved because the entry of its group was removed."""
    value: object = field(default=None, repr=False)
    """Answer that was not saved for that reason."""


@dataclass(frozen=True, slots=True)
class SavedFields:
    """Outcomes in the order of the request."""

    link: Link
    written: Sequence[Written]
    at: datetime
    schema: Schema
    """Form as the writer's role sees it."""
    form: Schema
    over: bool
    """True after the visit: then no stored answer is shown."""
    groups: Sequence[ChangedGroup] = ()
    """Groups whose entries were changed."""


def save_fields(command: SaveFields, deps: Deps) -> SavedFields:
    """Write answers, each on its own, without checking them against the schema's rules.

    Raises InvalidRequest for a field that the form does not have or that the role may not edit, and the errors of
    `filling_in`.
    """
    return write_fields(filling_in(command.visit, command.rid, deps), command, deps)


def write_fields(filling: Filling, command: SaveFields, deps: Deps) -> SavedFields:
    """Write answers to a form that a browser has on its screen, like `save_fields`."""
    link, declared = filling.link, schema_of(definition_of(filling.link, deps))
    restricted = is_restricted(declared)
    read_all = command.compare or restricted or has_groups(declared) or not properties(declared)
    known, rights, form = _as_it_stands(link, declared, deps, read_all=read_all)
    if command.fit is not None and (changes := changes_to_fit(command.fit, rights.schema)):
        refuse_changes(changes, rights)
        for _ in change_entries(link, changes, rights.schema, deps):
            pass
        known, rights, form = _as_it_stands(link, declared, deps, read_all=read_all)
    refuse_changes(command.changes, rights)
    schema = rights.schema
    writes = command.read(schema, {pointer: each for pointer, each in known.items() if pointer not in rights.kept})
    # Whoever still has an older page on the screen learns that such a field has been filled in.
    asked = [each for each in writes if each.pointer not in rights.given]
    gone = {each.pointer for each in asked if _is_gone(each.pointer, schema, declared)}
    _refuse_unknown([each for each in asked if each.pointer not in gone], schema, known, free=not properties(form))
    now = deps.now()
    private = private_fields(form)
    written = [
        Written(each.pointer, saved=False, stored=None, gone=True, value=each.value)
        if each.pointer in gone
        else Written(each.pointer, saved=False, stored=None, given=not filling.over)
        if each.pointer in rights.given
        else _write(each, filling, now, deps, private=each.pointer in private)
        for each in writes
    ]
    groups = [*change_entries(link, command.changes, schema, deps)]
    removed = [f"{each.pointer}/{each.remove}/" for each in command.changes if each.remove is not None]
    if removed and takes_files(declared):
        from linkgate.usecases.visits.uploads import remove_uploads_in

        remove_uploads_in(link, removed, deps)
    _prolong(filling, now, deps, saved=any([*(each.saved for each in written), *(each.saved for each in groups)]))
    return SavedFields(link, written, now, schema, form, filling.over, groups)


def _as_it_stands(
    link: Link, declared: Schema, deps: Deps, *, read_all: bool
) -> tuple[Mapping[str, StoredField], RoleRights, Schema]:
    """Return the draft, the rights of the link's role, and the form with the entries of its groups."""
    known = deps.fields.of(link.master_rid) if read_all else {}
    form = form_as_it_stands(link, declared, known, deps, None)
    known = alive(known, form)
    return known, _rights(link, form, known, deps), form


def _is_gone(pointer: str, schema: Schema, declared: Schema) -> bool:
    """Tell whether an answer belongs to an entry that its group does not have, and would be right in another one."""
    if group_around(declared, pointer) is None or part_at(schema, pointer) is not None:
        return False
    part = part_at(declared, pointer)
    return part is not None and not has_parts(part) and part.get("readOnly") is not True


def differences(data: Mapping[str, object], schema: Schema, known: Mapping[str, StoredField]) -> list[WriteField]:
    """Return the writes that turn what is stored into `data`. Members that the form does not have are left out."""
    given = dict(leaves(data, schema))
    writes = [
        WriteField(pointer, value, known[pointer].version if pointer in known else 0)
        for pointer, value in given.items()
        if pointer not in known or known[pointer].value != value
    ]
    emptied = [
        WriteField(pointer, None, stored.version)
        for pointer, stored in known.items()
        if pointer not in given and stored.value is not None
    ]
    return writes + emptied


def leaves(data: Mapping[str, object], schema: Schema, pointer: str = "") -> Iterator[tuple[str, object]]:
    """Yield each answer in `data` with its pointer. Sections are followed, lists are one answer."""
    parts = properties(schema)
    for name, value in data.items():
        inner, part = f"{pointer}/{escaped(name)}", parts.get(name)
        if part is not None and has_parts(part) and isinstance(value, dict):
            yield from leaves(value, part, inner)
        elif (part is not None and part.get("readOnly") is not True) or not parts:
            yield inner, value


def assembled(draft: Mapping[str, object] | None, fields: Mapping[str, StoredField]) -> Mapping[str, object] | None:
    """Return a draft as data: one that was saved whole by an earlier release, under the fields."""
    if draft is None and not fields:
        return None
    data: dict[str, object] = json.loads(json.dumps(draft or {}))
    for stored in fields.values():
        if stored.keys is None:
            place(data, stored.pointer, stored.value)
    return data


def _rights(link: Link, form: Schema, known: Mapping[str, StoredField], deps: Deps) -> RoleRights:
    """Return the rights of the link's role. What the link was prefilled with is read for private fields only."""
    private = private_fields(form)
    prefilled: Mapping[str, object] = {}
    if private - known.keys() and link.body_name:
        prefilled = spread(deps.links.bodies(link.master_rid, [link.body_name]).get(link.body_name, {}), form)
    return rights_of(form, link.role or "", prefilled, givers_of(known))


def _refuse_unknown(writes: Sequence[WriteField], schema: Schema, known: Collection[str], *, free: bool) -> None:
    """Raise InvalidRequest for answers that the form does not ask for. One that declares nothing takes a few of any.

    `free` says that it declares nothing. A role's form may look like that because the role may not see its fields.
    """
    problems = []
    asked = _pointers(schema)
    known = known if free else ()
    for each in writes:
        if not free and each.pointer not in asked:
            problems.append(Problem.of(each.pointer, "unknown"))
        elif _length(each.value) > LONGEST_VALUE:
            problems.append(Problem.of(each.pointer, "too_long", max=LONGEST_VALUE))
    most = max(MOST_WRITES, len(asked))
    if len(writes) > most or len({*known, *(each.pointer for each in writes)}) > max(most, MOST_ANSWERS):
        problems.append(Problem.of("set", "too_many", max=most))
    if problems:
        raise InvalidRequest(problems)


def _length(value: object) -> int:
    return len(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _pointers(schema: Schema, pointer: str = "") -> set[str]:
    """Return the pointers of all answers that a form asks for, which read-only values are not."""
    found: set[str] = set()
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        if has_parts(part):
            found |= _pointers(part, inner)
        elif part.get("readOnly") is not True:
            found.add(inner)
    return found


def _write(each: WriteField, filling: Filling, now: datetime, deps: Deps, *, private: bool) -> Written:
    try:
        stored = deps.fields.write(filling.link, each.pointer, each.value, each.base, now, private=private)
    except FieldChanged as changed:
        newest = changed.stored
        given = private and newest is not None and newest.value is not None and newest.role != (filling.link.role or "")
        shown = None if filling.over or given else newest
        return Written(each.pointer, saved=False, stored=shown, given=given and not filling.over)
    return Written(each.pointer, saved=True, stored=stored)


def _prolong(filling: Filling, now: datetime, deps: Deps, *, saved: bool) -> None:
    """Let a visit that goes on last longer, and note on the link that answers were saved. Refusals do not matter."""
    link, visit = filling.link, filling.visit
    told = not saved or (link.draft_at is not None and now - link.draft_at < DRAFTS_TOLD_EVERY)
    with contextlib.suppress(NotChanged):
        if not filling.over and link.visits[visit] - now < VISIT_LIFE - DRAFTS_TOLD_EVERY:
            deps.visits.prolong(link.rid, visit, now, drafted=not told)
        elif not told:
            deps.visits.note_draft(link.rid, visit, now)
