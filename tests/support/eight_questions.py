"""The eight questions of customers on the phone (CONSOLE.md 6.5): what is done at the console, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linkgate.model.reference import reference_of
from tests.support import customers
from tests.support.customers import ANSWER, BOTH, DAY, Customer, later, link_of, signed_in
from tests.support.staff_hands import Hands
from tests.support.visitor import HTML, Visitor, check, code_in, outbox, parts, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud


def opens_by(customer: Customer, channel: str) -> None:
    """The customer can open it again, by a message that arrived over this channel."""
    url = customer.newest_link()
    assert outbox(customer.site)[0]["channel"] == channel
    customer.opens(url)
    assert customer.answer.status == 200


def after_1(customer: Customer, _rid: str) -> None:
    opens_by(customer, "sms")


def after_2(customer: Customer, _rid: str) -> None:
    opens_by(customer, "email")


def after_3(customer: Customer, _rid: str) -> None:
    assert customer.state() == "Exhausted"


def after_4(customer: Customer, _rid: str) -> None:
    """A second person approves. The old number's owner is told at once, and codes reach the new one an hour later."""
    site = customer.site
    assert customer.state() == "Active"
    bea = Hands(signed_in(site, "Bea Admin", "en"), "/console/proposals")
    assert customer.new_phone in bea.reads
    bea.press(bea.text("proposals.approve.replace"))
    assert bea.text("done.replace") in bea.reads
    site.settle()
    assert customer.state() == "Revoked"
    assert "this number was replaced" in customer.got("sms")[0]["text"]
    (message,) = customer.got("sms", customer.new_phone)
    url = link_of(message)
    customer.opens(url)
    assert customer.got("sms", customer.new_phone) == [message]  # and no code yet
    later(site, 3600)
    visitor = customer.opens(url)
    assert outbox(site)[0]["to"] == customer.new_phone
    assert check(visitor, url, code_in(site)).status == 200


def after_5(customer: Customer, _rid: str) -> None:
    assert customer.state() == "Opened"


def after_6(customer: Customer, _rid: str) -> None:
    page = Visitor(customer.site, HTML).open(customer.newest_link())
    assert (page.status, customer.state()) == (410, "Revoked")
    assert "withdrawn" in words(page)


def after_7(customer: Customer, _rid: str) -> None:
    assert customer.state() == "Submitted"


def after_8(customer: Customer, rid: str) -> None:
    url = customer.newest_link()
    assert parts(url)[0] == rid != customer.rid
    visitor = customer.opens(url)
    customer.site.settle()
    assert outbox(customer.site)[0]["to"] == customer.phone
    assert check(visitor, url, code_in(customer.site)).status == 200


def new_phone(hands: Hands, customer: Customer) -> None:
    hands.press(hands.text("act.replace"))
    hands.type("field.phone", customer.new_phone)
    hands.choose(hands.text("field.sms_consent"))
    hands.type("field.checked", "date of birth")
    hands.press(hands.text("act.replace"))


def wrong_person(hands: Hands, _customer: Customer) -> None:
    hands.press(hands.text("act.revoke"))
    hands.press(hands.text("why_revoked.wrong_person"))


def locked_again(hands: Hands, _customer: Customer) -> None:
    hands.press(hands.text("act.replace"))
    hands.press(hands.text("act.replace"))


def pressed(key: str, **values: str) -> Callable[[Hands, Customer], None]:
    def press(hands: Hands, _customer: Customer) -> None:
        filled = {name: hands.text(value) for name, value in values.items()}
        hands.press(hands.text(key, **filled))

    return press


@dataclass(frozen=True)
class Question:
    """Question of a customer: how it came about, what is searched for, what is done, and what is told on the phone."""

    state: Callable[[Cloud], Customer]
    searched: Callable[[Customer], str]
    act: Callable[[Hands, Customer], None] | None
    presses: int
    told: dict[str, tuple[str, ...]]
    done: str
    after: Callable[[Customer, str], None]
    person: str = "Sam Support"


QUESTIONS = {
    "1 it never came": Question(
        customers.never_came,
        lambda customer: customer.email.upper(),
        pressed("act.resend.by", channel="channel.sms"),
        1,
        {
            "en": ("did not arrive: that mailbox does not exist. Ask for another address",),
            "es": ("no llegó: ese buzón no existe. Pida otra dirección",),
        },
        "done.resend",
        after_1,
    ),
    "2 it says expired": Question(
        customers.expired,
        lambda customer: f"0044 7700 900{customer.number}",
        pressed("act.extend.send"),
        1,
        {"en": ("Ended", "Nobody can open it."), "es": ("Terminado", "Nadie puede abrirlo.")},
        "done.extend",
        after_2,
    ),
    "3 it says already used": Question(
        customers.used_up,
        lambda customer: f"es00{customer.number}",
        None,
        0,
        {
            "en": ("It was opened 2 times, which is all that is allowed.",),
            "es": ("Se abrió 2 veces, que son todas las permitidas.",),
        },
        "",
        after_3,
    ),
    "4 my phone changed": Question(
        customers.phone_changed,
        lambda customer: f"07700 900{customer.number}",
        new_phone,
        4,
        {
            "en": ("Opening it needs a code by SMS to +447700900",),
            "es": ("Para abrirlo hace falta un código por SMS a +447700900",),
        },
        "done.proposed",
        after_4,
    ),
    "5 has she opened it?": Question(
        customers.scanned_and_opened,
        lambda customer: customer.rid,
        None,
        0,
        {
            "en": ("Somebody last opened it on", "was probably a mail scanner"),
            "es": ("Alguien lo abrió por última vez el", "fue probablemente de un escáner de correo"),
        },
        "",
        after_5,
    ),
    "6 it went to the wrong person": Question(
        customers.sent,
        lambda customer: customer.newest_link(),
        wrong_person,
        2,
        {"en": ("Not opened yet",), "es": ("Todavía sin abrir",)},
        "done.revoke",
        after_6,
    ),
    "7 what did she send in?": Question(
        customers.sent_in,
        lambda customer: reference_of(customer.rid).lower().replace("-", " "),
        pressed("link.submission"),
        1,
        {"en": ("The recipient sent it in on",), "es": ("El destinatario lo envió el",)},
        "link.submission",
        after_7,
        BOTH,
    ),
    "8 locked after wrong codes": Question(
        customers.locked,
        lambda customer: customer.email,
        locked_again,
        2,
        {
            "en": ("after too many wrong codes. It stays locked; only a new link in its place helps.",),
            "es": ("tras demasiados códigos erróneos. Sigue bloqueado; solo ayuda un enlace nuevo en su lugar.",),
        },
        "done.replace",
        after_8,
    ),
}


def sent_anyway(hands: Hands, _customer: Customer) -> None:
    hands.press(hands.text("act.unsuppress", channel=hands.text("channel.email")))
    hands.press(hands.text("act.unsuppress", channel=hands.text("channel.email")))


def reopened(hands: Hands, _customer: Customer) -> None:
    hands.press(hands.text("act.reopen"))
    hands.press(hands.text("act.reopen"))


def corrected(hands: Hands, customer: Customer) -> None:
    hands.press(hands.text("act.replace"))
    hands.type("field.email", f"right.{customer.email}")
    hands.type("field.checked", "date of birth")
    hands.press(hands.text("act.replace"))


def after_anyway(customer: Customer, rid: str) -> None:
    assert rid == customer.rid
    opens_by(customer, "email")


def after_new_link(customer: Customer, rid: str) -> None:
    """The new link arrives and opens, and the old one does so no more."""
    customer.site.settle()
    messages = customer.got("email")
    new, old = link_of(messages[0]), link_of(messages[-1])
    assert parts(new)[0] == rid != customer.rid == parts(old)[0]
    answers = []
    for url in (new, old):
        customer.opens(url)
        answers.append(customer.answer.status)
    assert answers == [200, 410]


def after_correction(customer: Customer, rid: str) -> None:
    """The right person can open it, and the wrong one no more."""
    wrong = link_of(customer.got("email")[0])
    customer.site.settle()
    (right,) = customer.got("email", f"right.{customer.email}")
    assert parts(link_of(right))[0] == rid
    answers = []
    for url in (link_of(right), wrong):
        customer.opens(url)
        answers.append(customer.answer.status)
    assert answers == [200, 410]


def after_reopening(customer: Customer, rid: str) -> None:
    """Check that what was sent in is there to be changed and sent in again."""
    visitor = customer.opens(customer.newest_link())
    assert ANSWER in str(visitor.get(visitor.thing).json())
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": "Grace"}}).status == 201
    assert (customer.state(), customer.state(rid)) == ("Submitted", "Submitted")


def after_more_time(customer: Customer, _rid: str) -> None:
    """It opens a day after its first end."""
    url = customer.newest_link()
    later(customer.site, 8 * DAY)
    customer.opens(url)
    assert customer.answer.status == 200


ALWAYS = {"act.replace", "act.revoke"}
REMEDIES: dict[str, tuple[Callable[[Cloud], Customer], set[str], Callable[[Hands, Customer], None], int, Any]] = {
    "send it where it bounced": (
        customers.never_came,
        {*ALWAYS, "act.resend.by", "act.extend.week", "act.unsuppress"},
        sent_anyway,
        2,
        after_anyway,
    ),
    "replace what expired": (customers.expired, {*ALWAYS, "act.extend.send"}, locked_again, 2, after_new_link),
    "replace what was used up": (customers.used_up, ALWAYS, locked_again, 2, after_new_link),
    "give more time": (
        customers.sent,
        {*ALWAYS, "act.resend.by", "act.extend.week"},
        pressed("act.extend.week"),
        1,
        after_more_time,
    ),
    "correct the address": (
        customers.sent,
        {*ALWAYS, "act.resend.by", "act.extend.week"},
        corrected,
        3,
        after_correction,
    ),
    "open what was sent in again": (customers.sent_in, {"act.reopen"}, reopened, 2, after_reopening),
}
ACTS = (
    *("act.resend.by", "act.extend.week", "act.extend.send", "act.replace", "act.revoke", "act.unsuppress"),
    "act.reopen",
)
