"""Repeat groups of a form: lists of objects, of which a person adds and removes entries.

While a form is filled in, an entry has a key in place of a number, so that adding one and removing another never meet:
the answer `/jobs/k3f9/title` stays what it is. `expanded` makes an object of each list in a form's schema, with a
section for each entry, so that whatever knows sections knows groups. A submission has lists, in order.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from linkgate.errors import InvalidRequest, Problem
from linkgate.usecases.form_parts import FIXED, KEYS, has_parts, is_group, items_of, once_a_form, properties
from linkgate.usecases.pointers import escaped, place, steps_in, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema

    Keys = Mapping[str, Sequence[str]]
    """Keys of each group's entries in order, by the group's pointer."""

MOST_ENTRIES = 20
"""Limit of a group's entries."""
NEW = "+"
"""Beginning of the key of an entry that a program sends and the draft does not have."""


@once_a_form
def groups_in(schema: Schema) -> Sequence[tuple[str, Schema, bool]]:
    """Return each group with its pointer, and whether it is required, be it on a condition."""
    return tuple(_groups(schema, "", needed=True))


def _groups(schema: Schema, pointer: str, *, needed: bool) -> Iterator[tuple[str, Schema, bool]]:
    required = {*_required(schema)} if needed else set()
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        wanted = name in required
        if is_group(part):
            yield inner, part, wanted
        elif part.get("readOnly") is not True:
            yield from _groups(part, inner, needed=wanted)


def _required(schema: Schema) -> Iterator[str]:
    """Yield the names of properties that a schema requires, or a branch of its conditions."""
    conditions = schema.get("allOf")
    for part in (schema, *(conditions if isinstance(conditions, list) else ())):
        for branch in (part, part.get("then"), part.get("else")) if isinstance(part, dict) else ():
            names = branch.get("required") if isinstance(branch, dict) else None
            yield from names if isinstance(names, list) else ()


def has_groups(schema: Schema) -> bool:
    """Tell whether a form has groups."""
    return bool(groups_in(schema))


def most_entries(part: Schema) -> int:
    """Return how many entries a group may have."""
    most = part.get("maxItems")
    return min(most, MOST_ENTRIES) if isinstance(most, int) else MOST_ENTRIES


def least_entries(part: Schema, *, required: bool) -> int:
    """Return how many entries a group must have, if anybody is asked for it."""
    least = part.get("minItems")
    return max(least if isinstance(least, int) else 0, 1) if required else 0


def keys_in(
    schema: Schema, prefilled: Mapping[str, object], fields: Mapping[str, StoredField], *, exactly: bool = False
) -> Keys:
    """Return the entries of each group: those of the draft, or else the prefilled ones.

    Unless it should be `exactly` those, a group has at least as many entries as it must have.
    """
    found: dict[str, Sequence[str]] = {}
    for pointer, part, needed in groups_in(schema):
        stored, given = fields.get(pointer), value_at(prefilled, pointer)
        if stored is not None and stored.keys is not None:
            found[pointer] = stored.keys
            continue
        here = (
            [*given]
            if isinstance(given, dict)
            else [str(each) for each in range(len(given))]
            if isinstance(given, list)
            else []
        )
        least = 0 if exactly else least_entries(part, required=needed)
        found[pointer] = [*here, *(str(each) for each in range(len(here), least))]
    return found


def expanded(schema: Schema, keys: Keys, pointer: str = "") -> Schema:
    """Return a schema in which each group is an object with a section for each of its entries."""
    parts: dict[str, Schema] = {}
    for name, part in properties(schema).items():
        inner = f"{pointer}/{escaped(name)}"
        if is_group(part):
            parts[name] = {**part, KEYS: True, "properties": dict.fromkeys(keys.get(inner, ()), items_of(part))}
        elif has_parts(part) and part.get("readOnly") is not True:
            parts[name] = expanded(part, keys, inner)
        else:
            parts[name] = part
    return {**schema, "properties": parts} if parts else schema


def collapsed(schema: Schema) -> Schema:
    """Return the schema that `expanded` made another of, as programs know it."""
    if not has_groups(schema):
        return schema
    parts = {}
    for name, part in properties(schema).items():
        if KEYS in part:
            parts[name] = {word: value for word, value in part.items() if word not in {KEYS, FIXED, "properties"}}
        else:
            parts[name] = dict(collapsed(part))
    return {**schema, "properties": parts}


def keys_of(schema: Schema) -> dict[str, list[str]]:
    """Return the entries of each group of an expanded schema."""
    return {pointer: [*properties(part)] for pointer, part, _ in groups_in(schema)}


def spread(data: Mapping[str, object], schema: Schema, keys: Keys | None = None) -> Mapping[str, object]:
    """Return data with an object in place of each group's list.

    Entries get the `keys` in order, and further ones get new keys. Without `keys`, they are named by their numbers, and
    what is spread already stays. Raises InvalidRequest for an object among the data that a program sent.
    """
    groups = [pointer for pointer, _, _ in groups_in(schema) if value_at(data, pointer) is not None]
    result: dict[str, object] = json.loads(json.dumps(data)) if groups else {**data}
    for pointer in groups:
        value = value_at(result, pointer)
        if isinstance(value, dict) and keys is not None:
            raise InvalidRequest([Problem.of(pointer, "schema", keyword="type", types=["array"])])
        if isinstance(value, list):
            names = [str(number) for number in range(len(value))] if keys is None else [*keys.get(pointer, ())]
            names += [f"{NEW}{number}" for number in range(len(names), len(value))]
            place(result, pointer, dict(zip(names, value, strict=False)))
    return result


def collected(data: Mapping[str, object], schema: Schema) -> Mapping[str, object]:
    """Return data with lists again, the inverse of `spread`. `schema` is expanded and says the order."""
    groups = [pointer for pointer, _, _ in groups_in(schema) if isinstance(value_at(data, pointer), dict)]
    if not groups:
        return data
    result: dict[str, object] = json.loads(json.dumps(data))
    for pointer in groups:
        entries = cast("dict[str, object]", value_at(result, pointer))
        place(result, pointer, [entries[key] for key in _ordered(entries, schema, pointer)])
    return result


def with_entries(data: Mapping[str, object], schema: Schema) -> Mapping[str, object]:
    """Return data in which each group has all of its entries, also those without an answer, and no others."""
    groups = keys_of(schema)
    if not groups:
        return data
    result: dict[str, object] = json.loads(json.dumps(data))
    for pointer, keys in groups.items():
        value = value_at(result, pointer)
        if value is None or isinstance(value, dict):
            place(result, pointer, {key: (value or {}).get(key) or {} for key in keys} or None)
    return result


def numbered(pointer: str, data: Mapping[str, object], schema: Schema) -> str:
    """Return a pointer into the submission in place of one into the draft."""
    for group, _, _ in groups_in(schema):
        entries = value_at(data, group)
        key, _, rest = pointer.removeprefix(f"{group}/").partition("/")
        if pointer.startswith(f"{group}/") and isinstance(entries, dict):
            order = _ordered(entries, schema, group)
            if key in order:
                return f"{group}/{order.index(key)}" + f"/{rest}" * bool(rest)
    return pointer


def keyed(pointer: str, data: Mapping[str, object], schema: Schema) -> str:
    """Return a pointer into the draft in place of one into the submission, the inverse of `numbered`."""
    for group, _, _ in groups_in(schema):
        entries = value_at(data, group)
        number, _, rest = pointer.removeprefix(f"{group}/").partition("/")
        if pointer.startswith(f"{group}/") and isinstance(entries, dict) and number.isdecimal():
            order = _ordered(entries, schema, group)
            if int(number) < len(order):
                return f"{group}/{order[int(number)]}" + f"/{rest}" * bool(rest)
    return pointer


def part_at(schema: Schema, pointer: str) -> Schema | None:
    """Return the part that a pointer leads to. In a schema that is not expanded, every key of an entry is right."""
    part: Schema | None = schema
    for step in steps_in(pointer):
        if part is None:
            return None
        part = items_of(part) if is_group(part) and KEYS not in part else properties(part).get(step)
    return part


def group_around(schema: Schema, pointer: str) -> str | None:
    """Return the group that a place inside an entry belongs to, or None."""
    return next((group for group, _, _ in groups_in(schema) if pointer.startswith(f"{group}/")), None)


def _ordered(entries: Mapping[str, object], schema: Schema, pointer: str) -> list[str]:
    part = part_at(schema, pointer) or {}
    known = [key for key in properties(part) if key in entries]
    return [*known, *(key for key in entries if key not in known)]
