from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from email import message_from_string
from email.header import decode_header, make_header
from email.utils import getaddresses
from html.parser import HTMLParser

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linkgate.model.addresses import normal_email
from linkgate.model.link import Kind, Occasion
from linkgate.sending.emails import Email, UnsafeAddress, UnusableSender, code_email, link_email
from linkgate.texts import OFFERED
from tests.support.sample_messages import ACME, MAIL_FROM, OPT_OUT, URL, code_message, link_message

HOSTILE = "<img src=x onerror=alert(1)>\"'&{tenant}{{ses:openTracker}}"
ALLOWED_TAGS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "p", "a", "bdi"}
ALLOWED_ATTRIBUTES = {"lang", "dir", "charset", "name", "content", "class", "style", "href", "ses:no-track"}


class Outline(HTMLParser):
    """Parser of a document's tags, attributes and visible text, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.meta: dict[str, str] = {}
        self.language = ""
        self.words: list[str] = []
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_ = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= set(given_)
        self._in_style = tag == "style"
        if "href" in given_:
            self.links.append(given_["href"])
        if tag == "meta" and "name" in given_:
            self.meta[given_["name"]] = given_["content"]
        if tag == "html":
            self.language = given_["lang"]

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def mail(**changes: object) -> Email:
    return link_email(link_message(**changes), MAIL_FROM)


def test_a_process_mail_says_who_wants_what_until_when() -> None:
    email = mail()

    assert email.sender == f"Acme Savings Bank <{MAIL_FROM}>"
    assert email.to == "maria@customer.example"
    assert email.reply_to is None
    assert email.subject == "Acme Savings Bank: Account opening"
    assert email.headers == {}
    assert email.text == (
        "Acme Savings Bank\n\n"
        "Account opening\n\n"
        "Hello María Ñandú,\n\n"
        "Acme Savings Bank has prepared a form for you. Please check the details that are already "
        "filled in, complete the rest and send it.\n\n"
        f"Open the form:\n{URL}\n\n"
        "This link works until the end of 27 November 2026.\n\n"
        "--\n"
        "This link is meant for you alone. Please do not forward it.\n"
        "If you did not expect this message, you can ignore it.\n"
        "You are receiving this message because Acme Savings Bank used this address to contact you.\n"
    )


def test_html_and_text_say_the_same() -> None:
    for kind in Kind:
        email = mail(kind=kind)
        html = Outline(email.html).text
        for paragraph in email.text.split("\n"):
            assert paragraph.rstrip(":-") in html


@pytest.mark.parametrize("language", OFFERED)
def test_only_a_message_about_a_document_that_is_there_promises_one(language: str) -> None:
    promise = {"en": "document", "es": "documento"}[language]
    for occasion in Occasion:
        there = mail(kind=Kind.RESOURCE, locale=language, occasion=occasion, with_document=True)
        missing = mail(kind=Kind.RESOURCE, locale=language, occasion=occasion)

        assert promise in there.text
        assert promise not in f"{missing.subject} {missing.text} {missing.html}"


def test_subjects_do_not_name_a_document_or_an_internal_campaign() -> None:
    assert mail(kind=Kind.RESOURCE, title="Biopsy").subject == "Acme Savings Bank: information is ready for you"
    assert "Q3 detractors" not in repr(mail(kind=Kind.SURVEY, title="Q3 detractors"))
    assert "Q3 detractors" not in mail(kind=Kind.SURVEY, title="Q3 detractors").html


def test_without_a_name_or_a_title_the_words_stay_whole() -> None:
    email = mail(name=None, title=None, locale="es")

    assert email.subject == "Acme Savings Bank: Su formulario está listo"
    assert "\n\nHola:\n\n" in email.text


@pytest.mark.parametrize(
    ("occasion", "locale", "subject", "lead"),
    [
        (Occasion.REMINDER, "en", "Reminder - Acme Savings Bank: Account opening", "This is a reminder"),
        (Occasion.RESEND, "es", "Nuevo enlace - Acme Savings Bank: Account opening", "Este es un nuevo enlace"),
    ],
)
def test_later_messages_say_why_they_come(occasion: Occasion, locale: str, subject: str, lead: str) -> None:
    email = mail(occasion=occasion, locale=locale)

    assert email.subject == subject
    assert lead in email.text
    assert lead in email.html


def test_a_mail_says_how_to_reach_its_sender_and_where_it_explains_itself() -> None:
    tenant = replace(
        ACME,
        support_phone="+44 (20) 7946 0000",
        support_email="help@example.com",
        website="https://www.example.com",
        privacy_url="https://www.example.com/privacy?a=1&b=2",
    )

    email = link_email(link_message(tenant=tenant), MAIL_FROM)

    assert "You can reach Acme Savings Bank here:\nPhone: +44 (20) 7946 0000\n" in email.text
    assert 'href="tel:+442079460000"' in email.html
    assert 'href="https://www.example.com/privacy?a=1&amp;b=2"' in email.html
    assert "Terms" not in email.text
    assert "You can reach" not in link_email(link_message(), MAIL_FROM).text


def test_a_code_mail_shows_the_code_and_no_link() -> None:
    email = code_email(code_message(locale="es"), MAIL_FROM)
    page = Outline(email.html)

    assert email.subject == "Acme Savings Bank: su código de un solo uso"
    assert "042917" not in email.subject
    assert email.text.count("042917") == 1
    assert page.text.count("042917") == 1
    assert page.links == []
    assert "://" not in email.text + email.html


def test_no_secret_shows_in_a_repr() -> None:
    assert URL not in repr(link_message()) + repr(mail())
    assert "042917" not in repr(code_message()) + repr(code_email(code_message(), MAIL_FROM))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_page_has_a_language_both_schemes_and_nothing_to_fetch(locale: str) -> None:
    email = mail(locale=locale)
    page = Outline(email.html)

    assert page.language == locale
    assert page.meta["color-scheme"] == "light dark"
    assert "prefers-color-scheme: dark" in email.html
    assert page.tags <= ALLOWED_TAGS
    assert not re.search(r"url\(|@import|src=|<table|<img", email.html)
    assert '<a ses:no-track class="button"' in email.html


def test_the_tenants_colour_is_used_only_where_it_is_one() -> None:
    assert "background: #0b5d3b" in mail(tenant=replace(ACME, colour="#0B5D3B")).html
    hostile = mail(tenant=replace(ACME, colour="#000;} body{display:none}"))
    assert "display:none" not in hostile.html


def test_hostile_words_stay_words() -> None:
    tenant = replace(ACME, name=HOSTILE, texts={"process.body": "<script>{tenant}</script>"})
    page = Outline(mail(tenant=tenant, name=HOSTILE, title=HOSTILE).html)

    assert page.tags <= ALLOWED_TAGS
    assert page.attributes <= ALLOWED_ATTRIBUTES
    assert "<script>" in page.text


def test_every_name_is_escaped_wherever_it_stands() -> None:
    html = mail(tenant=replace(ACME, name="Smith & Sons"), name="A & B", title="Terms & fees").html

    assert html.count("&amp;") == html.count("&") - html.count("&nbsp;") > 5


def test_another_script_cannot_turn_the_words_around_it() -> None:
    assert "Hello <bdi>أحمد</bdi>," in mail(name="أحمد").html


def test_reply_to_and_sender_are_the_tenants_own_where_it_has_them() -> None:
    email = mail(tenant=replace(ACME, mail_from="links@acme.example", reply_to="help@acme.example"))

    assert email.sender == "Acme Savings Bank <links@acme.example>"
    assert email.reply_to == "help@acme.example"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Acme, Inc. (Europe)", f'"Acme, Inc. (Europe)" <{MAIL_FROM}>'),
        ("Caja Ñandú", f"=?utf-8?b?Q2FqYSDDkWFuZMO6?= <{MAIL_FROM}>"),
        ("\u202e\u200b", MAIL_FROM),
    ],
)
def test_the_senders_name_is_quoted_or_encoded(name: str, header: str) -> None:
    assert mail(tenant=replace(ACME, name=name)).sender == header


def test_encoded_words_keep_to_75_characters() -> None:
    sender = mail(tenant=replace(ACME, name="ñandú " * 8)).sender

    assert max(len(word) for word in sender.split()) <= 75
    assert parsed_from(sender) == ("ñandú ñandú ñandú ñandú ñandú ñandú ñandú ñandú", MAIL_FROM)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b@c",
        "a@b.example,c@d.example",
        "a@b.example, c@d.example",
        "a b@c.example",
        "a@b.example\n",
        "a@b.example\r\nBcc: x@y.example",
        "<a@b.example>",
        "A <a@b.example>",
        '"a,b"@c.example',
        "a@b.example\u2028",
        "ñ@b.example",
        "a@ñ.example",
    ],
)
def test_anything_but_one_plain_mailbox_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddress) as refusal:
        mail(to=address)
    assert refusal.type is UnsafeAddress
    with pytest.raises(UnsafeAddress):
        code_email(code_message(to=address), MAIL_FROM)
    for tenant in (replace(ACME, mail_from=address or " "), replace(ACME, reply_to=address or " ")):
        with pytest.raises(UnusableSender):
            mail(tenant=tenant)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/ b", "https://a.example/\n", "ftp://a"])
def test_a_link_that_is_no_plain_http_address_is_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        mail(url=url)


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        (None, f"<{OPT_OUT}>"),
        ("mailto:stop@acme.example", f"<{OPT_OUT}>, <mailto:stop@acme.example>"),
        ("https://acme.example/stop", f"<{OPT_OUT}>"),  # one click needs exactly one https address
        ("mailto:a@acme.example\r\nBcc: x@y.example", f"<{OPT_OUT}>"),
        ("mailto:a@acme.example>,<https://b.example", f"<{OPT_OUT}>"),
        ("javascript:x", f"<{OPT_OUT}>"),
    ],
)
def test_mail_programs_can_stop_surveys_with_one_click(own: str | None, listed: str) -> None:
    made = mail(kind=Kind.SURVEY, opt_out=OPT_OUT, tenant=replace(ACME, unsubscribe=own))

    assert made.headers == {"List-Unsubscribe": listed, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    assert f"Stop surveys from Acme Savings Bank:\n{OPT_OUT}\n" in made.text
    assert f'href="{OPT_OUT}"' in made.html


def test_a_survey_can_be_scored_from_the_text_of_its_mail_too() -> None:
    words = {"type": "integer", "minimum": 0, "maximum": 2, "title": "Well?", "x-ends": ["No", "Yes"]}

    made = mail(kind=Kind.SURVEY, survey={"properties": {"score": words}})

    lines = ["Well?", f"0 (No): {URL}&score=0", f"1: {URL}&score=1", f"2 (Yes): {URL}&score=2"]
    assert "\n".join(lines) in made.text
    assert made.html.count("&amp;score=") == 3


def test_one_click_is_not_offered_without_https() -> None:
    made = mail(kind=Kind.SURVEY, opt_out="http://127.0.0.1:8000/o/x/y")

    assert made.headers == {"List-Unsubscribe": "<http://127.0.0.1:8000/o/x/y>"}


def test_what_has_no_opt_out_address_has_no_such_header() -> None:
    assert mail(tenant=replace(ACME, unsubscribe="mailto:stop@acme.example")).headers == {}


def test_an_opt_out_address_that_is_none_is_not_sent() -> None:
    with pytest.raises(UnsafeAddress):
        mail(kind=Kind.SURVEY, opt_out="https://x.example/\r\nBcc: a@b.example")


@given(
    name=st.none() | st.text(max_size=80),
    tenant=st.text(max_size=80),
    title=st.none() | st.text(max_size=120),
    kind=st.sampled_from(Kind),
    occasion=st.sampled_from(Occasion),
    locale=st.sampled_from(["en", "es"]),
    own=st.dictionaries(st.sampled_from(["process.body", "link.why", "es.process.subject"]), st.text(max_size=99)),
)
def test_every_mail_has_one_link_one_recipient_and_no_control_characters(  # noqa: PLR0913 - fields of a message
    *,
    name: str | None,
    tenant: str,
    title: str | None,
    kind: Kind,
    occasion: Occasion,
    locale: str,
    own: dict[str, str],
) -> None:
    changed = replace(ACME, name=tenant, texts=own)
    email = mail(name=name, tenant=changed, title=title, kind=kind, occasion=occasion, locale=locale)
    page = Outline(email.html)

    assert email.text.count("://") == 1
    assert re.findall(r"https?://\S+", email.text) == [URL]
    assert page.links == [URL]
    assert email.html.count("://") == 2
    assert page.tags <= ALLOWED_TAGS
    assert page.attributes <= ALLOWED_ATTRIBUTES
    assert_clean(email.subject)
    assert_clean(email.sender)
    assert_clean(email.text.replace("\n", ""))
    assert_clean(email.html.replace("\n", ""))
    assert email.sender.isascii()
    assert parsed_from(email.sender)[1] == MAIL_FROM


def parsed_from(sender: str) -> tuple[str, str]:
    """A mail program reads name and address, exactly one mailbox, and no further header."""
    message = message_from_string(f"From: {sender}\n\n")
    assert message.keys() == ["From"]
    ((name, address),) = getaddresses(message.get_all("From", []))
    return str(make_header(decode_header(name))), address


def assert_clean(text: str) -> None:
    assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@given(
    st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,30}", fullmatch=True),
    st.lists(st.from_regex(r"[a-z0-9]{1,63}", fullmatch=True), min_size=1, max_size=4),
)
def test_an_address_that_is_accepted_can_be_sent_to(local: str, labels: list[str]) -> None:
    address = normal_email(f"{local}@{'.'.join(labels)}.com")
    assume(address)

    assert mail(to=address).to == address
