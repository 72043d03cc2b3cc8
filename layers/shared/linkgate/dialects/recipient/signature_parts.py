"""Signatures on pages: a place to draw or to type one after the review, and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.labels import star_of
from linkgate.pages.pieces import hidden, joined, paragraph
from linkgate.usecases.form_signatures import may_draw, signature_in, statement_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.pages.frame import Brand
    from linkgate.usecases.form_signatures import Signature

NAME, OF = "name:", "of:"
"""Beginnings of the names of the box for a typed name, and of the hidden field with the hash of what is signed."""
TOUCHED = "touched:"
"""Beginning of the name of the field by which the script says that it has saved a signature, or taken it away."""


def signature_control(field: Field, text: str, signed: str, version: int, fault: str, name: str, brand: Brand) -> Html:  # noqa: PLR0913, PLR0917 - all that it shows
    """Return the place for a signature of what has the hash `signed`. An older one of something else is not shown."""
    given = signature_in(text)
    current = given if given is not None and given.signed == signed else None
    if text and current is None and not fault:
        fault = str(brand.text("fault.signed_before"))
    statement = statement_of(field.schema, field.language)
    error = Html('<span class="fault" id="{}-fault">{} {}</span>').format(name, brand.text("error.fields"), fault)
    described = Html(' aria-describedby="{}-fault" aria-invalid="true"').format(name) if fault else ""
    return Html(
        '<fieldset class="field{}"><legend>{}{}</legend>{}{}{}{}'
        '{}<label for="{}">{}</label><input type="text" id="{}" name="{}" value="{}" maxlength="200"'
        ' autocomplete="name"{}>{}</fieldset>'
    ).format(
        " wrong" * bool(fault),
        field.label,
        star_of(field, brand),
        Html('<span class="hint">{}</span>').format(field.hint) if field.hint else "",
        paragraph(statement) if statement else "",
        error if fault else "",
        _pad(field, current, signed, version, brand) if may_draw(field.schema) else hidden(field.pointer, ""),
        hidden(f"{OF}{field.pointer}", signed),
        name,
        brand.text("sign.type" if may_draw(field.schema) else "sign.name"),
        name,
        f"{NAME}{field.pointer}",
        current.name if current else "",
        described,
        paragraph(brand.text("sign.about"), "small"),
    )


def signature_shown(text: str) -> Html:
    """Return a signature as a picture of its strokes, or as the name that was typed."""
    signature = signature_in(text)
    if signature is None:
        return Html("")
    return _picture(signature) if signature.path else Html("<bdi>{}</bdi>").format(signature.name)


def signatures_in(form: Mapping[str, Sequence[str]], stored: Collection[str]) -> dict[str, str | None]:
    """Return the signatures that a review page sends, by pointer. None stands for one that was taken away.

    `stored` has the pointers of what was stored when the page was shown.
    """
    found: dict[str, str | None] = {}
    for name, texts in form.items():
        if name.startswith(f"{OF}/"):
            pointer = name.removeprefix(OF)
            path = form.get(pointer, [""])[-1].strip()
            typed = " ".join(form.get(f"{NAME}{pointer}", [""])[-1].split()).replace("#", "")
            text = f"name:{typed}" if typed else path
            if text or pointer in stored or f"{TOUCHED}{pointer}" in form:
                found[pointer] = f"{text}#{texts[-1]}" if text else None
    return found


def _pad(field: Field, current: Signature | None, signed: str, version: int, brand: Brand) -> Html:
    drawn = current.path if current else ""
    words = joined(
        *(Html(' data-{}="{}"').format(word, brand.text(f"sign.{word}")) for word in ("undo", "clear", "draw"))
    )
    return Html('<div class="pad" data-sign="{}" data-signed="{}" data-n="{}"{}>{}{}</div>').format(
        field.pointer,
        signed,
        str(version),
        words,
        hidden(field.pointer, f"path:{drawn}" if drawn else ""),
        _picture(current) if current and drawn else "",
    )


def _picture(signature: Signature) -> Html:
    return Html(
        '<svg class="ink" viewBox="0 0 600 200" role="img"><path d="{}" fill="none" stroke="currentColor"'
        ' stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).format(signature.path)
