"""E-mails that tell recipients that their form arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.model.moments import in_words
from linkgate.model.time_zones import time_zone
from linkgate.sending import email_page, message_texts
from linkgate.sending.display_names import display_name
from linkgate.sending.emails import TITLE_LENGTH, URL, Block, Composed, Words, addressed, contact
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.ports.delivery import ReceiptMessage
    from linkgate.sending.emails import Email

    Answers = Callable[[Mapping[str, object], Mapping[str, object], str], Sequence[tuple[str, str]]]
    """Returns titles and answers in words, given the data, the schema and the language."""


def receipt_email(message: ReceiptMessage, mail_from: str, answers: Answers | None) -> Email:
    """Compose the e-mail. Its only link is the tenant's own, to what happens next. Raises UnsafeAddress."""
    language = message_texts.language_of(message.locale)
    values = {
        "tenant": display_name(message.tenant.name),
        "title": display_name(message.title or "", TITLE_LENGTH),
        "reference": message.reference,
        "time": _time(message, language),
    }
    words = Words(language, message.tenant.texts, values)
    key = "receipt.body" if values["title"] else "receipt.body_untitled"
    content = [words.paragraph(key), words.paragraph("receipt.reference"), *_next(message)]
    if message.answers and answers:
        rows = answers(message.answers, message.schema, language)
        content += [words.paragraph("receipt.answers"), *(_answer(name, text) for name, text in rows if text)]
    if message.readable:
        content.append(words.paragraph("receipt.again"))
    footer = [words.small_print("receipt.why"), *contact(words, message.tenant)]
    composed = Composed(
        message.tenant, words, "receipt", words.plain("receipt.subject"), content, footer, body=key, test=message.test
    )
    return addressed(composed, message.to, mail_from, {})


def _next(message: ReceiptMessage) -> list[Block]:
    found = []
    if message.next_text:
        found.append(Block(message.next_text, email_page.paragraph(Html("{}").format(message.next_text))))
    if message.next_url and URL.fullmatch(message.next_url):
        label = message.next_label or urlsplit(message.next_url).netloc
        shown = email_page.contact_link(label, message.next_url, message.next_url)
        found.append(Block(f"{label}: {message.next_url}", shown))
    return found


def _answer(name: str, text: str) -> Block:
    return Block(f"{name}: {text}", email_page.paragraph(Html("<strong>{}</strong><br>{}").format(name, text)))


def _time(message: ReceiptMessage, language: str) -> str:
    """Return when the form arrived, in the time zone of the contact or the tenant, or else in UTC."""
    for name in (message.time_zone, message.tenant.time_zone):
        if name and (zone := time_zone(name)):
            return in_words(message.at.astimezone(zone), language)
    return in_words(message.at, language)
