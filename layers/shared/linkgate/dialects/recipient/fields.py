"""Fields of forms, read from the part of JSON Schema that pages can show. docs/recipient.md lists that part."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from linkgate.dialects.recipient.typed_numbers import is_ambiguous, number_in
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import trimmed
from linkgate.model.moments import day_in_words
from linkgate.model.numbers import money_in_words, number_in_words
from linkgate.texts import cldr, page_texts
from linkgate.usecases.form_parts import (
    COUNTRY,
    choices,
    control_of,
    items_of,
    kind_of,
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

    Form = Mapping[str, Sequence[str]]

ASKED = "asked"
"""Name of the hidden fields that say which conditional questions a page asked. It is no JSON Pointer."""

LOCALE = "lang"
"""Name of the hidden field that says in which language a page with steps was shown. It is no JSON Pointer."""
BOXES = ("d", "m", "y")
"""Beginnings of the names of a date's three boxes, before a colon and the pointer."""

NESTED = frozenset({"section", "group"})
"""Controls that have others inside."""

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_UNGROUPED = 4
"""Number of digits of a whole number that is written without a mark for thousands."""
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
    max_length: int | None = None
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


def fields_of(schema: Schema, language: str, pointer: str = "") -> tuple[Field, ...]:
    """Return the fields in the order of the schema, without those that pages cannot show."""
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


def on_page(pointer: str, form: Form, asked: Asked) -> bool:
    """Tell whether a posted page had a field. Those that are not asked are not posted."""
    return pointer in form or {*asked.around(pointer)} <= {*form.get(ASKED, ())}


def _field(part: Schema, name: str, pointer: str, language: str, *, required: bool) -> Field | None:
    label = word(part, "title", language) or name
    hint = word(part, "description", language)
    control = control_of(part)
    if control is None:
        return None
    limit = part.get("maxLength")
    parts: tuple[Field, ...] = ()
    if control == "section":
        parts = fields_of(part, language, pointer)
    elif control == "group":
        parts = tuple(_entries(part, label, language, pointer))
    length = limit if isinstance(limit, int) else None
    options = options_of(part, control, language)
    return Field(pointer, control, label, hint, required, options, length, parts, part, language)


def _entries(part: Schema, label: str, language: str, pointer: str) -> Iterator[Field]:
    """Yield a section for each entry of a group, which has all that it requires."""
    title = word(items_of(part), "title", language) or label
    for number, (key, entry) in enumerate(properties(part).items(), 1):
        place = f"{pointer}/{key}"
        parts = fields_of(entry, language, place)
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


def answers_in(
    fields: Sequence[Field],
    form: Form,
    known: Mapping[str, object] = MappingProxyType({}),
    locale: str | None = None,
) -> dict[str, object]:
    """Return the answers in a form, with their types. A text that should be a number and is not stays a text.

    An answer that still is what the page showed is taken from `known`, whatever a control would make of it. Empty
    answers are left out, so that the schema's `required` finds them.
    """
    answers: dict[str, object] = {}
    shown = texts_of(fields, known)
    for field in fields:
        name = _name(field)
        value = known.get(name)
        if field.control in NESTED:
            inner = answers_in(field.parts, form, value if isinstance(value, dict) else {}, locale)
            if inner or (field.required and field.control == "section"):
                answers[name] = inner
            continue
        given = form.get(field.pointer, ())
        if field.control == "shown" or not _untouched(field, given, shown.get(field.pointer, ())):
            value = _answer(field, given, locale)
        if value is not None:
            answers[name] = value
    return answers


def _untouched(field: Field, given: Sequence[str], shown: Sequence[str]) -> bool:
    """Tell whether a control still has what it showed. Browsers write all line ends alike, and trim some texts."""
    texts = [[_plain_lines(text).strip() for text in each if text.strip()] for each in (given, shown)]
    if field.control == "several":
        texts = [sorted(each) for each in texts]
    return texts[0] == texts[1] != []


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def answer_at(field: Field, form: Form, locale: str | None = None) -> object:
    """Return one field's answer, or None if it is empty. `locale` decides what a number's only mark means."""
    return _answer(field, form.get(field.pointer, ()), locale)


def _answer(field: Field, texts: Sequence[str], locale: str | None) -> object:
    given = [text for text in texts if text.strip()]
    if field.control == "shown" or not given:
        return None
    text = _plain_lines(given[-1])
    match field.control:
        case "several":
            return [_chosen(field, entry) for entry in given]
        case "file" if kind_of(field.schema) == "array":
            return text.split()
        case "radio" | "select" | "scale":
            return _chosen(field, text)
        case "yes_no" | "agree":
            return {"true": True, "false": False}.get(text, text)
        case "number":
            return number_in(text, locale)
        case "long":
            return _plain(text, field.schema)
        case _:
            return trimmed(text.strip()) if field.control in {"email", "phone"} else _plain(text.strip(), field.schema)


def _plain(text: str, part: Schema) -> str | None:
    """Return a text in capitals and without the characters that its schema drops."""
    dropped = part.get("x-strip")
    if isinstance(dropped, str):
        text = "".join(character for character in text if character not in dropped)
    return (text.upper() if part.get("x-capitals") is True else text) or None


def _key(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _chosen(field: Field, text: str) -> object:
    return next((option.value for option in field.options if option.key == text), text)


def texts_of(fields: Sequence[Field], data: Mapping[str, object]) -> dict[str, list[str]]:
    """Return data as texts of a form by pointer, the inverse of `answers_in`."""
    texts: dict[str, list[str]] = {}
    for field in fields:
        value = data.get(_name(field))
        if field.control in NESTED:
            texts |= texts_of(field.parts, cast("Mapping[str, object]", value) if isinstance(value, dict) else {})
        elif value is not None:
            entries = value if isinstance(value, list) else [value]
            if field.control == "file":
                entries = [" ".join(entry for entry in entries if isinstance(entry, str))]
            texts[field.pointer] = [entry if isinstance(entry, str) else _written(field, entry) for entry in entries]
    return texts


def _written(field: Field, value: object) -> str:
    """Write a value as JSON. A number that could be taken for thousands gets another zero."""
    text = json.dumps(value)
    return f"{text}0" if field.control == "number" and is_ambiguous(text) else text


def said(field: Field, texts: Sequence[str], words: Mapping[str, str], language: str) -> str:
    """Return an answer in the words of its question. `words` are those for "true" and "false"."""
    if field.control == "date":
        return ", ".join(day(text, language) for text in texts)
    if field.control == "number":
        return ", ".join(_number_said(field, text, language) for text in texts)
    known = {option.key: option.label for option in field.options}
    if field.control in {"yes_no", "agree"}:
        known = {**words, **known}
    return ", ".join(known.get(text, text) for text in texts)


def _number_said(field: Field, text: str, language: str) -> str:
    """Return a number with the language's own marks. Years and the like have none."""
    if not _DECIMAL.fullmatch(text):
        return text
    if currency := field.schema.get("x-currency"):
        return money_in_words(text, str(currency), language)
    return number_in_words(text, language) if len(text.partition(".")[0]) > _UNGROUPED or "." in text else text


def day(text: str, language: str) -> str:
    """Return a date in words, or the text itself if it is none."""
    try:
        return day_in_words(date.fromisoformat(text), language)
    except ValueError:
        return text


def _name(field: Field) -> str:
    return field.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
