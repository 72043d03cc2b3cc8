"""Part of a call's page for picture and sound, at both ends. Its script shows it while a call goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.tenant import Media
from linkgate.pages.pieces import button, joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.pages.frame import Brand

_STATES = ("agent", "asking", "ready", "connecting", "connected", "heard", "again", "through", "paused")
_FAULTS = ("denied", "missing", "busy", "unfit", "insecure", "none")
_TOGGLES = ("mute", "unmute", "camera_off", "camera_on")
_NAMED = ("lead", "offered", "alone", "dark", "silent", "theirs")
"""Texts that name the other side."""


def media_words(brand: Brand, media: Media) -> dict[str, Html]:
    """Return the words that the script of picture and sound needs. None for calls in writing."""
    if media is Media.TEXT:
        return {}
    words = {word: brand.text(f"media.{word}") for word in (*_STATES, *_FAULTS, *_TOGGLES)}
    words |= {word: brand.text(f"media.{word}", who="{who}") for word in _NAMED}
    return {f"media_{word}": text for word, text in words.items()}


def media_panel(brand: Brand, media: Media) -> Html:
    """Return the choice of devices, both pictures, and the buttons to turn devices off. Empty for calls in writing."""
    if media is Media.TEXT:
        return Html("")
    choices = (button(brand.text(f"media.{kind}"), "second", value=kind, type="button") for kind in _KINDS)
    return Html(
        '<div class="media" role="group" aria-label="{title}" hidden>'
        '<p class="means" role="status"></p><p class="fault" role="alert"></p>'
        '<div class="pictures" hidden><video class="theirs quiet" autoplay playsinline></video>'
        '<video class="own" aria-label="{own}" autoplay playsinline muted></video></div><p class="small note"></p>'
        '<div class="choose"><p class="lead"></p><p class="small">{notice}</p>{choices}</div>'
        '<div class="devices" hidden>{mute}{camera}{stop}</div>{more}</div>'
    ).format(
        title=brand.text("media.title"),
        own=brand.text("media.own"),
        notice=brand.text("media.notice"),
        choices=joined(*choices),
        mute=button("", "second mute", type="button"),
        camera=button("", "second camera", type="button"),
        stop=button(brand.text("media.stop"), "second write-only", type="button"),
        more=Html('<button type="button" class="second more" hidden>{}</button>').format(brand.text("media.more")),
    )


_KINDS = ("video", "audio", "text")
