"""Texts of SMS. Each is one segment in the GSM alphabet and contains the whole link."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.model.link import Occasion
from linkgate.ports.delivery import AddressNotice, CodeMessage, ReceiptMessage
from linkgate.sending import message_texts
from linkgate.sending.deadlines import deadline
from linkgate.sending.display_names import display_name, person_name
from linkgate.sending.gsm7 import SEGMENT, cut, has_ideographs, septets, spelled, writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.ports.delivery import LinkMessage

_TENANT_ROOMS = (40, 20, 11)
"""Maximum septets of a tenant's name, tried in this order. 11 is the length of a sender id."""
_BARE_ROOMS = (11, 6)
"""Maximum septets of a tenant's name that stands beside nothing but the link."""


_TEST = "TEST"


class SegmentOverflow(Exception):
    """A part that must not be cut (the link, or the code with its browser line) does not fit into one segment."""


def link_text(message: LinkMessage) -> str:
    """Return the fullest wording that fits. The link is never cut.

    Raises SegmentOverflow if the bare link is longer than a segment or has a character outside the alphabet.
    """
    if not _fits(message.url):
        raise SegmentOverflow
    language = message_texts.language_of(message.locale)
    values = {
        "link": message.url,
        "expires": spelled(deadline(message, language, short=True)),
    }
    wordings = (_marked(message, body) for body in _link_wordings(message, language, values))
    return next((body for body in wordings if _fits(body)), message.url)


def _link_wordings(message: LinkMessage, language: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield wordings from full to short. First the name goes, then the tenant's name is cut, then the words go."""

    def wording(part: str, room: int, name: str = "") -> str:
        template = spelled(message_texts.text(part, language, message.tenant.texts))
        return message_texts.filled(template, {**values, "tenant": _tenant(message, room), "name": name})

    kind = message.topic
    whole = _TENANT_ROOMS[0]
    if message.occasion is Occasion.FIRST:
        plain = f"{kind}.sms_unnamed"
        given = person_name(message.name)
        name = person_name(spelled(given)) if writes(given) else ""
        for shortened in dict.fromkeys((name, name.partition(" ")[0])) if name else ():
            yield wording(f"{kind}.sms", whole, shortened)
    else:
        plain = f"{message.occasion.value}.sms"
    for room in _TENANT_ROOMS:
        yield wording(plain, room)
        yield wording(f"{kind}.sms_short", room)
    for room in _BARE_ROOMS:
        yield wording("link.sms_bare", room)


def code_text(message: CodeMessage) -> str:
    """Return the text with a code. Its last line lets a browser on the portal's page offer to fill the code in.

    That line has the format of origin-bound one-time codes (`@host #code`). Raises SegmentOverflow.
    """
    language = message_texts.language_of(message.locale)
    last_line = f"\n@{message.host} #{message.code}"
    values = {"code": message.code, "minutes": str(int(message.life.total_seconds() // 60))}
    for part in ("code.sms", "code.sms_short"):
        template = spelled(message_texts.text(part, language, message.tenant.texts))
        for room in _TENANT_ROOMS:
            body = (
                _marked(message, message_texts.filled(template, {**values, "tenant": _tenant(message, room)}))
                + last_line
            )
            if _fits(body):
                return body
    raise SegmentOverflow


def notice_text(message: AddressNotice) -> str:
    """Return the text that tells an old number that it no longer counts. Raises SegmentOverflow."""
    language = message_texts.language_of(message.locale)
    for part in ("notice.sms", "notice.sms_short"):
        template = spelled(message_texts.text(part, language, message.tenant.texts))
        for room in _TENANT_ROOMS:
            body = _marked(message, message_texts.filled(template, {"tenant": _tenant(message, room)}))
            if _fits(body):
                return body
    raise SegmentOverflow


def receipt_text(message: ReceiptMessage) -> str:
    """Return the text that a form arrived. Raises SegmentOverflow."""
    language = message_texts.language_of(message.locale)
    template = spelled(message_texts.text("receipt.sms", language, message.tenant.texts))
    for room in _TENANT_ROOMS:
        values = {"tenant": _tenant(message, room), "reference": message.reference}
        body = _marked(message, message_texts.filled(template, values))
        if _fits(body):
            return body
    raise SegmentOverflow


def _marked(message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage, body: str) -> str:
    """Return a text that says that it is a test, if it is one."""
    return f"{_TEST} {body}" if message.test else body


def _tenant(message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage, room: int) -> str:
    """Return the tenant's name, cleaned again after spelling, because a Latin spelling may not be as harmless.

    Ideographs have no spelling but a reading, which can be another language's. The sender id or the link's host stands
    for such a name.
    """
    name = display_name(message.tenant.name)
    if has_ideographs(name):
        host = _host(message)
        name = message.tenant.sms_sender or (host if len(host) <= room else max(host.split("."), key=len))
    return cut(display_name(spelled(name)), room)


def _host(message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage) -> str:
    match message:
        case CodeMessage():
            return message.host
        case AddressNotice() | ReceiptMessage():
            return urlsplit(message.portal).hostname or ""
        case _:
            return urlsplit(message.url).hostname or ""


def _fits(body: str) -> bool:
    try:
        return septets(body) <= SEGMENT
    except ValueError:
        return False
