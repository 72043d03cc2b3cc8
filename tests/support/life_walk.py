"""Walk through whole lives of links: how it begins and ends, how links are made, and what its steps share."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from local import demo
from tests.support.fault_injection import Fault
from tests.support.life_book import Book
from tests.support.life_promises import Line, Promise
from tests.support.life_world import FORM, OWN_PAGE, Slip, World, started
from tests.support.visitor import JSON, Visitor

if TYPE_CHECKING:
    from local.http_messages import HttpResponse

OK, CREATED, ACCEPTED = 200, 201, 202
NOT_FOUND, CONFLICT, TOO_MANY = 404, 409, 429
PEOPLE = ("ana@example.com", "bob@example.com")
MOST_LINKS = 12
BROWSERS = 6

links = st.integers(0, MOST_LINKS - 1)
tenants = st.integers(0, 2)
browsers = st.integers(0, BROWSERS - 1)
people = st.sampled_from(PEOPLE)
slips = st.one_of(st.none(), st.none(), st.builds(Slip, st.integers(0, 6), st.sampled_from(list(Fault)), st.booleans()))
DIALECTS = {
    "document": "trendsic",
    "own page": "trendsic",
    "coded": "trendsic",
    "form": "easysend",
    "sent form": "easysend",
    "form for two": "easysend",
    "survey": "digidesk",
    "session": "ocular",
}
KINDS = {"own page": "document", "sent form": "form", "form for two": "form", "coded": "document"}
SENT = frozenset({"sent form", "survey", "document"})
"""Links that a message carries."""


class Walk(RuleBasedStateMachine):
    """Walk in which links are made. Subclasses have the steps that follow."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = started()
        self.book = Book(self.world)
        self.browsers = [Visitor(self.world.cloud, JSON) for _ in range(BROWSERS)]
        self.made = 0

    def teardown(self) -> None:
        """Let everything come to rest, and compare all that is stored with all that was told."""
        try:
            for _ in range(6 if sys.exc_info()[0] is None else 0):
                self.world.cloud.clock.advance(timedelta(minutes=3))
                self.world.cloud.settle()
            if sys.exc_info()[0] is None:
                self.book.audit()
                self.world.nothing_was_given_up()
        finally:
            self.world.cloud.stop()

    @invariant()
    def every_write_was_looked_at(self) -> None:
        """Each step looks at its own writes, or expects none. No two steps happen at the same moment."""
        self.book.written()
        self.world.cloud.clock.advance(timedelta(milliseconds=1))

    def link(self, number: int) -> Promise:
        everything = list(self.book.promises.values())
        return everything[number % len(everything)]

    @property
    def now(self) -> datetime:
        return self.world.now

    def background(self) -> None:
        self.world.cloud.settle()
        self.book.written(background=True)
        self.book.heard()

    def unchanged(self) -> None:
        """Check that no link was written, whoever it belongs to."""
        for old, new in self.world.changes():
            assert (new or old or {}).get("sk") != "link", (old, new)

    @precondition(lambda self: len(self.book.promises) < MOST_LINKS)
    @rule(
        tenant=tenants,
        what=st.sampled_from(list(DIALECTS)),
        views=st.sampled_from([1, 2, 5]),
        to=people,
        slip=slips,
    )
    def create(self, tenant: int, what: str, views: int, to: str, slip: Slip | None) -> None:
        self.made += 1
        line = Line(tenant, KINDS.get(what, what))
        answer = self.world.ask(lambda: self.call(tenant, what, views, to, f"key-{self.made}"), slip)
        assert answer.status in {OK, CREATED}, answer.response.text
        made = self.book.written(line, making=1)
        (main,) = [each for each in made if not each.role]
        for url in _urls(answer.json(), DIALECTS[what]):
            rid, _, secret = url.partition("/l/")[2].partition("#")
            self.book.promises[rid].secrets[secret] = "api"
        if what in SENT:
            main.owed, main.more = 1, answer.lost + (slip is not None)
        self.book.heard()
        if DIALECTS[what] == "trendsic":
            assert (main.ends - main.made, main.most_views) == (timedelta(hours=72), views)
        for each in made:
            self.book.agree(each)

    def succeed(self, old: Promise, made: list[Promise], lost: int, slip: Slip | None, *, owed: int) -> None:
        """Note the links that took the place of one, each after the other."""
        for new in made:
            old.successor = new.rid
            new.owed, new.more = owed, lost + (slip is not None)
            old = new

    def call(self, tenant: int, what: str, views: int, to: str, once: str) -> HttpResponse:
        cloud, key = self.world.cloud, self.world.key(tenant, DIALECTS[what])
        headers = {"Idempotency-Key": once}
        if DIALECTS[what] == "trendsic":
            kinds = {"document": "Invoice", "own page": OWN_PAGE, "coded": "MedicalReport"}
            body: dict[str, Any] = {
                "resourceType": kinds[what],
                "resourceUid": "0123456789abcdef0123456789abcdef",
                "recipientEmail": to,
                "expiresInHours": 72,
                "maxViews": views,
                **({"recipientContactId": 1} if what == "coded" else {}),
                **({"deliverEmail": True} if what == "document" else {}),
            }
            return cloud.post("/v1/customerlink", body, {**headers, "Authorization": f"Bearer {key}"})
        if DIALECTS[what] == "easysend":
            sent = what == "sent form"
            body = {
                "apiVersion": "1",
                "apiKey": key,
                "customerId": self.world.customers[tenant],
                "processId": FORM,
                "source": "API",
                "serializedModel": {"metadata": {"name": "Ana", "email": to} if sent else {}},
                "coBrowsingRoles": ["adviser"] if what == "form for two" else [],
            }
            return cloud.post(f"/player/api/{'send' if sent else 'generate'}-link", body, headers)
        if what == "survey":
            body = {"customer_contact": to, "campaign_name": demo.CAMPAIGN, "customer_name": "Ana"}
            user, _, password = key.partition(":")
            return cloud.post("/api/survey_requests/", body, headers, basic=(user, password))
        body = {"name": "Ana", "email": to, "cellphone": "+584141315854"}
        headers |= {"Authorization": key, "X-Requested-With": "XMLHttpRequest"}
        return cloud.post("/api/v1/access/external/cammer/generate-session", body, headers)


def _urls(told: dict[str, Any], dialect: str) -> list[str]:
    """Return the addresses in a vendor's reply."""
    match dialect:
        case "trendsic":
            return [told["portalUrl"]]
        case "easysend":
            return [told["link"], *told["coBrowsing"].values()]
        case "ocular":
            return [told["data"]["link"]]
        case _:
            return []
