"""Part of a page that shows who else is there. Without a script, or without the others, it stays hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.pages.frame import Brand

_PLAIN = ("recipient", "desk", "somebody", "alone", "lost", "elsewhere")
_NAMED = ("you", "away", "came", "left", "typing", "at")
"""Texts that name somebody."""


def presence(brand: Brand, rid: str) -> Html:
    """Return the list of people, with the words that the scripts need."""
    words = {word: brand.text(f"live.{word}") for word in _PLAIN}
    words |= {word: brand.text(f"live.{word}", who="{who}") for word in _NAMED}
    words["changed"] = brand.text("live.changed", who="{who}", field="{field}")
    words["clash"] = brand.text("live.clash", who="{who}", value="{value}")
    return Html(
        '<section id="live" class="live" aria-label="{title}" data-rid="{rid}"{words} hidden><h2>{title}</h2>'
        '<ul class="people"></ul><p class="small state"></p><button type="button" class="second" hidden>{here}</button>'
        '<label class="choice small"><input type="checkbox" checked>{follow}</label>'
        '<p class="spoken" role="status"></p></section>'
    ).format(
        title=brand.text("live.title"),
        rid=rid,
        words=joined(*(Html(' data-{}="{}"').format(word, text) for word, text in words.items())),
        here=brand.text("live.here"),
        follow=brand.text("live.follow"),
    )
