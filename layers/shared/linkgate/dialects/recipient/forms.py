"""Forms in HTML. Each control is linked to its label, hint and fault."""

from __future__ import annotations

import hashlib
import json
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import said, texts_of
from linkgate.dialects.recipient.fields import ASKED, groups_of, options_of
from linkgate.dialects.recipient.file_parts import file_control, files_said
from linkgate.dialects.recipient.group_parts import entry, group
from linkgate.dialects.recipient.labels import labelled, star_of
from linkgate.dialects.recipient.requests import BOXES
from linkgate.dialects.recipient.scales import ends_row, tiles
from linkgate.dialects.recipient.shown import rows_of
from linkgate.dialects.recipient.signature_parts import signature_shown
from linkgate.lazy_dataclass import dataclass
from linkgate.pages.pieces import description_list, hidden, joined, paragraph
from linkgate.usecases.form_scales import ends_of
from linkgate.usecases.pointers import value_at
from linkgate.usecases.visits.role_rights import GIVEN, OTHERS
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field, Option
    from linkgate.pages.frame import Brand

_INPUTS = {
    "text": Html('type="text"'),
    "date": Html('type="date"'),
    "email": Html('type="email"'),
    "phone": Html('type="tel"'),
    "number": Html('type="text" inputmode="decimal"'),
}
_AUTOCOMPLETE = {"email": "email", "phone": "tel"}
_GROUPS = frozenset({"radio", "scale", "several", "yes_no"})


@dataclass(frozen=True, slots=True)
class FilledIn:
    """Texts and faults of a form, by the pointers of fields, and the data that its read-only values are in."""

    texts: Mapping[str, Sequence[str]]
    faults: Mapping[str, str]
    data: Mapping[str, object] = field(default_factory=dict)


def summary(
    fields: Sequence[Field], faults: Mapping[str, str], brand: Brand, pages: Mapping[str, str] = MappingProxyType({})
) -> Html:
    """Return all faults as links to their fields. The summary gets the focus, so screen readers read it.

    `pages` has the queries of fields that are on other pages.
    """
    if not faults:
        return Html("")
    labels = {field.pointer: field.label for field in groups_of(fields)}
    labels |= {field.pointer: label for label, field in labelled(fields)}
    rows = [
        Html('<li><a href="{}#{}">{}</a>: {}</li>').format(
            pages.get(pointer, ""), first_id(pointer), labels[pointer], fault
        )
        if pointer in labels
        else Html("<li>{}</li>").format(fault)
        for pointer, fault in faults.items()
    ]
    return Html('<div class="box bad" id="errors" tabindex="-1" role="alert"><h2>{}</h2><ul>{}</ul></div>').format(
        brand.text("form.errors"), joined(*rows)
    )


def form_fields(fields: Sequence[Field], filled: FilledIn, brand: Brand) -> Html:
    """Return the fields in order, with sections as groups."""
    return joined(*(_field(field, filled, brand) for field in fields))


def answer_shown(field: Field, texts: Sequence[str], data: Mapping[str, object], brand: Brand) -> Html:
    """Return one answer as plain text, empty if there is none."""
    if field.control == "shown":
        return _shown(field, data, brand)
    if field.control == "file":
        return files_said(field, texts, brand)
    if field.control == "signature":
        return signature_shown(texts[0] if texts else "")
    return Html("{}").format(said(field, texts, _words(brand), brand.language))


def answers_shown(fields: Sequence[Field], data: Mapping[str, object], brand: Brand) -> Html:
    """Return labels and answers as plain text."""
    texts = texts_of(fields, data)
    return description_list(
        (label, answer_shown(each, texts.get(each.pointer, ()), data, brand)) for label, each in labelled(fields)
    )


def data_shown(data: Mapping[str, object], brand: Brand) -> Html:
    """Return data that no schema describes, under titles made of its names."""
    return description_list(rows_of(data, {}, _words(brand), brand.language))


def _words(brand: Brand) -> Mapping[str, str]:
    return {"true": brand.text("form.yes"), "false": brand.text("form.no")}


def _shown(field: Field, data: Mapping[str, object], brand: Brand) -> Html:
    """Return a read-only value: a text, or titles and values. Nothing if there is none."""
    if field.schema.get(GIVEN) is True:
        return brand.text("save.given")
    rows = rows_of(value_at(data, field.pointer), field.schema, _words(brand), brand.language)
    if len(rows) == 1 and not rows[0][0]:
        return Html("{}").format(rows[0][1])
    return description_list(rows)


def _shown_field(field: Field, data: Mapping[str, object], fault: str, brand: Brand) -> Html:
    """Return a value that is only shown. One that others fill in has its place while it is empty."""
    value = _shown(field, data, brand)
    if field.schema.get(OTHERS) is not True and not fault:
        shown = Html('<div class="field"><span class="label">{}</span>{}</div>').format(field.label, value)
        return shown if value else Html("")
    labels = {option.key: option.label for control in ("shown", "several") for option in _labels(field, control, brand)}
    empty = brand.text("form.empty")
    # The script shows newer answers in the same words.
    known = {**{key: str(word) for key, word in _words(brand).items()}, **labels, "": str(empty)}
    return Html(
        '<div class="field{}" id="{}" tabindex="-1" data-f="{}" data-words="{}"><span class="label">{}</span>{}'
        "<div>{}</div></div>"
    ).format(
        " wrong" * bool(fault),
        first_id(field.pointer),
        field.pointer,
        json.dumps(known, ensure_ascii=False),
        field.label,
        _error(field, fault, brand),
        value or empty,
    )


def _labels(field: Field, control: str, brand: Brand) -> Sequence[Option]:
    return options_of(field.schema, control, brand.language)


def _field(field: Field, filled: FilledIn, brand: Brand) -> Html:
    """Return a field. One whose condition does not hold is there for the script, and neither seen nor posted."""
    if field.asked is None:
        return _shown_or_asked(field, filled, brand)
    closed = Html("") if field.asked else Html(" hidden disabled")
    return Html('<fieldset class="if" role="presentation" data-if="{}"{}>{}{}</fieldset>').format(
        field.pointer, closed, hidden(ASKED, field.pointer), _shown_or_asked(field, filled, brand)
    )


def _shown_or_asked(field: Field, filled: FilledIn, brand: Brand) -> Html:
    if field.control == "group":
        return _group(field, filled, brand)
    if field.control == "section":
        optional = Html(' <span class="small">{}</span>').format(brand.text("form.optional")) if field.optional else ""
        legend = Html("<legend>{}{}</legend>").format(field.label, optional)
        hint = paragraph(field.hint, "hint") if field.hint else ""
        parts = form_fields(field.parts, filled, brand)
        style = " matrix" if field.schema.get("x-control") == "matrix" else ""
        return Html('<fieldset class="section{}">{}{}{}</fieldset>').format(style, legend, hint, parts)
    texts, fault = filled.texts.get(field.pointer, ()), filled.faults.get(field.pointer, "")
    if field.control == "shown":
        return _shown_field(field, filled.data, fault, brand)
    wrapped = Html('<{} class="field{}"{}>{}{}{}{}</{}>')
    star = star_of(field, brand)
    hint = (
        Html('<span class="hint" id="{}-hint">{}</span>').format(_id(field.pointer), field.hint) if field.hint else ""
    )
    error = _error(field, fault, brand)
    described = _described(field, fault)
    if field.control in _GROUPS or field.control == "file" or field.in_boxes:
        legend = Html("<legend>{}{}</legend>").format(field.label, star)
        return wrapped.format(
            "fieldset",
            " wrong" * bool(fault),
            described,
            legend,
            hint,
            error,
            _parts(field, texts, fault, brand),
            "fieldset",
        )
    if field.control == "agree":
        checked = Html(" checked") if "true" in texts else ""
        control = Html(
            '<label class="choice"><input type="checkbox" id="{}" name="{}" value="true"{}{}{}>'
            "<span>{}{}</span></label>"
        ).format(
            first_id(field.pointer), field.pointer, checked, _attributes(field, fault), described, field.label, star
        )
        return wrapped.format("div", " wrong" * bool(fault), "", "", hint, error, control, "div")
    currency = field.schema.get("x-currency")
    unit = Html(' <span class="unit">({})</span>').format(currency) if currency else ""
    label = Html('<label for="{}">{}{}{}</label>').format(first_id(field.pointer), field.label, unit, star)
    control = _control(field, texts, joined(_attributes(field, fault), described), brand)
    return wrapped.format("div", " wrong" * bool(fault), "", label, hint, error, control, "div")


def _group(field: Field, filled: FilledIn, brand: Brand) -> Html:
    star = star_of(field, brand)
    hint = paragraph(field.hint, "hint") if field.hint else ""
    error = _error(field, filled.faults.get(field.pointer, ""), brand)
    head = joined(Html("<legend>{}{}</legend>").format(field.label, star), hint, error)
    entries = [entry(field, each, form_fields(each.parts, filled, brand), filled.texts, brand) for each in field.parts]
    return group(field, head, entries, brand, first_id(field.pointer))


def _control(field: Field, texts: Sequence[str], attributes: Html, brand: Brand) -> Html:
    name, value = field.pointer, texts[0] if texts else ""
    if field.control == "long" or (field.control == "text" and len(value.splitlines()) > 1):
        # Without `maxlength`: a browser cuts off what is pasted without a word, and counts what `x-strip` drops.
        return Html('<textarea id="{}" name="{}"{}>\n{}</textarea>').format(first_id(name), name, attributes, value)
    if field.control == "select":
        options = [Html('<option value="">{}</option>').format(brand.text("form.choose"))]
        options += [
            Html('<option value="{}"{}>{}</option>').format(
                option.key, Html(" selected") if option.key in texts else "", option.label
            )
            for option in field.options
        ]
        return Html('<select id="{}" name="{}"{}>{}</select>').format(
            first_id(name), name, attributes, joined(*options)
        )
    kind = _INPUTS[field.control]
    if field.control == "number" and field.schema.get("type") == "integer":
        kind = Html('type="text" inputmode="numeric"')
    if field.schema.get("x-capitals") is True:
        kind = joined(kind, Html(' autocapitalize="characters" spellcheck="false"'))
    return Html('<input {} id="{}" name="{}" value="{}"{}>').format(kind, first_id(name), name, value, attributes)


def _parts(field: Field, texts: Sequence[str], fault: str, brand: Brand) -> Html:
    """Return the control of a question that has several."""
    if field.control == "file":
        return file_control(field, texts, first_id(field.pointer), brand)
    return _date_boxes(field, texts, fault, brand) if field.in_boxes else _choices(field, texts, brand)


def _choices(field: Field, texts: Sequence[str], brand: Brand) -> Html:
    if field.control == "yes_no":
        pairs = [("true", str(brand.text("form.yes"))), ("false", str(brand.text("form.no")))]
    else:
        pairs = [(option.key, option.label) for option in field.options]
    kind = "checkbox" if field.control == "several" else "radio"
    required = Html(" required") if field.starred and kind == "radio" else ""
    boxes = [
        Html('<input type="{}" id="{}" name="{}" value="{}"{}{}>').format(
            kind,
            f"{_id(field.pointer)}-{number}",
            field.pointer,
            key,
            Html(" checked") if key in texts else "",
            required,
        )
        for number, (key, _) in enumerate(pairs)
    ]
    labels, none = [label for _, label in pairs], _none(field, texts, brand) if kind == "radio" else ""
    if field.control == "scale":
        ends = ends_of(field.schema, field.language)
        named = ends_row(ends, f"{_id(field.pointer)}-ends") if ends else ""
        return joined(tiles(field.schema, boxes, labels, named), none)
    rows = [Html('<label class="choice">{}{}</label>').format(*each) for each in zip(boxes, labels, strict=True)]
    return Html("<div>{}{}</div>").format(joined(*rows), none)


def _none(field: Field, texts: Sequence[str], brand: Brand) -> Html | str:
    """Return a choice that takes an answer back, which a radio cannot. Only an optional question has it."""
    if field.starred:
        return ""
    checked = Html(" checked") if not any(text.strip() for text in texts) else ""
    return Html('<label class="choice none"><input type="radio" name="{}" value=""{}>{}</label>').format(
        field.pointer, checked, brand.text("form.no_answer")
    )


def _date_boxes(field: Field, texts: Sequence[str], fault: str, brand: Brand) -> Html:
    """Return three boxes for a date that people know by heart. The script keeps the whole date beside them."""
    text = texts[0] if texts else ""
    year, month, day = (*text.split("-", 2), "", "", "")[:3]
    filled_in = field.schema.get("x-autocomplete") == "bday"
    wrong = Html(' aria-invalid="true"') if fault else Html("")
    boxes = [
        Html(
            '<label>{}<input type="text" inputmode="numeric" id="{}" name="{}" value="{}" maxlength="{}"{}{}></label>'
        ).format(
            brand.text(f"date.{part}"),
            f"{_id(field.pointer)}-{number}",
            f"{box}:{field.pointer}",
            value,
            4 if part == "year" else 2,
            Html(' autocomplete="bday-{}"').format(part) if filled_in else "",
            wrong,
        )
        for number, (box, part, value) in enumerate(
            zip(BOXES, ("day", "month", "year"), (day, month, year), strict=True)
        )
    ]
    return Html('<div class="boxes">{}{}</div>').format(hidden(field.pointer, text), joined(*boxes))


def _error(field: Field, fault: str, brand: Brand) -> Html:
    if not fault:
        return Html("")
    return Html('<span class="fault" id="{}-fault">{} {}</span>').format(
        _id(field.pointer), brand.text("error.fields"), fault
    )


def _described(field: Field, fault: str) -> Html:
    said = {
        "hint": field.hint,
        "fault": fault,
        "ends": ends_of(field.schema, field.language) if field.control == "scale" else (),
    }
    ids = [f"{_id(field.pointer)}-{part}" for part, text in said.items() if text]
    return Html(' aria-describedby="{}"').format(" ".join(ids)) if ids else Html("")


def _attributes(field: Field, fault: str) -> Html:
    required = Html(" required") if field.starred else ""
    token = field.schema.get("x-autocomplete", _AUTOCOMPLETE.get(field.control))
    filled = Html(' autocomplete="{}"').format(token) if token else ""
    return joined(required, filled, Html(' aria-invalid="true"') if fault else "")


def first_id(pointer: str) -> str:
    """Return the id of a field's first control."""
    return f"{_id(pointer)}-0"


def _id(pointer: str) -> str:
    """Return a short id that is valid for any property name."""
    return "f" + hashlib.sha256(pointer.encode()).hexdigest()[:10]
