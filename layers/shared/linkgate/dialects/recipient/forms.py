"""Forms as HTML: every control with its label, hint and fault tied to it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from markupsafe import Markup

from linkgate.dialects.recipient.fields import flat, said
from linkgate.dialects.recipient.page import facts, joined, paragraph
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.dialects.recipient.page import Brand
    from linkgate.errors import Problem

_INPUTS = {
    "text": Markup('type="text"'),
    "date": Markup('type="date"'),
    "email": Markup('type="email" autocomplete="email"'),
    "phone": Markup('type="tel" autocomplete="tel"'),
    "number": Markup('type="text" inputmode="decimal"'),
}
_GROUPS = frozenset({"radio", "scale", "several", "yes_no"})


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A form's texts and faults, both by the field's pointer."""

    texts: Mapping[str, Sequence[str]]
    faults: Mapping[str, str]


def faults_of(fields: Sequence[Field], problems: Sequence[Problem], brand: Brand) -> dict[str, str]:
    """The first fault of each field in words; a problem inside a field's value is the field's."""
    known = {field.pointer: field for field in flat(fields)}
    found: dict[str, str] = {}
    for problem in problems:
        pointer = problem.field
        while pointer and pointer not in known:
            pointer = pointer.rpartition("/")[0]
        found.setdefault(pointer, _sentence(problem, known.get(pointer), brand))
    return {pointer: found[pointer] for pointer in (*known, "") if pointer in found}


def _sentence(problem: Problem, field: Field | None, brand: Brand) -> str:
    keyword = str(problem.facts.get("keyword", problem.code))
    control = field.control if field else ""
    match keyword:
        case "required" if field is None and problem.field == "data":
            keyword = "nothing"
        case "required" if control in _GROUPS | {"select"}:
            keyword = "choose"
        case "required" | "const" if control == "agree":
            keyword = "agree"
        case "type" if control == "number":
            keyword = "integer" if problem.facts.get("types") == ["integer"] else "number"
        case "format":
            keyword = str(problem.facts.get("format"))
    key = f"fault.{keyword}" if brand.has(f"fault.{keyword}") else "fault.other"
    return brand.text(key, limit=problem.facts.get("limit", ""))


def summary(fields: Sequence[Field], faults: Mapping[str, str], brand: Brand) -> Markup:
    """All faults together, each leading to its field; gets the focus, so that it is read out."""
    if not faults:
        return Markup("")
    labels = {field.pointer: field.label for field in flat(fields)}
    rows = [
        Markup('<li><a href="#{}">{}</a>: {}</li>').format(_first_id(pointer), labels[pointer], fault)
        if pointer in labels
        else Markup("<li>{}</li>").format(fault)
        for pointer, fault in faults.items()
    ]
    return Markup('<div class="box bad" id="errors" tabindex="-1" role="alert"><h2>{}</h2><ul>{}</ul></div>').format(
        brand.text("form.errors"), joined(*rows)
    )


def form_fields(fields: Sequence[Field], filled: FilledIn, brand: Brand) -> Markup:
    """The fields one after the other, sections as groups."""
    return joined(*(_field(field, filled, brand) for field in fields))


def answers_shown(fields: Sequence[Field], texts: Mapping[str, Sequence[str]], brand: Brand) -> Markup:
    """Labels and answers, for reading."""
    answered = (field for field in flat(fields) if field.pointer in texts)
    return facts((field.label, _said(field, texts[field.pointer], brand)) for field in answered)


def _said(field: Field, texts: Sequence[str], brand: Brand) -> str:
    return said(field, texts, {"true": brand.text("form.yes"), "false": brand.text("form.no")}, brand.language)


def _field(field: Field, filled: FilledIn, brand: Brand) -> Markup:
    if field.control == "section":
        legend = Markup("<legend>{}</legend>").format(field.label)
        hint = paragraph(field.hint, "hint") if field.hint else ""
        parts = form_fields(field.parts, filled, brand)
        return Markup('<fieldset class="section">{}{}{}</fieldset>').format(legend, hint, parts)
    texts, fault = filled.texts.get(field.pointer, ()), filled.faults.get(field.pointer, "")
    if field.control == "shown":
        if not texts:
            return Markup("")
        value = _said(field, texts, brand)
        return Markup('<div class="field"><span class="label">{}</span>{}</div>').format(field.label, value)
    wrapped = Markup('<{} class="field{}"{}>{}{}{}{}</{}>')
    star = Markup(' <span aria-hidden="true">*</span>') if field.required else ""
    hint = (
        Markup('<span class="hint" id="{}-hint">{}</span>').format(_id(field.pointer), field.hint) if field.hint else ""
    )
    error = _error(field, fault, brand)
    described = _described(field, fault)
    if field.control in _GROUPS:
        legend = Markup("<legend>{}{}</legend>").format(field.label, star)
        return wrapped.format(
            "fieldset",
            " wrong" * bool(fault),
            described,
            legend,
            hint,
            error,
            _choices(field, texts, brand),
            "fieldset",
        )
    if field.control == "agree":
        checked = Markup(" checked") if "true" in texts else ""
        control = Markup(
            '<label class="choice"><input type="checkbox" id="{}" name="{}" value="true"{}{}{}>'
            "<span>{}{}</span></label>"
        ).format(
            _first_id(field.pointer), field.pointer, checked, _attributes(field, fault), described, field.label, star
        )
        return wrapped.format("div", " wrong" * bool(fault), "", "", hint, error, control, "div")
    label = Markup('<label for="{}">{}{}</label>').format(_first_id(field.pointer), field.label, star)
    control = _control(field, texts, joined(_attributes(field, fault), described), brand)
    return wrapped.format("div", " wrong" * bool(fault), "", label, hint, error, control, "div")


def _control(field: Field, texts: Sequence[str], attributes: Markup, brand: Brand) -> Markup:
    name, value = field.pointer, texts[0] if texts else ""
    limit = Markup(' maxlength="{}"').format(field.max_length) if field.max_length else ""
    if field.control == "long":
        return Markup('<textarea id="{}" name="{}"{}{}>\n{}</textarea>').format(
            _first_id(name), name, limit, attributes, value
        )
    if field.control == "select":
        options = [Markup('<option value="">{}</option>').format(brand.text("form.choose"))]
        options += [
            Markup('<option value="{}"{}>{}</option>').format(
                option.key, Markup(" selected") if option.key in texts else "", option.label
            )
            for option in field.options
        ]
        return Markup('<select id="{}" name="{}"{}>{}</select>').format(
            _first_id(name), name, attributes, joined(*options)
        )
    return Markup('<input {} id="{}" name="{}" value="{}"{}{}>').format(
        _INPUTS[field.control], _first_id(name), name, value, limit, attributes
    )


def _choices(field: Field, texts: Sequence[str], brand: Brand) -> Markup:
    if field.control == "yes_no":
        pairs = [("true", str(brand.text("form.yes"))), ("false", str(brand.text("form.no")))]
    else:
        pairs = [(option.key, option.label) for option in field.options]
    kind = "checkbox" if field.control == "several" else "radio"
    required = Markup(" required") if field.required and kind == "radio" else ""
    rows = [
        Markup('<label class="choice"><input type="{}" id="{}" name="{}" value="{}"{}{}>{}</label>').format(
            kind,
            f"{_id(field.pointer)}-{number}",
            field.pointer,
            key,
            Markup(" checked") if key in texts else "",
            required,
            label,
        )
        for number, (key, label) in enumerate(pairs)
    ]
    row = Markup('<div class="scale">{}</div>') if field.control == "scale" else Markup("<div>{}</div>")
    return row.format(joined(*rows))


def _error(field: Field, fault: str, brand: Brand) -> Markup:
    if not fault:
        return Markup("")
    return Markup('<span class="fault" id="{}-fault">{} {}</span>').format(
        _id(field.pointer), brand.text("error.fields"), fault
    )


def _described(field: Field, fault: str) -> Markup:
    ids = [f"{_id(field.pointer)}-hint"] * bool(field.hint) + [f"{_id(field.pointer)}-fault"] * bool(fault)
    return Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else Markup("")


def _attributes(field: Field, fault: str) -> Markup:
    required = Markup(" required") if field.required else ""
    return joined(required, Markup(' aria-invalid="true"') if fault else "")


def _first_id(pointer: str) -> str:
    return f"{_id(pointer)}-0"


def _id(pointer: str) -> str:
    """A short id that any property name can have."""
    return "f" + hashlib.sha256(pointer.encode()).hexdigest()[:10]
