"""Drafts as pages and programs send and get them: answers, the versions that they were seen in, and conflicts."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import answer_at, on_page, texts_of
from linkgate.dialects.recipient.fields import LOCALE, fields_of, flat, groups_of
from linkgate.errors import InvalidRequest, Problem
from linkgate.model.file_kinds import MEDIA_TYPES
from linkgate.model.moments import utc
from linkgate.texts import offered
from linkgate.usecases.conditions import asked_in, rules_of
from linkgate.usecases.form_groups import group_around, keys_of, part_at, spread
from linkgate.usecases.visits.entries import ChangeEntries
from linkgate.usecases.visits.fields import WriteField, assembled, differences
from linkgate.usecases.visits.role_rights import GIVEN, OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from linkgate.dialects.recipient.answers import Form
    from linkgate.dialects.recipient.fields import Field
    from linkgate.model.file import File
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.fields import SavedFields
    from linkgate.usecases.visits.viewing import Draft

    Read = Callable[[Schema, Mapping[str, StoredField]], Sequence[WriteField]]

_PAIR = 2

SEEN = "seen"
"""Name of the form's hidden field that holds what each field was shown with. It is no JSON Pointer."""


def seen_with(fields: Sequence[Field], texts: Form | None, stored: Mapping[str, StoredField]) -> str:
    """Return, as JSON by pointer, the version of each field on a page and a checksum of the texts it shows.

    `texts` None: the page shows what was sent and refused, which is not stored, so no checksum can match.
    """
    shown = {
        field.pointer: [
            stored[field.pointer].version if field.pointer in stored else 0,
            -1 if texts is None else _checksum(texts, field),
        ]
        for field in flat(fields)
        if field.control != "shown" or field.schema.get(OTHERS) is True
    }
    for field in groups_of(fields):
        shown[field.pointer] = [stored[field.pointer].version if field.pointer in stored else 0, -1]
    return json.dumps(shown, separators=(",", ":"))


def stored_versions(stored: Mapping[str, StoredField]) -> dict[str, list[int]]:
    """Return what `versions_in` reads from a page that lists answers and has no controls for them."""
    return {pointer: [each.version, -1] for pointer, each in stored.items()}


def versions_in(form: Form) -> dict[str, int]:
    """Return the versions that a posted page was shown with. A page of an earlier release has none."""
    return {pointer: version for pointer, (version, _) in _seen_in(form).items()}


def writes_of_page(form: Form) -> Read:
    """Read the answers that a person changed on a page that is posted whole."""
    seen = _seen_in(form)

    def read(schema: Schema, known: Mapping[str, StoredField]) -> list[WriteField]:
        writes, asked, locale = [], asked_in(rules_of(schema), {}), offered(form.get(LOCALE, [""])[-1])
        for field in flat(fields_of(schema, "")):
            if (seen and field.pointer not in seen) or not on_page(field.pointer, form, asked):
                continue
            stored = known.get(field.pointer)
            version, checksum = seen.get(field.pointer, (stored.version if stored else 0, -1))
            value = answer_at(field, form, locale)
            untouched = checksum == _checksum(form, field) or (stored is not None and value == stored.value)
            given = field.schema.get(GIVEN) is True and any(text.strip() for text in form.get(field.pointer, ()))
            if given or (field.control != "shown" and not untouched):
                writes.append(WriteField(field.pointer, value, version))
        return [*writes, *_of_removed_entries(form, seen, schema)]

    return read


def _of_removed_entries(form: Form, seen: Mapping[str, tuple[int, int]], schema: Schema) -> Iterator[WriteField]:
    """Yield what was typed into entries of a group that have been removed since the page was shown."""
    for pointer, (version, checksum) in seen.items():
        texts = [text for text in form.get(pointer, ()) if text.strip()]
        removed = group_around(schema, pointer) is not None and part_at(schema, pointer) is None
        if removed and texts and checksum != _checksum_of(texts):
            yield WriteField(pointer, ", ".join(texts), version)


def writes_of_data(data: Mapping[str, object]) -> Read:
    """Read the whole draft that a program sends."""
    return lambda schema, known: differences(spread(data, schema, keys_of(schema)), schema, known)


def writes_of_signatures(signed: Mapping[str, str | None]) -> Read:
    """Read signatures, each over whatever is stored."""

    def read(_schema: Schema, known: Mapping[str, StoredField]) -> list[WriteField]:
        versions = {pointer: stored.version for pointer, stored in known.items()}
        return [WriteField(pointer, text, versions.get(pointer, 0)) for pointer, text in signed.items()]

    return read


def submitted_data(data: Mapping[str, object]) -> Callable[[Schema, Mapping[str, object]], Mapping[str, object]]:
    """Read the whole form that a program sends."""
    return lambda schema, _shown: spread(data, schema, keys_of(schema))


def changes_in(body: Mapping[str, object]) -> list[ChangeEntries]:
    """Read `"add": pointer` and `"remove": [pointer, key]`, which change groups. Raises InvalidRequest."""
    added, removed = body.get("add"), body.get("remove")
    problems = []
    if added is not None and not isinstance(added, str):
        problems.append(Problem.of("add", "type", expected="string"))
    if removed is not None and not (
        isinstance(removed, list) and len(removed) == _PAIR and all(isinstance(each, str) for each in removed)
    ):
        problems.append(Problem.of("remove", "type", expected="array of a pointer and a key"))
    if problems:
        raise InvalidRequest(problems)
    gone = [ChangeEntries(*map(str, removed))] if isinstance(removed, list) else []
    return [*([ChangeEntries(added)] if isinstance(added, str) else []), *gone]


def writes_in(body: Mapping[str, object]) -> Read:
    """Read `{"set": [{"f": pointer, "v": value, "base": version}]}`. A page sends texts as `t` in place of `v`.

    Raises InvalidRequest.
    """
    entries = body.get("set", [] if {"add", "remove"} & body.keys() else None)
    if not isinstance(entries, list):
        raise InvalidRequest([Problem.of("set", "required" if entries is None else "type", expected="array")])
    problems = [problem for place, entry in enumerate(entries) for problem in _entry_problems(entry, f"set/{place}")]
    if problems:
        raise InvalidRequest(problems)

    def read(schema: Schema, _known: Mapping[str, StoredField]) -> list[WriteField]:
        fields = {field.pointer: field for field in flat(fields_of(schema, ""))}
        writes, language = [], body.get(LOCALE)
        locale = offered(language) if isinstance(language, str) else None
        for entry in entries:
            pointer = entry["f"]
            typed = None
            if "t" in entry and pointer in fields:
                typed = answer_at(fields[pointer], {pointer: entry["t"]}, locale)
            writes.append(WriteField(pointer, entry.get("v", typed), entry["base"]))
        return writes

    return read


def saved_json(saved: SavedFields) -> dict[str, object]:
    """Return the outcome for each answer. One that was not saved comes with the newest answer, during the visit."""
    texts = _texts({each.pointer: each.stored for each in saved.written if each.stored}, saved.schema)
    rows = []
    for each in saved.written:
        row: dict[str, object] = {"f": each.pointer, "ok": each.saved}
        if each.stored:
            row["n"] = each.stored.version
            if not each.saved:
                row |= {"v": each.stored.value, "t": texts.get(each.pointer, [])}
        elif each.given:
            row["given"] = True
        if each.gone:
            row["gone"] = True
        rows.append(row)
    reply = {"fields": rows, "at": utc(saved.at), **({"over": True} if saved.over else {})}
    if saved.groups:
        reply["groups"] = [
            {"f": each.pointer, "ok": each.saved, **_group_members(each.stored)} for each in saved.groups
        ]
    return reply


def fields_json(draft: Draft) -> dict[str, object]:
    """Return the newest answers, as values and as a page's texts. Of others' private answers, only that they exist."""
    groups = groups_json(draft)
    rows = [*rows_json(draft.fields, draft.schema), *given_rows(draft.given)]
    files = [file_json(file) for file in draft.uploads]
    return {"fields": rows, **({"groups": groups} if groups else {}), **({"files": files} if files else {})}


def groups_json(draft: Draft) -> list[dict[str, object]]:
    """Return the groups of a form with their entries."""
    return [
        {"f": pointer, "n": draft.fields[pointer].version if pointer in draft.fields else 0, "keys": keys}
        for pointer, keys in keys_of(draft.schema).items()
    ]


def file_json(file: File) -> dict[str, object]:
    """Return a file of a form, as programs and the script see it."""
    known = {"size": file.size, "type": MEDIA_TYPES[file.kind]} if file.sha256 else {}
    return {"id": file.id, "field": file.field, "name": file.name, **known, "state": file.state.value}


def group_rows(stored: Mapping[str, StoredField]) -> list[dict[str, object]]:
    """Return the groups whose entries were changed, as others are told."""
    return [{"f": each.pointer, **_group_members(each)} for each in stored.values() if each.keys is not None]


def _group_members(stored: StoredField | None) -> dict[str, object]:
    return {"n": stored.version, "keys": stored.keys} if stored else {"n": 0}


def given_rows(pointers: Collection[str]) -> list[dict[str, object]]:
    """Return the entries of `fields_json` for private fields that another role has answered."""
    return [{"f": pointer, "given": True} for pointer in sorted(pointers)]


def rows_json(stored: Mapping[str, StoredField], schema: Schema) -> list[dict[str, object]]:
    """Return the entries of `fields_json` for answers."""
    texts = _texts(stored, schema)
    return [
        {"f": each.pointer, "n": each.version, "v": each.value, "t": texts.get(each.pointer, [])}
        for each in stored.values()
        if each.keys is None
    ]


def texts_over(texts: Form, fields: Sequence[Field], stored: Mapping[str, StoredField]) -> dict[str, Sequence[str]]:
    """Return a form's texts with the draft's answers over them."""
    newer = texts_of(fields, assembled(None, stored) or {})
    kept = {pointer: shown for pointer, shown in texts.items() if pointer not in stored}
    return {**kept, **{pointer: shown for pointer, shown in newer.items() if pointer in stored}}


def _texts(stored: Mapping[str, StoredField], schema: Schema) -> dict[str, list[str]]:
    return texts_of(fields_of(schema, ""), assembled(None, stored) or {})


def _checksum(texts: Form, field: Field) -> int:
    return _checksum_of([text for text in texts.get(field.pointer, ()) if text.strip()])


def _checksum_of(texts: Sequence[str]) -> int:
    given = [text.replace("\r\n", "\n") for text in texts]
    return zlib.crc32("\x1f".join(given).encode())


def _seen_in(form: Form) -> dict[str, tuple[int, int]]:
    """Return the content of a page's hidden field. Whatever is not ours counts as not seen."""
    try:
        rows = json.loads(form.get(SEEN, ["{}"])[-1])
        return {pointer: (int(version), int(checksum)) for pointer, (version, checksum) in rows.items()}
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError):
        return {}


def _entry_problems(entry: object, place: str) -> list[Problem]:
    if not isinstance(entry, dict):
        return [Problem.of(place, "type", expected="object")]
    problems = []
    if not isinstance(entry.get("f"), str):
        problems.append(Problem.of(f"{place}/f", "type", expected="string"))
    base = entry.get("base")
    if not isinstance(base, int) or isinstance(base, bool) or not 0 <= base < 2**53:
        problems.append(Problem.of(f"{place}/base", "type", expected="integer"))
    texts = entry.get("t", [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        problems.append(Problem.of(f"{place}/t", "type", expected="array of strings"))
    if ("v" in entry) == ("t" in entry):
        problems.append(Problem.of(f"{place}/v", "required" if "v" not in entry else "conflict", other="t"))
    return problems
