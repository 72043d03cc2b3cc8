"""Pieces that pages are made of.

HTML is built with `Html`, which escapes the values that are filled in, so that nobody can forget to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable


def joined(*parts: str) -> Html:
    """Parts one after the other; plain strings are escaped."""
    return Html("").join(parts)


def paragraph(text: str, style: str = "") -> Html:
    """One, with the name of a style."""
    return Html('<p class="{}">{}</p>').format(style, text) if style else Html("<p>{}</p>").format(text)


def box(kind: str, *content: str) -> Html:
    """A note that stands out: `bad`, `good` or neither; read out when it appears."""
    role = "alert" if kind == "bad" else "status"
    return Html('<div class="box {}" role="{}">{}</div>').format(kind, role, joined(*content))


def hidden(name: str, value: str) -> Html:
    """A form's field that nobody sees."""
    return Html('<input type="hidden" name="{}" value="{}">').format(name, value)


def button(text: str, style: str = "", **attributes: str) -> Html:
    """A form's button; further attributes of it by name."""
    more = joined(*(Html(' {}="{}"').format(name, value) for name, value in attributes.items()))
    return Html('<button class="{}"{}>{}</button>').format(style, more, text)


def facts(entries: Iterable[tuple[str, str]]) -> Html:
    """Names and values."""
    rows = [Html("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in entries if value]
    return Html("<dl>{}</dl>").format(joined(*rows)) if rows else Html("")
