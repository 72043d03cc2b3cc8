"""Customers who call a support desk. Each got into trouble as customers do: by messages, reports and pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from local.demo import DEMO, PROCESS
from tests.management.conftest import UID, Manager
from tests.support.staff_browser import SESSION, StaffBrowser
from tests.support.visitor import JSON, Visitor, check, code_in, link_in, outbox

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

DAY, REST = 86_400, 120
BOTH = "Rita Results"
"""Somebody who speaks to customers and may also see what they sent in."""
ANSWER = "Ada <King> & Co"
PEOPLE = iter(range(700, 900))


@dataclass
class Customer:
    """Somebody with a link, who calls because of it."""

    site: Cloud
    number: int
    rid: str = ""

    @property
    def email(self) -> str:
        return f"c{self.number}@example.com"

    @property
    def phone(self) -> str:
        return f"+447700900{self.number}"

    @property
    def new_phone(self) -> str:
        return f"+447700901{self.number}"

    def got(self, channel: str, to: str = "") -> list[dict[str, Any]]:
        """Return the messages to this customer, the newest first."""
        to = to or (self.email if channel == "email" else self.phone)
        return [each for each in outbox(self.site) if (each["channel"], each["to"]) == (channel, to)]

    def report(self, channel: str, kind: str) -> None:
        """Let the provider say what became of the newest message."""
        order = {"message_id": self.got(channel)[0]["id"], "type": kind}
        assert self.site.post("/_local/feedback", order).status == 202
        self.site.settle()

    def opens(self, url: str, accept: str = JSON) -> Visitor:
        visitor = Visitor(self.site, accept)
        self.answer = visitor.open(url)
        return visitor

    def newest_link(self) -> str:
        """Return the link in the newest message to this customer, who got it just now."""
        self.site.settle()
        newest = outbox(self.site)[0]
        assert newest["to"] in {self.email, self.phone, self.new_phone}, newest
        return link_in(self.site)

    def state(self, rid: str = "") -> str:
        return str(Manager(self.site).get(f"/links/{rid or self.rid}")["status"])


def link_of(message: dict[str, Any]) -> str:
    (found,) = re.findall(r"https?://\S+/l/[\w-]{22}#[\w-]{22}", message["text"])
    return str(found)


def signed_in(site: Cloud, name: str, language: str) -> StaffBrowser:
    browser = StaffBrowser(site, language)
    browser.sign_in(name)
    if name == BOTH:
        people = wiring.deps().staff.people
        person = people.get(DEMO.id, browser.cookies[SESSION].split(".")[1])
        assert person
        people.set_roles(person, frozenset({"support", "results"}))
    return browser


def later(site: Cloud, seconds: int = REST) -> None:
    site.settle()
    site.post("/_local/clock", {"advance_seconds": seconds})
    site.settle()


def form(site: Cloud, *, phone: bool = False) -> Customer:
    """Send a form by e-mail, and by SMS too if there is a phone."""
    made = Customer(site, next(PEOPLE))
    data = {"email": made.email, "name": f"Customer {made.number}", **({"phone": made.phone} if phone else {})}
    entry = {"kind": "process", "process": PROCESS, "data": {"metadata": data}}
    made.rid = str(Manager(site).make(entry)[0]["rid"])
    site.settle()
    return made


def shared(site: Cloud, kind: str, **more: object) -> Customer:
    """Share a document by e-mail with somebody on file. A medical report asks for a code by SMS."""
    made, manager = Customer(site, next(PEOPLE)), Manager(site)
    contact = {"name": f"Customer {made.number}", "email": made.email, "phone": made.phone, "smsConsent": True}
    manager.raw("PUT", f"/contacts/{made.number}", json.dumps({**contact, "accountNumber": f"ES 00-{made.number}"}))
    made.rid = manager.share(UID, resourceType=kind, contactId=made.number, channels=["email"], **more)
    site.settle()
    return made


def never_came(site: Cloud) -> Customer:
    made = form(site, phone=True)
    made.report("email", "bounce")
    later(site)
    return made


def expired(site: Cloud) -> Customer:
    made = form(site, phone=True)
    made.report("email", "delivery")
    later(site, 8 * DAY)
    return made


def used_up(site: Cloud) -> Customer:
    made = shared(site, "Invoice", maxViews=2)
    later(site)
    url = made.newest_link()
    for _ in range(3):
        made.opens(url)
    assert made.answer.json()["type"] == "urn:linkgate:exhausted"
    later(site)
    return made


def phone_changed(site: Cloud) -> Customer:
    signed_in(site, "Bea Admin", "en")  # somebody else who may approve
    made = shared(site, "MedicalReport")
    later(site)
    return made


def scanned_and_opened(site: Cloud) -> Customer:
    made = form(site)
    url = made.newest_link()
    made.opens(url)
    later(site, 1800)
    made.opens(url)
    later(site)
    return made


def sent(site: Cloud) -> Customer:
    made = form(site)
    later(site)
    return made


def sent_in(site: Cloud) -> Customer:
    made = form(site)
    visitor = made.opens(made.newest_link())
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": ANSWER}}).status == 201
    later(site)
    return made


def locked(site: Cloud) -> Customer:
    made = shared(site, "MedicalReport")
    url = made.newest_link()
    for _ in range(2):
        for _ in range(5):
            visitor = made.opens(url)
            wrong = "000000" if code_in(site) != "000000" else "111111"
            for _ in range(5):
                check(visitor, url, wrong)
        later(site, 3600)
    assert made.state() == "Locked"
    return made
