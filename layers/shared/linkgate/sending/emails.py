"""E-mails: subject, text and HTML with the same words, and the few headers that a message may have."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.colours import accent
from linkgate.model.link import Occasion
from linkgate.sending import email_page, message_texts
from linkgate.sending.deadlines import deadline
from linkgate.sending.display_names import display_name, person_name
from linkgate.usecases.form_scales import first_scale
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.tenant import Tenant
    from linkgate.ports.delivery import AddressNotice, CodeMessage, LinkMessage

TITLE_LENGTH = 90
_MAILBOX = re.compile(r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,252}", re.ASCII)
URL = re.compile(r"https?://[!-~]+", re.ASCII)
_MAILTO = re.compile(r"mailto:[!#-+\--;=?-~]{1,400}", re.ASCII)


class UnsafeAddress(Exception):
    """A value that should be one plain ASCII mailbox or one http URL could be read as something else."""


class UnusableSender(UnsafeAddress):
    """Our own sender or reply address is unsafe. The setting must be fixed; the message is not given up."""


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail for a provider. `to` is exactly one mailbox; `sender` is a complete From value in ASCII."""

    to: str
    sender: str
    reply_to: str | None
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a message in both forms. `text` is empty if only the HTML needs it."""

    text: str
    html: Html


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one message in its language, with values filled in."""

    language: str
    own: Mapping[str, str]
    values: Mapping[str, str]

    def plain(self, key: str) -> str:
        return message_texts.filled(message_texts.text(key, self.language, self.own), self.values)

    def html(self, key: str) -> Html:
        return email_page.marked(message_texts.text(key, self.language, self.own), self.values)

    def paragraph(self, key: str) -> Block:
        return Block(self.plain(key), email_page.paragraph(self.html(key)))

    def small_print(self, key: str) -> Block:
        return Block(self.plain(key), email_page.small_print(self.html(key)))


@dataclass(frozen=True, slots=True)
class Composed:
    """A message without an address yet. `key` is the first half of the keys of its texts."""

    tenant: Tenant
    words: Words
    key: str
    subject: str
    content: Sequence[Block]
    footer: Sequence[Block]
    body: str = ""
    """Key of the text that mail programs show beside the subject. Empty for `<key>.body`."""
    test: bool = False
    """True if it says that it is a test."""

    def _whole(self) -> Sequence[Block]:
        return [*([self.words.paragraph("test.banner")] if self.test else []), *self.content]

    def html(self) -> str:
        return email_page.document(
            language=self.words.language,
            accent=accent(self.tenant.colour),
            tenant=self.words.values["tenant"],
            subject=self.subject,
            preheader=self.words.plain(self.body or f"{self.key}.body"),
            heading=self.words.html(f"{self.key}.heading"),
            content=Html("").join(block.html for block in self._whole()),
            footer=Html("").join(block.html for block in self.footer),
        )

    def text(self) -> str:
        opening = (self.words.values["tenant"], self.words.plain(f"{self.key}.heading"))
        body = "\n\n".join((*opening, *(block.text for block in self._whole() if block.text), "--"))
        return "\n".join((body, *(block.text for block in self.footer), ""))


def link_email(message: LinkMessage, mail_from: str) -> Email:
    """Compose the e-mail with a link. `mail_from` is the default sender address. Raises UnsafeAddress."""
    if not all(URL.fullmatch(url) for url in (message.url, message.opt_out or message.url)):
        raise UnsafeAddress
    words = _link_words(message)
    kind = message.topic
    first = message.occasion is Occasion.FIRST
    label = words.plain(f"{kind}.button")
    colour = accent(message.tenant.colour)
    content = [
        words.paragraph("link.greeting" if words.values["name"] else "link.greeting_unnamed"),
        *([] if first else [words.paragraph(f"{message.occasion.value}.lead")]),
        words.paragraph(f"{kind}.body"),
        *_score_row(message, words.language),
        Block(f"{label}:\n{message.url}", email_page.button(label, message.url, colour)),
        words.paragraph("link.expiry"),
        Block("", email_page.small_print(words.html("link.fallback")) + email_page.address_panel(message.url)),
    ]
    footer = [words.small_print(key) for key in ("link.personal", "link.unexpected", "link.why")]
    footer += contact(words, message.tenant)
    if message.opt_out:
        stop = words.plain("link.opt_out")
        footer.append(Block(f"{stop}:\n{message.opt_out}", email_page.small_link(stop, message.opt_out)))
    subject = words.plain(f"{kind}.subject")
    if not first:
        subject = message_texts.filled(
            message_texts.text(f"{message.occasion.value}.subject", words.language, words.own),
            {**words.values, "subject": subject},
        )
    composed = Composed(message.tenant, words, kind, subject, content, footer, test=message.test)
    return addressed(composed, message.to, mail_from, _unsubscribe(message))


def _score_row(message: LinkMessage, language: str) -> list[Block]:
    """Return the score that a survey begins with, as links that choose it on its page. Following one sends nothing.

    Its tiles are 24 px wide on a phone of 320 px, even in a mail program that knows no media queries.
    """
    scale = first_scale(message.survey, language) if message.survey else None
    if scale is None:
        return []
    links = [(label, f"{message.url}&score={value}") for value, label in scale.labels]
    said = [label for label, _ in links]
    if scale.ends:
        said = [f"{said[0]} ({scale.ends[0]})", *said[1:-1], f"{said[-1]} ({scale.ends[1]})"]
    lines = [f"{label}: {url}" for label, (_, url) in zip(said, links, strict=True)]
    return [Block("\n".join((scale.question, *lines)), email_page.score_row(scale.question, links, scale.ends))]


def contact(words: Words, tenant: Tenant) -> list[Block]:
    """Return how to reach the tenant, and its own pages, so that a recipient can check who writes."""
    phone = re.sub(r"[^+0-9]", "", tenant.support_phone or "")
    ways = (
        ("link.phone", tenant.support_phone, f"tel:{phone}"),
        ("link.email", tenant.support_email, f"mailto:{tenant.support_email}"),
        ("link.help", tenant.support_url, tenant.support_url),
        ("link.website", tenant.website, tenant.website),
    )
    pages = (
        ("link.privacy", tenant.privacy_url, tenant.privacy_url),
        ("link.terms", tenant.terms_url, tenant.terms_url),
    )
    lead = [words.small_print("link.contact")] if any(shown for _, shown, _ in ways) else []
    found = [(words.plain(key), shown, url) for key, shown, url in (*ways, *pages) if shown and url]
    return lead + [Block(f"{name}: {shown}", email_page.contact_link(name, shown, url)) for name, shown, url in found]


def code_email(message: CodeMessage, mail_from: str) -> Email:
    """Compose the e-mail with a one-time code. It has no link. Raises UnsafeAddress."""
    values = {"tenant": display_name(message.tenant.name), "minutes": str(int(message.life.total_seconds() // 60))}
    words = Words(message_texts.language_of(message.locale), message.tenant.texts, values)
    content = [
        words.paragraph("code.body"),
        Block(message.code, email_page.code_panel(message.code)),
        words.paragraph("code.life"),
        words.paragraph("code.warning"),
    ]
    footer = [words.small_print("code.unexpected")]
    composed = Composed(message.tenant, words, "code", words.plain("code.subject"), content, footer, test=message.test)
    return addressed(composed, message.to, mail_from, {})


def notice_email(message: AddressNotice, mail_from: str) -> Email:
    """Compose the e-mail that tells an old address that it no longer counts. It has no link. Raises UnsafeAddress."""
    values = {"tenant": display_name(message.tenant.name)}
    words = Words(message_texts.language_of(message.locale), message.tenant.texts, values)
    content = [words.paragraph("notice.body"), words.paragraph("notice.warning")]
    composed = Composed(message.tenant, words, "notice", words.plain("notice.subject"), content, (), test=message.test)
    return addressed(composed, message.to, mail_from, {})


def _link_words(message: LinkMessage) -> Words:
    language = message_texts.language_of(message.locale)
    own = message.tenant.texts
    untitled = message_texts.text(f"{message.topic}.untitled", language, own)
    values = {
        "tenant": display_name(message.tenant.name),
        "name": person_name(message.name),
        "title": display_name(message.title or "", TITLE_LENGTH) or untitled,
        "expires": deadline(message, language),
    }
    return Words(language, own, values)


def addressed(composed: Composed, to: str, mail_from: str, headers: Mapping[str, str]) -> Email:
    """Return a composed message with its addresses. Raises UnsafeAddress."""
    tenant = composed.tenant
    sender = tenant.mail_from or mail_from
    if not all(_MAILBOX.fullmatch(address) for address in (sender, tenant.reply_to or sender)):
        raise UnusableSender
    if not _MAILBOX.fullmatch(to):
        raise UnsafeAddress
    return Email(
        to=to,
        sender=_named_mailbox(composed.words.values["tenant"], sender),
        reply_to=tenant.reply_to or None,
        subject=composed.subject,
        text=composed.text(),
        html=composed.html(),
        headers=headers,
    )


def _named_mailbox(name: str, address: str) -> str:
    """Return `name <address>` in ASCII: quoted (RFC 5322), or in encoded words of at most 75 characters (RFC 2047)."""
    from email.header import Header
    from email.utils import formataddr

    if not name:
        return address
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=75).encode(linesep='')} <{address}>"


def _unsubscribe(message: LinkMessage) -> dict[str, str]:
    """Return the headers by which mail programs offer to stop surveys (RFC 2369), with one click (RFC 8058).

    One click needs exactly one https address, which is ours, so the tenant's own can only be a mailbox.
    """
    if not message.opt_out:
        return {}
    own = message.tenant.unsubscribe or ""
    mailboxes = [f"<{own}>"] if _MAILTO.fullmatch(own) else []
    listed = {"List-Unsubscribe": ", ".join([f"<{message.opt_out}>", *mailboxes])}
    if not message.opt_out.startswith("https://"):
        return listed
    return {**listed, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
