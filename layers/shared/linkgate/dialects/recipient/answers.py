"""Answers of a form: read from what a browser posts, written back into controls, and said in words."""

from __future__ import annotations

import json
import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from linkgate.dialects.recipient.fields import ASKED, NESTED
from linkgate.dialects.recipient.typed_numbers import is_ambiguous, number_in
from linkgate.model.addresses import trimmed
from linkgate.model.moments import day_in_words
from linkgate.model.numbers import money_in_words, number_in_words
from linkgate.usecases.form_parts import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.usecases.conditions import Asked
    from linkgate.usecases.form_parts import Schema

    Form = Mapping[str, Sequence[str]]

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_UNGROUPED = 4
"""Number of digits of a whole number that is written without a mark for thousands."""


def on_page(pointer: str, form: Form, asked: Asked) -> bool:
    """Tell whether a posted page had a field. Those that are not asked are not posted."""
    return pointer in form or {*asked.around(pointer)} <= {*form.get(ASKED, ())}


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
