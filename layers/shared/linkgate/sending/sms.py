"""Texts of SMS. Each is one segment in the GSM alphabet and contains the whole link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Occasion
from linkgate.sending import message_texts
from linkgate.sending.deadlines import deadline
from linkgate.sending.display_names import display_name, person_name
from linkgate.sending.gsm7 import SEGMENT, cut, septets, spelled, writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.delivery import CodeNotice, LinkNotice

_TENANT_ROOMS = (40, 20, 11)
"""Maximum septets of a tenant's name, tried in this order. 11 is the length of a sender id."""
_BARE_ROOMS = (11, 6)
"""Maximum septets of a tenant's name that stands beside nothing but the link."""


class SegmentOverflow(Exception):
    """A part that must not be cut (the link, or the code with its browser line) does not fit into one segment."""


def link_text(notice: LinkNotice) -> str:
    """Return the fullest wording that fits. The link is never cut.

    Raises SegmentOverflow if the bare link is longer than a segment or has a character outside the alphabet.
    """
    if not _fits(notice.url):
        raise SegmentOverflow
    language = message_texts.language_of(notice.locale)
    values = {
        "link": notice.url,
        "expires": spelled(deadline(notice, language, short=True)),
    }
    return next((body for body in _link_wordings(notice, language, values) if _fits(body)), notice.url)


def _link_wordings(notice: LinkNotice, language: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield wordings from full to short. First the name goes, then the tenant's name is cut, then the words go."""

    def wording(part: str, room: int, name: str = "") -> str:
        template = spelled(message_texts.text(part, language, notice.tenant.texts))
        return message_texts.filled(template, {**values, "tenant": _tenant(notice, room), "name": name})

    kind = notice.kind.value
    whole = _TENANT_ROOMS[0]
    if notice.occasion is Occasion.FIRST:
        plain = f"{kind}.sms_unnamed"
        given = person_name(notice.name)
        name = person_name(spelled(given)) if writes(given) else ""
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
    """Return the text with a code. Its last line lets a browser on the portal's page offer to fill the code in.

    That line has the format of origin-bound one-time codes (`@host #code`). Raises SegmentOverflow.
    """
    language = message_texts.language_of(notice.locale)
    last_line = f"\n@{notice.host} #{notice.code}"
    values = {"code": notice.code, "minutes": str(int(notice.life.total_seconds() // 60))}
    for part in ("code.sms", "code.sms_short"):
        template = spelled(message_texts.text(part, language, notice.tenant.texts))
        for room in _TENANT_ROOMS:
            body = message_texts.filled(template, {**values, "tenant": _tenant(notice, room)}) + last_line
            if _fits(body):
                return body
    raise SegmentOverflow


def _tenant(notice: LinkNotice | CodeNotice, room: int) -> str:
    """Return the tenant's name, cleaned again after spelling, because a Latin spelling may not be as harmless."""
    return cut(display_name(spelled(display_name(notice.tenant.name))), room)


def _fits(body: str) -> bool:
    try:
        return septets(body) <= SEGMENT
    except ValueError:
        return False
