"""Repeat groups in forms: a section for each entry, and buttons that add and remove one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import said
from linkgate.dialects.recipient.fields import flat
from linkgate.pages.pieces import button, joined, paragraph
from linkgate.usecases.form_groups import least_entries, most_entries
from linkgate.usecases.form_parts import FIXED, KEYS
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.pages.frame import Brand

ADD, REMOVE = "add:", "remove:"
"""Beginnings of what the buttons send. The pointer of the group or the entry follows."""

_NAMING = frozenset({"text", "email", "phone", "date", "number", "radio", "select"})
"""Controls whose answer names an entry."""


def group(field: Field, head: Html, entries: Sequence[Html], brand: Brand, name: str) -> Html:
    """Return a group. `head` is its legend, hint and fault, and `name` the id to which links lead."""
    add: Html | str = ""
    mine = field.schema.get(KEYS) is True and FIXED not in field.schema
    if mine and len(entries) < most_entries(field.schema):
        words = brand.text("group.more" if entries else "group.first")
        add = _button(words, f"{ADD}{field.pointer}", brand, f"{words}: {field.label}")
    elif mine and entries and len(entries) >= most_entries(field.schema):
        add = paragraph(brand.text("group.full", limit=most_entries(field.schema)), "small")
    return Html(
        '<fieldset class="section group" id="{}" tabindex="-1" data-group="{}" data-changed="{}" data-reload="{}">'
        "{}{}{}</fieldset>"
    ).format(
        name,
        field.pointer,
        brand.text("group.changed"),
        brand.text("group.reload"),
        head,
        joined(*entries),
        add,
    )


def entry(outer: Field, field: Field, content: Html, texts: Mapping[str, Sequence[str]], brand: Brand) -> Html:
    """Return an entry of a group with its button, which names it."""
    remove: Html | str = ""
    mine = outer.schema.get(KEYS) is True and FIXED not in outer.schema and FIXED not in field.schema
    if mine and len(outer.parts) > least_entries(outer.schema, required=outer.required):
        words = brand.text("group.remove", entry=Html("<bdi>{}</bdi>").format(entry_name(field, texts, brand)))
        remove = _button(words, f"{REMOVE}{field.pointer}", brand)
    return Html('<fieldset class="section entry"><legend>{}</legend>{}{}</fieldset>').format(
        field.label, content, remove
    )


def entry_name(field: Field, texts: Mapping[str, Sequence[str]], brand: Brand) -> str:
    """Return the label of an entry with the first answer in it, such as `Job 2, Baker`."""
    for each in flat(field.parts):
        answer = [text for text in texts.get(each.pointer, ()) if text.strip()]
        if answer and each.control in _NAMING:
            return f"{field.label}, {said(each, answer, {}, brand.language)}"
    return field.label


def default_button() -> Html:
    """Return the button that a form presses for the Return key, in place of the first of a group's."""
    return Html('<button class="quiet" tabindex="-1" aria-hidden="true"></button>')


def _button(words: Html, value: str, brand: Brand, spoken: str = "") -> Html:
    named = {"aria-label": spoken} if spoken else {}
    return button(words, "second", name="go", value=value, formaction=f"{brand.base}/step", **named)
