"""Rules for what a process says about co-browsing roles: none that it does not have, and a form that can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.usecases.form_parts import is_group, items_of, properties
from linkgate.usecases.pointers import escaped, value_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from linkgate.model.tenant import Process
    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

ROLES, PRIVATE = "x-roles", "x-private"
"""Words of a form's schema: what each role may do, and an answer that no other role sees."""
MAIN = ""
"""Role of the main link, which every form has."""

_EDIT = "edit"
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
"""Words whose members are schemas under names of their own."""
_VALUES = (ROLES, PRIVATE, "const", "enum", "default", "examples", "x-i18n")
"""Words whose values are no schemas."""


def role_faults(schema: Schema, roles: Collection[str]) -> list[Fault]:
    """Return the faults of a form that names roles which its process does not have, or that shuts everybody out.

    `roles` are those of the process, without the main link.
    """
    family = (MAIN, *roles)
    faults: list[Fault] = []
    for pointer, part, rights in _parts(schema, "", {}):
        named = part.get(ROLES)
        unknown = [role for role in (named if isinstance(named, dict) else ()) if role not in family]
        faults += [(f"{pointer}/{ROLES}/{escaped(role)}", f"is no role; {known_roles(roles)}") for role in unknown]
        question = pointer and not properties(part) and not is_group(part) and part.get("readOnly") is not True
        if question and all(rights.get(role, _EDIT) != _EDIT for role in family):
            faults.append((pointer, "may be filled in by no role; if nobody should, make it `readOnly`"))
    return faults


def misplaced(schema: Schema) -> list[Fault]:
    """Return a fault for each word about roles that stands elsewhere than on the form, a section or a question."""
    return [
        (place, "has no effect here; it belongs to a question, a section or the whole form")
        for pointer, part, _ in _parts(schema, "", {})
        for word, value in part.items()
        if word != "properties" and not (word == "items" and is_group(part))
        for place in _words_in(word, value, f"{pointer}/{escaped(word)}")
    ]


def without_roles(schema: Schema) -> list[Fault]:
    """Return a fault for each word about roles in the form of a survey, which one person fills in."""
    return [
        (f"{pointer}/{word}", "is for forms of processes, which several people may fill in")
        for pointer, part, _ in _parts(schema, "", {})
        for word in (ROLES, PRIVATE)
        if word in part
    ]


def known_roles(roles: Collection[str]) -> str:
    """Name the roles of a process, for the person who writes its file."""
    listed = ", ".join(('"" (the main link)', *roles))
    return f"there are {listed}; name further ones in `roles` of the process"


def needed_roles(process: Process, family: Collection[str], model: Mapping[str, object]) -> list[str]:
    """Return the roles of which a link needs at least one, because nobody in its family can submit or complete it.

    An empty list means that it needs none. `model` is what the form is prefilled with.
    """
    if process.submitters is not None and process.submitters.isdisjoint(family):
        return sorted(process.submitters)
    everybody = (MAIN, *process.roles)
    for pointer, part, rights in _required(process.schema, "", {}):
        editors = [role for role in everybody if rights.get(role, _EDIT) == _EDIT]
        if part.get("readOnly") is not True and value_at(model, pointer) is None and not {*editors} & {*family}:
            return editors
    return []


def _parts(
    part: Schema, pointer: str, around: Mapping[str, object]
) -> Iterator[tuple[str, Schema, Mapping[str, object]]]:
    """Yield a form with its sections and questions: the pointer into the schema, the part, and the rights in it."""
    rights = _rights(part, around)
    yield pointer, part, rights
    for name, inner in properties(part).items():
        yield from _parts(inner, f"{pointer}/properties/{escaped(name)}", rights)
    if is_group(part):
        yield from _parts(items_of(part), f"{pointer}/items", rights)


def _required(
    part: Schema, pointer: str, around: Mapping[str, object]
) -> Iterator[tuple[str, Schema, Mapping[str, object]]]:
    """Yield the questions that every submission answers: the pointer of the answer, the part, and the rights to it."""
    rights, required = _rights(part, around), part.get("required")
    for name, inner in properties(part).items():
        if not isinstance(required, list) or name not in required:
            continue
        place = f"{pointer}/{escaped(name)}"
        if properties(inner):
            yield from _required(inner, place, rights)
        else:
            yield place, inner, _rights(inner, rights)


def _rights(part: Schema, around: Mapping[str, object]) -> Mapping[str, object]:
    named = part.get(ROLES)
    return {**around, **named} if isinstance(named, dict) else around


def _words(schema: object, pointer: str) -> Iterator[str]:
    """Yield the place of each word about roles in a schema and in all that is inside it."""
    if isinstance(schema, list):
        for number, each in enumerate(schema):
            yield from _words(each, f"{pointer}/{number}")
    elif isinstance(schema, dict):
        for word, value in schema.items():
            place = f"{pointer}/{escaped(word)}"
            if word in {ROLES, PRIVATE}:
                yield place
            else:
                yield from _words_in(word, value, place)


def _words_in(word: str, value: object, pointer: str) -> Iterator[str]:
    if word in _NAMED and isinstance(value, dict):
        for name, each in value.items():
            yield from _words(each, f"{pointer}/{escaped(name)}")
    elif word not in _VALUES:
        yield from _words(value, pointer)
