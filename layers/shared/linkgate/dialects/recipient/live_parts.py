"""Parts of pages that are live: who else is there, and both ends of a call. Without a script they stay hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.media_parts import media_panel, media_words
from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.tenant import Media
    from linkgate.pages.frame import Brand

_PLAIN = ("recipient", "desk", "somebody", "alone", "lost", "elsewhere")
_NAMED = ("you", "away", "came", "left", "typing", "at", "sending")
"""Texts that name somebody."""


def presence(
    brand: Brand, rid: str, steps: Sequence[tuple[int, str, Sequence[str]]] = (), *, follows: bool = True
) -> Html:
    """Return the list of people, with the words that the scripts need.

    `steps` has the number, title and pointers of each step of a form, so that the script can say in which the others
    are. A page without questions follows nobody.
    """
    words = {word: brand.text(f"live.{word}") for word in _PLAIN}
    words |= {word: brand.text(f"live.{word}", who="{who}") for word in _NAMED}
    words["changed"] = brand.text("live.changed", who="{who}", field="{field}")
    if steps:
        words["step"] = brand.text("live.step", step="{step}")
        words["steps"] = Html("{}").format(json.dumps(steps, ensure_ascii=False, separators=(",", ":")))
    words["clash"] = brand.text("live.clash", who="{who}", value="{value}")
    follow = Html('<label class="choice small"><input type="checkbox" checked>{}</label>').format(
        brand.text("live.follow")
    )
    content = Html('<h2>{title}</h2><ul class="people"></ul><p class="small state"></p>{here}{follow}').format(
        title=brand.text("live.title"), here=_here(brand), follow=follow if follows else ""
    )
    return _section(brand.text("live.title"), rid, words, content)


def call(brand: Brand, rid: str, title: str, media: Media) -> Html:
    """Return a customer's end of a call: how it stands, what the two write, and the buttons to leave and come again."""
    words = {
        word: brand.text(f"call.{word}", title=title)
        for word in ("waiting", "unstaffed", "shut", "ended", "unsent", "press", "start", "idle", "again")
    }
    words["closed"] = brand.text("call.closed", time="{time}")
    words |= {word: brand.text(f"call.{word}", who="{who}") for word in ("joined", "other", "gone", "put")}
    words["position"] = brand.text("call.position", title=title, number="{number}")
    words |= (
        _shared(brand) | media_words(brand, media) | {"somebody": brand.text("call.somebody"), "side": Html("customer")}
    )
    content = Html(
        '<h2>{title}</h2><p class="call" role="status"></p>{state}{media}{talk}'
        '<button type="button" class="second leave" hidden>{leave}</button>'
        '<button type="button" class="again" hidden>{again}</button>'
    ).format(
        title=brand.text("call.title"),
        state=_state(brand),
        media=media_panel(brand, media),
        talk=_talk(brand, Html(" hidden")),
        leave=brand.text("call.leave"),
        again=brand.text("call.again"),
    )
    return _section(brand.text("call.title"), rid, words, content)


def duty(brand: Brand, rid: str, queues: Mapping[str, str], media: Media, at: str) -> Html:
    """Return an agent's end: whether they are available, who waits, and the call.

    `queues` maps ids to titles, and `at` is the path at which the page gets its tickets.
    """
    words = {word: brand.text(f"duty.{word}") for word in (*_DUTY, *_REFUSED)}
    words |= {word: brand.text(f"call.{word}") for word in ("ended", "unsent")}
    words["tickets"] = Html("{}").format(at)
    words["caller"] = brand.text("duty.caller", who="{who}", subject="{subject}", time="{time}")
    words |= {word: brand.text(f"duty.{word}", who="{who}") for word in ("rings", "busy")}
    words |= {word: brand.text(f"call.{word}", who="{who}") for word in ("other", "gone")}
    words |= (
        _shared(brand) | media_words(brand, media) | {"somebody": brand.text("duty.customer"), "side": Html("agent")}
    )
    options = joined(*(Html('<option value="{}">{}</option>').format(name, title) for name, title in queues.items()))
    content = Html(
        '<h2>{title}</h2><button type="button" class="duty"></button><p class="call" role="status"></p>'
        '<p class="said" role="status"></p>{state}<ul class="waiting"></ul>'
        '<div class="talk" hidden><p class="facts"></p>{media}{talk}'
        '<details class="notes"><summary>{notes}</summary><ol class="noted"></ol><form>'
        '<label>{note}<textarea rows="2" maxlength="2000"></textarea></label>'
        '<p class="fault" role="status"></p><button class="second">{keep}</button></form></details>'
        '<label>{transfer}<select class="to"><option value="">{none}</option>{options}</select></label>'
        '<button type="button" class="second end">{end}</button></div>'
    ).format(
        title=brand.text("duty.title"),
        state=_state(brand),
        media=media_panel(brand, media),
        talk=_talk(brand, Html("")),
        notes=brand.text("duty.notes"),
        note=brand.text("duty.note"),
        keep=brand.text("duty.keep"),
        transfer=brand.text("duty.transfer"),
        none=brand.text("duty.transfer_none"),
        options=options,
        end=brand.text("duty.end"),
    )
    return _section(brand.text("duty.title"), rid, words, content)


_DUTY = ("on", "off", "offduty", "nobody", "accept", "transferred", "not_there", "notice")
_REFUSED = ("why_taken", "why_over", "why_off_duty", "why_in_a_call", "why_again")


def _shared(brand: Brand) -> dict[str, Html]:
    """Return the words of the channel's script that calls say in their own way, or not at all."""
    named = {word: brand.text(f"live.{word}", who="{who}") for word in ("you", "away")}
    own = {"me": brand.text("call.me"), "lost": brand.text("call.lost"), "elsewhere": brand.text("call.elsewhere")}
    own["writing"] = brand.text("call.writing", who="{who}", text="{text}")
    silent = {"alone": Html(""), "came": Html(""), "left": Html("")}
    return {**named, **own, **silent}


def _state(brand: Brand) -> Html:
    """Return the line that says how the connection stands. Who else has the page open is no news in a call."""
    return Html('<ul class="people" hidden></ul><p class="small state"></p>{}').format(_here(brand))


def _here(brand: Brand) -> Html:
    return Html('<button type="button" class="second here" hidden>{}</button>').format(brand.text("live.here"))


def _talk(brand: Brand, state: Html) -> Html:
    return Html(
        '<div role="log" aria-label="{}"><ol class="lines"></ol></div><p class="writing"></p><form class="write"{}>'
        '<label>{}<textarea rows="2" maxlength="2000"></textarea></label>'
        '<label class="choice small" hidden><input type="checkbox" class="shows" checked>{}</label>'
        '<p class="fault unsent" role="status"></p><button>{}</button></form>'
    ).format(
        brand.text("call.lines"), state, brand.text("call.write"), brand.text("call.shows"), brand.text("call.send")
    )


def _section(title: str, rid: str, words: Mapping[str, Html], content: Html) -> Html:
    return Html(
        '<section id="live" class="live" aria-label="{}" data-rid="{}"{} hidden>{}'
        '<p class="spoken" role="status"></p></section>'
    ).format(title, rid, joined(*(Html(' data-{}="{}"').format(word, text) for word, text in words.items())), content)
