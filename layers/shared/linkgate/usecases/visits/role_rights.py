"""Rights of co-browsing roles to the fields of a form: `x-roles` and `x-private` in its schema.

`x-roles` maps roles to `edit`, `see` or `none`; a role that is not named may edit. What stands on a section or on the
whole form holds for everything inside that says nothing itself. The value of a field with `x-private` is shown to the
role that gave it and to no other. The main link has the role "", and what a link was prefilled with is its answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.errors import Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.form_groups import groups_in, has_groups, keys_of
from linkgate.usecases.form_parts import FIXED, KEYS, has_parts, is_group, items_of, once_a_form, properties
from linkgate.usecases.pointers import escaped, place, steps_in, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema

EDIT, SEE, NONE = "edit", "see", "none"
RIGHTS = (EDIT, SEE, NONE)

GIVEN = "x-given"
"""Word of a role's schema for a field that holds an answer which the role must not see."""

OTHERS = "x-others"
"""Word of a role's schema for a field that the role sees and others fill in."""

_OWN_WORDS = ("x-roles", "x-private")
_TITLES = ("title", "description", "x-i18n")
_ANY = "-"
"""Key that no entry of a group has, since those are numbers and longer."""
_CONDITIONS = ("if", "then", "else", "allOf", "anyOf", "oneOf", "dependentRequired", "dependentSchemas")


@dataclass(frozen=True, slots=True)
class RoleRights:
    """Rights of one role to one form, as it stands."""

    schema: Schema
    """Form as the role sees it: without fields that it may not see, and with `readOnly` on those it may not edit."""
    hidden: frozenset[str]
    """Pointers of fields that the role may not see."""
    given: frozenset[str]
    """Pointers of private fields that hold another role's answer. The role learns only that they are filled in."""
    kept: frozenset[str]
    """Pointers of all fields that the role may not edit. They include `hidden` and `given`."""
    closed: frozenset[str] = frozenset()
    """Pointers of sections, or of the whole form, that the role may not see but for fields that say otherwise."""
    fixed: frozenset[str] = frozenset()
    """Pointers of repeat groups to which the role may add no entries, and from which it may remove none."""

    def shown(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return the data without what the role may not see, which may also be data that no field asks for."""
        return _visible(data, "", self) if self.hidden or self.given or self.closed else data

    def shown_fields(self, fields: Mapping[str, StoredField]) -> Mapping[str, StoredField]:
        """Return the answers of a draft that the role may see."""
        unseen = self.hidden | self.given | self.closed
        return {pointer: each for pointer, each in fields.items() if pointer not in unseen}

    def edited(self, data: Mapping[str, object], known: Mapping[str, object]) -> Mapping[str, object]:
        """Return the data with what is `known` in place of all that the role may not edit."""
        if not self.kept:
            return data
        result: dict[str, object] = json.loads(json.dumps(data))
        for pointer in self.kept:
            place(result, pointer, value_at(known, pointer))
        return result

    def with_own_entries(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return the data with exactly those entries that the groups have which the role may not change."""
        if not self.fixed:
            return data
        result: dict[str, object] = json.loads(json.dumps(data))
        for pointer, keys in keys_of(self.schema).items():
            if pointer in self.fixed:
                given = value_at(result, pointer)
                entries = {key: (given.get(key) if isinstance(given, dict) else None) or {} for key in keys}
                place(result, pointer, entries or None)
        return result


def rights_of(
    schema: Schema, role: str, prefilled: Mapping[str, object], givers: Mapping[str, str | None]
) -> RoleRights:
    """Return a role's rights. `givers` names the role whose answer a field holds, or None for an emptied field."""
    if not is_restricted(schema):
        return RoleRights(schema, frozenset(), frozenset(), frozenset())

    def given(pointer: str) -> bool:
        giver = givers[pointer] if pointer in givers else ("" if value_at(prefilled, pointer) is not None else None)
        return giver not in {None, role}

    rights = {pointer: right_of(schema, pointer, role) for pointer, part in (*fields_in(schema), *_patterns(schema))}
    private = private_fields(schema)
    hidden = frozenset(pointer for pointer, right in rights.items() if right == NONE)
    filled = frozenset(pointer for pointer in private - hidden if given(pointer))
    kept = frozenset(pointer for pointer, right in rights.items() if right != EDIT) | filled
    closed = frozenset(pointer for pointer in _sections(schema) if right_of(schema, pointer, role) == NONE)
    fixed = frozenset(pointer for pointer, _, _ in groups_in(schema) if right_of(schema, pointer, role) != EDIT)
    reduced = _reduced(schema, "", hidden, filled, kept)
    if has_groups(schema):
        reduced = _marked(reduced, "", kept, fixed)
    return RoleRights(reduced, hidden, filled, kept, closed, fixed)


def givers_of(fields: Mapping[str, StoredField]) -> dict[str, str | None]:
    """Return the role that gave each answer of a draft, None for a field that was emptied."""
    return {pointer: None if each.value is None else each.role for pointer, each in fields.items()}


def right_of(schema: Schema, pointer: str, role: str) -> str:
    """Return what a role may do with a field: `edit`, `see` or `none`."""
    right, part = _right(schema, role, EDIT), schema
    for step in steps_in(pointer):
        following = properties(part).get(step)
        if following is None and is_group(part):
            following = items_of(part)
        if following is None:
            break
        part = following
        right = _right(part, role, right)
    return right


def may_see(schema: Schema, stored: StoredField, role: str) -> bool:
    """Tell whether a role may see one answer of a draft."""
    if right_of(schema, stored.pointer, role) == NONE:
        return False
    return stored.pointer not in private_fields(schema) or stored.value is None or stored.role == role


@once_a_form
def private_fields(schema: Schema) -> frozenset[str]:
    """Return the pointers of the fields whose answer is shown to the role that gave it and to no other."""
    return frozenset(pointer for pointer, part in fields_in(schema) if part.get("x-private") is True)


def awaited(problems: Sequence[Problem], schema: Schema, rights: RoleRights) -> list[Problem]:
    """Return the problems as the sender may learn them: those it cannot mend wait for another role.

    One in a field that the role may not see names no field.
    """
    if not rights.kept:
        return list(problems)
    found: list[Problem] = []
    for problem in problems:
        inside = [pointer for pointer, _ in fields_in(schema) if _within(pointer, problem.field)]
        around = [pointer for pointer in rights.kept if _within(problem.field, pointer)]
        if not around and (not inside or not rights.kept.issuperset(inside)):
            found.append(problem)
            continue
        unseen = rights.hidden.intersection(around or inside)
        waiting = Problem.of("" if unseen else problem.field, "awaited")
        if waiting not in found:
            found.append(waiting)
    return found


def _within(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")


def fields_in(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield each field of a form with its pointer. Sections are followed, and groups that have entries."""
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        if has_parts(part):
            yield from fields_in(part, inner)
        elif not is_group(part):
            yield inner, part


def _patterns(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the fields of each group's entries under a key that none of them has."""
    for pointer, part, _ in groups_in(schema):
        yield from fields_in(items_of(part), f"{pointer}/{_ANY}")


@once_a_form
def is_restricted(schema: Schema) -> bool:
    """Tell whether a form says anything about the rights of roles."""
    return _is_restricted(schema)


def _is_restricted(schema: Schema) -> bool:
    return any(word in schema for word in _OWN_WORDS) or any(
        _is_restricted(part) or (is_group(part) and _is_restricted(items_of(part)))
        for part in properties(schema).values()
    )


def _right(part: Schema, role: str, otherwise: str) -> str:
    named = part.get("x-roles")
    right = named.get(role) if isinstance(named, dict) else None
    return right if right in RIGHTS else otherwise


def _reduced(
    schema: Schema, pointer: str, hidden: frozenset[str], given: frozenset[str], kept: frozenset[str]
) -> Schema:
    """Return an object's schema as a role sees it.

    Conditions are left out where a field is kept from the role, because they could name it. The server checks them.
    """
    parts: dict[str, Schema] = {}
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        if inner in hidden:
            continue
        if has_parts(part):
            section = _reduced(part, inner, hidden, given, kept)
            items = _reduced(items_of(part), f"{inner}/{_ANY}", hidden, given, kept) if is_group(part) else section
            if properties(items):
                parts[name] = {**section, "items": items} if is_group(part) else section
        elif inner in given:
            parts[name] = {**_only(part, _TITLES.__contains__), "readOnly": True, GIVEN: True}
        else:
            plain = _only(part, lambda word: word not in _OWN_WORDS)
            others = inner in kept and part.get("readOnly") is not True
            parts[name] = {**plain, "readOnly": True, OTHERS: True} if others else plain
    below = f"{pointer}/"
    touched = any(each.startswith(below) for each in kept)
    left_out = (*_OWN_WORDS, "properties", "required", *(_CONDITIONS if touched else ()))
    reduced = {**_only(schema, lambda word: word not in left_out), "properties": parts}
    required = schema.get("required")
    if isinstance(required, list):
        names = [name for name in required if name in parts and f"{below}{escaped(str(name))}" not in kept]
        reduced["required"] = names
    return reduced


def _marked(schema: Schema, pointer: str, kept: frozenset[str], fixed: frozenset[str]) -> Schema:
    """Return a role's form with a mark on the groups and entries for which its page has no buttons."""
    parts: dict[str, Schema] = {}
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        entry = KEYS in schema and any(_within(each, inner) for each in kept)
        whole = _marked(part, inner, kept, fixed) if has_parts(part) else part
        parts[name] = {**whole, FIXED: True} if entry or inner in fixed else whole
    return {**schema, "properties": parts} if parts else schema


def _only(part: Schema, wanted: Callable[[str], bool]) -> dict[str, object]:
    return {word: value for word, value in part.items() if wanted(word)}


def _sections(schema: Schema, pointer: str = "") -> Iterator[str]:
    """Yield the pointers of a form and its sections."""
    yield pointer
    for name, part in properties(schema).items():
        if has_parts(part):
            yield from _sections(part, f"{pointer}/{escaped(name)}")


def _visible(data: Mapping[str, object], pointer: str, rights: RoleRights) -> dict[str, object]:
    """Return an object of the data without what the role may not see.

    Where a section should be and something else is, nothing is shown if the section has a field to hide.
    """
    seen = {each for each, _ in fields_in(rights.schema)} - rights.given
    found: dict[str, object] = {}
    for name, value in data.items():
        inner = f"{pointer}/{escaped(name)}"
        if inner in rights.hidden | rights.given:
            continue
        if any(_within(each, inner) for each in rights.hidden | rights.given | rights.closed):
            if isinstance(value, dict) and (part := _visible(value, inner, rights)):
                found[name] = part
        elif pointer not in rights.closed or any(_within(each, inner) for each in seen):
            found[name] = value
    return found
