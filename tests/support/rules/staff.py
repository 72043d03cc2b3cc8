"""Rules of people, their sessions, searches and proposals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.brand import FIELDS
from linkgate.model.person import JournalEntry, Person, Session, SignIn
from linkgate.model.proposal import LIFE, Proposal
from linkgate.model.tenant import Process, Tenant
from linkgate.ports.staff import FormDraftKept
from linkgate.store.staff.brands import DynamoBrands
from linkgate.store.staff.forms import DynamoForms
from linkgate.store.staff.journal import DynamoJournal
from linkgate.store.staff.people import DynamoPeople
from linkgate.store.staff.proposals import DynamoProposals
from linkgate.store.staff.readings import DynamoReadings
from linkgate.store.staff.searches import DynamoSearches
from linkgate.store.staff.sessions import DynamoSessions, DynamoSignings
from linkgate.store.staff.sign_ins import DynamoSignIns
from linkgate.store.table import ConditionRefused
from linkgate.store.tenant_items import definition_key, record_item, tenant_key, version_key, versioned
from tests.support.rules.links import RID, TENANT
from tests.support.rules.rule import ELSEWHERE, GONE, MS, NOW, SECONDS, Rule, SameTable, Stale, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table, Update

NOBODY = {"nobody": [ELSEWHERE]}
ADA = Person("a", TENANT, "Ada", "ada@example.com", frozenset({"admin"}), "subject", "operator", NOW)
KNOWN = {**record_item((f"staff#{TENANT}", "person#a"), ADA), "roles": ["admin"]}
LEFT = {"access ended": {"ended_at": MS - 1}}
SESSION = Session("h", "a", TENANT, "demo", NOW, NOW, NOW, NOW)
BEGUN = {
    "pk": "session#h", "sk": "session", "person": "a", "tenant": TENANT, "sign_in": "demo", "began_at": MS,
    "checked_at": MS, "authenticated_at": MS, "seen_at": MS - 1, "ttl": SECONDS,
}  # fmt: skip
PROVIDER = SignIn("demo", TENANT, "Demo", "https://id.example", "client", "/s", "https://a", "https://t", "https://k")
PROPOSAL = Proposal("1", TENANT, "a", NOW, RID)
PROPOSED = {
    "pk": f"proposals#{TENANT}", "sk": "proposal#1", "by": "a", "at": MS, "rid": RID, "ttl": SECONDS,
}  # fmt: skip
LIFE_MS = LIFE // (NOW.resolution * 1000)
BANK = Tenant(TENANT, "Bank", colour="#112233")
BRANDED = {**record_item(tenant_key(TENANT), BANK)}
FORM = Process("p", "A form", schema={"type": "object"})
SHAPED = versioned(FORM)
LIVE = record_item(definition_key(Process, TENANT, "p"), SHAPED)
NOW_LIVE = record_item(version_key(Process, TENANT, "p", SHAPED.version or ""), SHAPED)
DRAFT = FormDraftKept({"type": "object"}, "base", "second", "a", NOW, sound=True)
DRAFTED = {
    "pk": f"tenant#{TENANT}", "sk": "draft#process#p", "schema": "{}", "base": "base", "version": "first",
    "changed_by": "b", "changed_at": MS - 1, "ttl": SECONDS,
}  # fmt: skip
OTHER_DRAFT = {"another draft by now": {"version": "theirs"}, "no draft any more": {"version": GONE}}
people = through(DynamoPeople)
SEARCHED = {"pk": f"staff#{TENANT}", "sk": "searches#a", "last": 2, "s1": "one", "s2": "two", "ttl": SECONDS}


def searching(earlier: Item | None) -> Callable[[Table], object]:
    """Keep a search, while another tab keeps one since `earlier`."""
    return lambda table: DynamoSearches(Stale(table, earlier)).add(TENANT, "a", "mine", NOW)


ENTRY = JournalEntry("A" * 22, NOW, "a", frozenset({"admin"}), "person_ended", {}, "s")
OPENED = {"pk": f"staff#{TENANT}", "sk": "readings#a", "times": [MS - 1] * 100, "ttl": SECONDS}
SHORTER = [*([MS - 1] * 49), MS]


class Ahead(SameTable):
    """A table on which somebody else makes the same first change once more, right after it."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._first = True

    def update(self, pk: str, sk: str, update: Update) -> Item:
        item = super().update(pk, sk, update)
        if self._first:
            self._first = False
            super().update(pk, sk, update)
        return item


def noting(table: Table) -> None:
    DynamoJournal(table).add(TENANT, ENTRY)


RULES = {
    "add a person": Rule(
        people(lambda store: store.add(ADA)),
        ELSEWHERE,
        {"known already": [{"pk": "who#subject", "sk": TENANT, "person": "b"}]},
        told=False,
    ),
    "sign in": Rule(
        people(lambda store: store.signed_in(ADA, NOW)),
        KNOWN,
        {**LEFT, **NOBODY},
        told=None,
    ),
    "set roles": Rule(
        people(lambda store: store.set_roles(ADA, frozenset({"agent"}))),
        KNOWN,
        {**LEFT, "other roles by now": {"roles": ["auditor"]}},
        told=False,
    ),
    "end access": Rule(people(lambda store: store.end(ADA, NOW)), KNOWN, {**LEFT, **NOBODY}, told=False),
    "spend a way back": Rule(
        lambda table: DynamoSignings(table).spend("state", NOW),
        ELSEWHERE,
        {"spent": [{"pk": "signing#state", "sk": "signing", "ttl": 1}]},
        told=False,
    ),
    "begin a session": Rule(
        lambda table: DynamoSessions(table).begin(SESSION), ELSEWHERE, {"begun": [BEGUN]}, told=ConditionRefused
    ),
    "be seen": Rule(lambda table: DynamoSessions(table).seen(SESSION, NOW), BEGUN, {"ended": [ELSEWHERE]}, told=None),
    "add a provider": Rule(
        lambda table: DynamoSignIns(table).add(PROVIDER),
        ELSEWHERE,
        {"there already": [{"pk": "sign_ins", "sk": "demo", "name": "Other"}]},
        told=False,
    ),
    "add a proposal": Rule(
        lambda table: DynamoProposals(table).add(PROPOSAL),
        ELSEWHERE,
        {"there already": [{**PROPOSED, "by": "b"}]},
        told=ConditionRefused,
    ),
    "approve a proposal": Rule(
        lambda table: DynamoProposals(table).approve(TENANT, "1", "b", NOW),
        PROPOSED,
        {
            "one's own": {"by": "b"},
            "too old": {"at": MS - LIFE_MS},
            "approved by another": {"approved_by": "c"},
            **NOBODY,
        },
        told=False,
    ),
    "keep the first search": Rule(searching(None), SEARCHED, then={"last": 3, "s2": "two", "s3": "mine"}),
    "keep another search": Rule(
        searching({**SEARCHED, "last": 1}), SEARCHED, then={"last": 3, "s2": "two", "s3": "mine"}
    ),
    "shorten what was opened": Rule(
        lambda table: DynamoReadings(table).add(TENANT, "a", NOW, timedelta(minutes=5)), OPENED, then={"times": SHORTER}
    ),
    "shorten what was opened, while more is": Rule(
        lambda table: DynamoReadings(Ahead(table)).add(TENANT, "a", NOW, timedelta(minutes=5)),
        OPENED,
        then={"times": [*([MS - 1] * 100), MS, MS]},
    ),
    "change a brand": Rule(
        lambda table: DynamoBrands(table).put(BANK, {"name": "Other", "colour": None, "website": "https://a.b"}, ENTRY),
        BRANDED,
        {
            "another name by now": {"name": "Theirs"},
            "another colour by now": {"colour": "#112234"},
            "no colour by now": {"colour": GONE},
            **{f"{name} by now": {name: "theirs"} for name in FIELDS if name not in {"name", "colour"}},
            **NOBODY,
        },
        kept={"other limits": {"sms_per_day": 1}},
        told=False,
        then={"name": "Other", "colour": GONE, "website": "https://a.b", "brand_by": "a", "brand_at": MS},
    ),
    "begin a draft": Rule(
        lambda table: DynamoForms(table).keep_draft(TENANT, FORM, "", DRAFT, ENTRY),
        ELSEWHERE,
        {"begun by somebody else": [DRAFTED]},
        told=False,
    ),
    "keep a draft": Rule(
        lambda table: DynamoForms(table).keep_draft(TENANT, FORM, "first", DRAFT, ENTRY),
        DRAFTED,
        {**OTHER_DRAFT, **NOBODY},
        told=False,
        then={"version": "second", "changed_by": "a", "changed_at": MS, "trial": SHAPED.version},
    ),
    "keep a draft that was live meanwhile": Rule(
        lambda table: DynamoForms(Stale(table, None)).keep_draft(TENANT, FORM, "first", DRAFT, ENTRY),
        DRAFTED,
        {"live by now": [DRAFTED, NOW_LIVE]},
        told=False,
    ),
    "drop a draft": Rule(
        lambda table: DynamoForms(table).drop_draft(TENANT, Process, "p", "first", ENTRY),
        DRAFTED,
        {**OTHER_DRAFT, **NOBODY},
        told=False,
        then={"version": GONE, "schema": GONE, "base": GONE},
    ),
    "put a draft live": Rule(
        lambda table: DynamoForms(table).put(TENANT, FORM, SHAPED.version or "", ENTRY, draft="first"),
        [LIVE, DRAFTED],
        {
            "another form by now": {"version": "theirs"},
            "no form any more": [DRAFTED],
            "another draft by now": [LIVE, {**DRAFTED, "version": "theirs"}],
            "no draft any more": [LIVE],
        },
        told=False,
        then={"changed_by": "a", "changed_at": MS},
    ),
    "refuse a proposal": Rule(
        lambda table: DynamoProposals(table).close(TENANT, "1", ENTRY), PROPOSED, {**NOBODY}, told=False
    ),
    "note an act": Rule(
        noting,
        ELSEWHERE,
        {"noted": [{"pk": f"journal#{TENANT}#2026-11", "sk": f"{MS:014}#{'A' * 22}", "person": "z"}]},
        told=ConditionRefused,
    ),
}
