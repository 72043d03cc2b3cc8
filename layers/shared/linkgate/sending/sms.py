"""The text of an SMS: always one segment of the GSM alphabet, with the whole link in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Occasion
from linkgate.model.moments import in_short
from linkgate.sending import texts
from linkgate.sending.display_names import display_name, person_name
from linkgate.sending.gsm7 import SEGMENT, cut, septets, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.delivery import CodeNotice, LinkNotice

_TENANT_ROOMS = (40, 20, 11)
"""Septets a tenant's name may take, tried in this order; 11 is what a sender id has."""
_BARE_ROOMS = (11, 6)
"""The same beside nothing but the link."""


class SegmentOverflow(Exception):
    """What must not be cut (the link, or the code with its browser line) does not fit into one segment."""


def link_text(notice: LinkNotice) -> str:
    """The richest wording that fits; the link is never cut.

    Raises SegmentOverflow if the bare link is longer than a segment or has a character the alphabet lacks.
    """
    if not _fits(notice.url):
        raise SegmentOverflow
    language = texts.language_of(notice.locale)
    values = {
        "link": notice.url,
        "expires": spelled(in_short(notice.expires_at, language)),
    }
    return next((body for body in _link_wordings(notice, language, values) if _fits(body)), notice.url)


def _link_wordings(notice: LinkNotice, language: str, values: Mapping[str, str]) -> Iterator[str]:
    """From the richest to the barest: the name goes first, then the tenant's name shrinks, then the words go."""

    def wording(part: str, room: int, name: str = "") -> str:
        template = spelled(texts.text(part, language, notice.tenant.texts))
        return texts.filled(template, {**values, "tenant": _tenant(notice, room), "name": name})

    kind = notice.kind.value
    whole = _TENANT_ROOMS[0]
    if notice.occasion is Occasion.FIRST:
        plain = f"{kind}.sms_unnamed"
        name = person_name(spelled(person_name(notice.name)))
        for shortened in dict.fromkeys((name, name.partition(" ")[0])) if name else ():
            yield wording(f"{kind}.sms", whole, shortened)
    else:
        plain = f"{notice.occasion.value}.sms"
    for room in _TENANT_ROOMS:
        yield wording(plain, room)
        yield wording(f"{kind}.sms_short", room)
    for room in _BARE_ROOMS:
        yield wording("link.sms_bare", room)


def code_text(notice: CodeNotice) -> str:
    """Words, then a last line by which a browser on the portal's page offers to fill the code in.

    The line's form is that of origin-bound one-time codes (`@host #code`). Raises SegmentOverflow.
    """
    language = texts.language_of(notice.locale)
    last_line = f"\n@{notice.host} #{notice.code}"
    values = {"code": notice.code, "minutes": str(int(notice.life.total_seconds() // 60))}
    for part in ("code.sms", "code.sms_short"):
        template = spelled(texts.text(part, language, notice.tenant.texts))
        for room in _TENANT_ROOMS:
            body = texts.filled(template, {**values, "tenant": _tenant(notice, room)}) + last_line
            if _fits(body):
                return body
    raise SegmentOverflow


def _tenant(notice: LinkNotice | CodeNotice, room: int) -> str:
    """The tenant's name, cleaned once more after spelling: what was harmless in another script may not be in Latin."""
    return cut(display_name(spelled(display_name(notice.tenant.name))), room)


def _fits(body: str) -> bool:
    try:
        return septets(body) <= SEGMENT
    except ValueError:
        return False
