"""Fields of forms. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.pieces import button, joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_CHECKED = Html(" checked")


def text_field(name: str, words: tuple[str, str], value: str, most: int, kind: str = "text") -> Html:
    """Return a line to type in, of at most so many characters. `words` are its label and its hint."""
    template = Html(
        '<div class="field"><label for="{name}">{label}</label><span class="hint" id="{name}-hint">{hint}</span>'
        '<input type="{kind}" id="{name}" name="{name}" value="{value}" maxlength="{most}" autocomplete="off"'
        ' aria-describedby="{name}-hint"></div>'
    )
    label, hint = words
    return template.format(name=name, label=label, hint=hint, kind=kind, value=value, most=most)


def tick(name: str, label: str, *, ticked: bool) -> Html:
    """Return a box to tick that stands alone."""
    return Html('<div class="field">{}</div>').format(_box(name, label, ticked=ticked))


def ticks(label: str, hint: str, options: Iterable[tuple[str, str]], ticked: Container[str]) -> Html:
    """Return boxes to tick, each option a name and a label."""
    boxes = [_box(name, words, ticked=name in ticked) for name, words in options]
    return Html('<fieldset class="field"><legend>{}</legend><span class="hint">{}</span>{}</fieldset>').format(
        label, hint, joined(*boxes)
    )


def radios(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> Html:
    """Return options to choose one from, each a value and a label."""
    rows = [
        Html('<label class="choice"><input type="radio" name="{}" value="{}"{}>{}</label>').format(
            name, value, _CHECKED if value == chosen else "", words
        )
        for value, words in options
    ]
    return Html('<fieldset class="field"><legend>{}</legend>{}</fieldset>').format(label, joined(*rows))


def presses(name: str, label: str, options: Iterable[tuple[str, str]], style: str) -> Html:
    """Return options each of which sends the form when it is pressed, each a value and a label."""
    rows = [button(words, style, name=name, value=value) for value, words in options]
    return Html('<fieldset class="field acts"><legend>{}</legend>{}</fieldset>').format(label, joined(*rows))


def select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> Html:
    """Return a list to choose from, each option a value and a label."""
    rows = [
        Html('<option value="{}"{}>{}</option>').format(value, Html(" selected") if value == chosen else "", words)
        for value, words in options
    ]
    return Html('<div class="field"><label for="{0}">{1}</label><select id="{0}" name="{0}">{2}</select></div>').format(
        name, label, joined(*rows)
    )


def _box(name: str, label: str, *, ticked: bool) -> Html:
    return Html('<label class="choice"><input type="checkbox" name="{}"{}>{}</label>').format(
        name, _CHECKED if ticked else "", label
    )
