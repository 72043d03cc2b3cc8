"""Fields of forms, read from the part of JSON Schema that pages can show. docs/recipient.md lists that part."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, cast

from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import trimmed
from linkgate.model.moments import day_in_words
from linkgate.usecases.visits.form_schema import escaped, properties

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Schema = Mapping[str, object]
    Form = Mapping[str, Sequence[str]]

LONG_TEXT = 200
"""Maximum length of a text in a one-line box. Longer texts get several lines."""

_FEW = 6
_SCALE = 11
_PLAIN = {"boolean": "yes_no", "integer": "number", "number": "number"}
_TEXT_FORMATS = {"date": "date", "email": "email", "phone": "phone"}
_GROUPED = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""A number that one reader takes for thousands, and another for thousandths."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: object
    label: str

    @property
    def key(self) -> str:
        """Value in a form: a text as it is, any other value as JSON."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value)


@dataclass(frozen=True, slots=True)
class Field:
    """A question, or a section of questions."""

    pointer: str
    """JSON Pointer of the value, which is also its name in the form."""
    control: str
    """One of text, long, date, email, phone, number, radio, select, scale, several, yes_no, agree, shown, section."""
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    parts: tuple[Field, ...] = ()


def fields_of(schema: Schema, language: str, pointer: str = "") -> tuple[Field, ...]:
    """Return the fields in the order of the schema, without those that pages cannot show."""
    required = schema.get("required")
    names = set(required) if isinstance(required, list) else set()
    found = (
        _field(part, name, f"{pointer}/{escaped(name)}", language, required=name in names)
        for name, part in properties(schema).items()
    )
    return tuple(field for field in found if field)


def flat(fields: Sequence[Field]) -> list[Field]:
    """Return all fields, without the sections around them."""
    return [inner for field in fields for inner in (flat(field.parts) if field.control == "section" else [field])]


def _field(part: Schema, name: str, pointer: str, language: str, *, required: bool) -> Field | None:
    label = _word(part, "title", language) or name
    hint = _word(part, "description", language)
    control, options = _control(part, language)
    if control is None:
        return None
    limit = part.get("maxLength")
    parts = fields_of(part, language, pointer) if control == "section" else ()
    length = limit if isinstance(limit, int) else None
    return Field(pointer, control, label, hint, required, options, length, parts)


def _control(part: Schema, language: str) -> tuple[str | None, tuple[Option, ...]]:
    """Return the control for a value, or None if pages have none, and its options."""
    options, steps, kind = _options(part, language), _scale(part), _type(part)
    items = part.get("items")
    several = _options(items, language) if kind == "array" and isinstance(items, dict) else ()
    limit = part.get("maxLength")
    long = isinstance(limit, int) and limit > LONG_TEXT
    match kind:
        case _ if part.get("readOnly") is True:
            return "shown", options
        case _ if properties(part):
            return "section", ()
        case _ if part.get("const") is True:
            return "agree", ()
        case _ if options:
            return "radio" if len(options) <= _FEW else "select", options
        case "string":
            return _TEXT_FORMATS.get(str(part.get("format")), "long" if long else "text"), ()
        case "array":
            return "several" if several else None, several
        case _:
            return ("scale", steps) if steps and kind == "integer" else (_PLAIN.get(kind or ""), ())


def _type(part: Schema) -> str | None:
    kind = part.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((entry for entry in kinds if isinstance(entry, str) and entry != "null"), None)


def _options(part: Schema, language: str) -> tuple[Option, ...]:
    values, choices = part.get("enum"), part.get("oneOf")
    if isinstance(values, list):
        return tuple(Option(value, str(value)) for value in values if value is not None)
    if isinstance(choices, list) and all(isinstance(choice, dict) and "const" in choice for choice in choices):
        return tuple(
            Option(choice["const"], _word(choice, "title", language) or str(choice["const"])) for choice in choices
        )
    return ()


def _scale(part: Schema) -> tuple[Option, ...]:
    """Return the steps of a rating, which is a short range of whole numbers."""
    low, high = part.get("minimum"), part.get("maximum")
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= high - low < _SCALE):
        return ()
    return tuple(Option(value, str(value)) for value in range(low, high + 1))


def _word(part: Schema, name: str, language: str) -> str:
    """Return a title or description, in the reader's language if `x-i18n` has it."""
    translations = part.get("x-i18n")
    own = translations.get(language) if isinstance(translations, dict) else None
    word = (own.get(name) if isinstance(own, dict) else None) or part.get(name)
    return word if isinstance(word, str) else ""


def answers_in(fields: Sequence[Field], form: Form) -> dict[str, object]:
    """Return the answers in a form, with their types. A text that should be a number and is not stays a text.

    Empty answers are left out, so that the schema's `required` finds them.
    """
    answers: dict[str, object] = {}
    for field in fields:
        name = _name(field)
        if field.control == "section":
            inner = answers_in(field.parts, form)
            if inner or field.required:
                answers[name] = inner
        elif (value := _answer(field, form.get(field.pointer, ()))) is not None:
            answers[name] = value
    return answers


def answer_at(field: Field, form: Form) -> object:
    """Return one field's answer, or None if it is empty."""
    return _answer(field, form.get(field.pointer, ()))


def _answer(field: Field, texts: Sequence[str]) -> object:
    given = [text for text in texts if text.strip()]
    if field.control == "shown" or not given:
        return None
    text = given[-1].replace("\r\n", "\n")
    match field.control:
        case "several":
            return [_chosen(field, entry) for entry in given]
        case "radio" | "select" | "scale":
            return _chosen(field, text)
        case "yes_no" | "agree":
            return {"true": True, "false": False}.get(text, text)
        case "number":
            return _number(text)
        case "long":
            return text
        case "email" | "phone":
            return trimmed(text.strip())
        case _:
            return text.strip()


def _chosen(field: Field, text: str) -> object:
    return next((option.value for option in field.options if option.key == text), text)


def _number(text: str) -> object:
    """Parse a number with a decimal point or comma. A possible thousands separator leaves it a text."""
    given = text.strip()
    plain = given.replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    readable = digits.isascii() and digits.isdecimal() and len(digits) <= 15  # noqa: PLR2004 - what a double holds
    if not readable or _GROUPED.fullmatch(given):
        return given
    return float(plain) if "." in plain else int(plain)


def texts_of(fields: Sequence[Field], data: Mapping[str, object]) -> dict[str, list[str]]:
    """Return data as texts of a form by pointer, the inverse of `answers_in`."""
    texts: dict[str, list[str]] = {}
    for field in fields:
        value = data.get(_name(field))
        if field.control == "section":
            texts |= texts_of(field.parts, cast("Mapping[str, object]", value) if isinstance(value, dict) else {})
        elif value is not None:
            entries = value if isinstance(value, list) else [value]
            texts[field.pointer] = [entry if isinstance(entry, str) else _written(field, entry) for entry in entries]
    return texts


def _written(field: Field, value: object) -> str:
    """Write a value as JSON. A number that could be taken for thousands gets another zero."""
    text = json.dumps(value)
    return f"{text}0" if field.control == "number" and _GROUPED.fullmatch(text) else text


def said(field: Field, texts: Sequence[str], words: Mapping[str, str], language: str) -> str:
    """Return an answer in the words of its question. `words` are those for "true" and "false"."""
    if field.control == "date":
        return ", ".join(_day(text, language) for text in texts)
    known = {option.key: option.label for option in field.options}
    if field.control in {"yes_no", "agree", "shown"}:
        known = {**words, **known}
    return ", ".join(known.get(text, text) for text in texts)


def _day(text: str, language: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text), language)
    except ValueError:
        return text


def _name(field: Field) -> str:
    return field.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
