"""Pieces of pages.

HTML is built with `Html`, which escapes every value that is filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable


def joined(*parts: str) -> Html:
    """Join parts. Plain strings are escaped."""
    return Html("").join(parts)


def paragraph(text: str, style: str = "") -> Html:
    """Return a paragraph, with the name of a style."""
    return Html('<p class="{}">{}</p>').format(style, text) if style else Html("<p>{}</p>").format(text)


def box(kind: str, *content: str) -> Html:
    """Return a note that stands out: `bad`, `good` or neither. Screen readers read it when it appears."""
    role = "alert" if kind == "bad" else "status"
    return Html('<div class="box {}" role="{}">{}</div>').format(kind, role, joined(*content))


def hidden(name: str, value: str) -> Html:
    """Return a hidden field of a form."""
    return Html('<input type="hidden" name="{}" value="{}">').format(name, value)


def button(text: str, style: str = "", **attributes: str) -> Html:
    """Return a button of a form, with further attributes by name."""
    more = joined(*(Html(' {}="{}"').format(name, value) for name, value in attributes.items()))
    return Html('<button class="{}"{}>{}</button>').format(style, more, text)


def button_link(path: str, text: str) -> Html:
    """Return a link that looks like a button."""
    return Html('<p><a class="button" href="{}">{}</a></p>').format(path, text)


def description_list(entries: Iterable[tuple[str, str]]) -> Html:
    """Return a list of names and values, without empty values."""
    rows = [Html("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in entries if value]
    return Html("<dl>{}</dl>").format(joined(*rows)) if rows else Html("")
