"""Fields of forms, read from the part of JSON Schema that pages can show. docs/recipient.md lists that part."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.texts import cldr, page_texts
from linkgate.usecases.form_parts import (
    COUNTRY,
    choices,
    control_of,
    items_of,
    once_a_form,
    properties,
    steps,
    translated,
    word,
)
from linkgate.usecases.form_scales import ends_of, label_of
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.model.file import File
    from linkgate.usecases.conditions import Asked
    from linkgate.usecases.form_parts import Schema


ASKED = "asked"
"""Name of the hidden fields that say which conditional questions a page asked. It is no JSON Pointer."""

LOCALE = "lang"
"""Name of the hidden field that says in which language a page with steps was shown. It is no JSON Pointer."""

NESTED = frozenset({"section", "group"})
"""Controls that have others inside."""

_ADDRESS = {
    "line1": "address-line1",
    "line2": "address-line2",
    "town": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "country": "country-name",
}
"""Parts of an address, and the tokens by which browsers fill them in."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: object
    label: str

    @property
    def key(self) -> str:
        """Value in a form: a text as it is, any other value as JSON."""
        return _key(self.value)


@dataclass(frozen=True, slots=True)
class Field:
    """A question, or a section of questions."""

    pointer: str
    """JSON Pointer of the value, which is also its name in the form."""
    control: str
    """One of text, long, date, email, phone, number, radio, select, scale, several, yes_no, agree, file, signature,
    shown, `NESTED`.
    """
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    parts: tuple[Field, ...] = ()
    schema: Schema = dataclasses.field(default_factory=dict)
    """Schema of the value. It has what only some controls need."""
    language: str = ""
    uploads: Mapping[str, File] = dataclasses.field(default_factory=dict)
    """Files of the form by their ids, where the question asks for files."""
    asked: bool | None = None
    """Answer of its condition. None if it is not conditional."""
    optional: bool = False
    """True for a section that may be left empty, and whose questions need answers once one of them has one."""

    @property
    def starred(self) -> bool:
        """True if it needs an answer whenever it is asked, also where the script asks it later."""
        return self.required or self.asked is not None

    @property
    def in_boxes(self) -> bool:
        """True for a date that is typed into three boxes."""
        return self.control == "date" and self.schema.get("x-control") == "date-boxes"


@once_a_form
def fields_of(schema: Schema, language: str, pointer: str = "") -> tuple[Field, ...]:
    """Return the fields in the order of the schema, without those that pages cannot show."""
    return _fields_of(schema, language, pointer)


def _fields_of(schema: Schema, language: str, pointer: str) -> tuple[Field, ...]:
    required = schema.get("required")
    names = set(required) if isinstance(required, list) else set()
    if schema.get("x-control") == "address":
        schema = {**schema, "properties": _address(properties(schema), language)}
    elif schema.get("x-control") == "matrix" and (ends := ends_of(schema, language)):
        parts = {name: {"x-ends": ends, **part} for name, part in properties(schema).items()}
        schema = {**schema, "properties": parts}
    found = (
        _field(part, name, f"{pointer}/{escaped(name)}", language, required=name in names)
        for name, part in properties(schema).items()
    )
    return tuple(field for field in found if field)


def _address(parts: Mapping[str, Schema], language: str) -> Mapping[str, Schema]:
    """Return the parts of an address with the titles and tokens that they lack."""
    texts = page_texts(language) if language else {}
    words = {
        name: {"x-autocomplete": token, "title": texts.get(f"address.{name}", name)} for name, token in _ADDRESS.items()
    }
    if parts.get("country", {}).get("x-control") == COUNTRY:
        words["country"]["x-autocomplete"] = "country"
    return {name: {**words.get(name, {}), **part} for name, part in parts.items()}


def flat(fields: Sequence[Field]) -> list[Field]:
    """Return all fields, without the sections around them."""
    return [inner for field in fields for inner in (flat(field.parts) if field.control in NESTED else [field])]


def with_uploads(fields: Sequence[Field], uploads: Mapping[str, File]) -> tuple[Field, ...]:
    """Return the fields with the files of the form."""
    if not uploads:
        return tuple(fields)
    return tuple(
        dataclasses.replace(
            field, parts=with_uploads(field.parts, uploads), uploads=uploads if field.control == "file" else {}
        )
        for field in fields
    )


def groups_of(fields: Sequence[Field]) -> list[Field]:
    """Return the repeat groups among fields and in their sections."""
    return [each for field in fields for each in ([field] if field.control == "group" else groups_of(field.parts))]


def conditioned(fields: Sequence[Field], asked: Asked) -> tuple[Field, ...]:
    """Return the fields with the answers of their conditions. What is asked on a condition is required."""
    marked = []
    for field in fields:
        each = dataclasses.replace(field, parts=conditioned(field.parts, asked)) if field.parts else field
        if each.control == "section" and not each.required and each.pointer not in asked.conditional:
            each = dataclasses.replace(each, parts=_optional(each.parts), optional=any(map(_requires, each.parts)))
        if field.pointer in asked.conditional:
            hidden = field.pointer in asked.hidden
            each = dataclasses.replace(each, asked=not hidden, required=field.required or not hidden)
        marked.append(each)
    return tuple(marked)


def _optional(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of a section that may be left empty as a whole."""
    return tuple(
        dataclasses.replace(
            field,
            required=field.asked is True,
            parts=field.parts if field.control == "group" else _optional(field.parts),
        )
        for field in fields
    )


def _requires(field: Field) -> bool:
    return field.required or any(map(_requires, field.parts))


def _field(part: Schema, name: str, pointer: str, language: str, *, required: bool) -> Field | None:
    label = word(part, "title", language) or name
    hint = word(part, "description", language)
    control = control_of(part)
    if control is None:
        return None
    parts: tuple[Field, ...] = ()
    if control == "section":
        parts = _fields_of(part, language, pointer)
    elif control == "group":
        parts = tuple(_entries(part, label, language, pointer))
    options = options_of(part, control, language)
    return Field(pointer, control, label, hint, required, options, parts, part, language)


def _entries(part: Schema, label: str, language: str, pointer: str) -> Iterator[Field]:
    """Yield a section for each entry of a group, which has all that it requires."""
    title = word(items_of(part), "title", language) or label
    for number, (key, entry) in enumerate(properties(part).items(), 1):
        place = f"{pointer}/{key}"
        parts = _fields_of(entry, language, place)
        hint = word(entry, "description", language)
        yield Field(
            place, "section", f"{title} {number}", hint, required=True, parts=parts, schema=entry, language=language
        )


def options_of(part: Schema, control: str, language: str) -> tuple[Option, ...]:
    """Return the choices of a control, and their labels."""
    if control == "scale":
        return tuple(Option(value, label_of(part, value, language)) for value in steps(part))
    if part.get("x-control") == COUNTRY and language:
        names = cldr(language)["countries"]
        options = [Option(value, names.get(value, str(value))) for value in choices(part)]
        return tuple(sorted(options, key=lambda option: _collated(option.label)))
    asked = items_of(part) if control == "several" else part
    alternatives = asked.get("oneOf")
    titles = _titles(asked, language)
    if not isinstance(asked.get("enum"), list) and isinstance(alternatives, list):
        titles = {_key(each["const"]): word(each, "title", language) for each in alternatives if "const" in each}
    return tuple(Option(value, titles.get(_key(value)) or str(value)) for value in choices(asked))


def _collated(name: str) -> str:
    """Return a name as it is sorted: without accents, by which no language begins another part of its list."""
    return "".join(each for each in unicodedata.normalize("NFD", name) if not unicodedata.combining(each)).casefold()


def _titles(part: Schema, language: str) -> dict[str, str]:
    """Return the labels of an `enum` by the keys of its values."""
    values, titles = part.get("enum"), translated(part, "enum", "x-enum-titles", language)
    if not isinstance(values, list) or not isinstance(titles, list) or len(titles) != len(values):
        return {}
    return {_key(value): str(title) for value, title in zip(values, titles, strict=True)}


def message_of(field: Field, keyword: str) -> str | None:
    """Return the tenant's own sentence for a fault, or None."""
    message = translated(field.schema, "message", "x-message", field.language)
    found = message.get(keyword) if isinstance(message, dict) else message
    return found if isinstance(found, str) else None


def _key(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
