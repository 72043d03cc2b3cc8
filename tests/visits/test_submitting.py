"""Submitting a form while others write to its family, and what is recorded of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.errors import (
    LinkError,
    LinkExpired,
    LinkRevoked,
    LinkSubmitted,
    NotSubmitter,
    Unavailable,
    VisitEnded,
    VisitMixedUp,
)
from linkgate.model.tenant import Process
from linkgate.ports.links import TRIES_AGAINST_VISITORS, Body, NotChanged, givers_body
from linkgate.ports.visits import StoredField
from linkgate.tokens import is_token, visit_hash
from linkgate.usecases.visits.submission import FilledForm, Refused, Submitted, submit_form
from linkgate.usecases.visits.visit import Visit
from tests.support.fakes.links import NOW, RID, link
from tests.support.fakes.parts import Links, Tenants, only

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from linkgate.model.link import Link, Recipient
    from linkgate.model.receipt import Receipt

SECRET = "B" * 21 + "A"
VISIT = Visit(RID, SECRET)
ROLE, SUCCESSOR, NEWER = "R" * 21 + "A", "S" * 21 + "A", "T" * 21 + "A"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}, "agreed": {"type": "boolean"}}}
PREFILLED = {"name": "Ada"}


def visited(**changes: Any) -> Link:
    return link(**{"visits": {visit_hash(RID, SECRET): NOW + timedelta(minutes=1)}, "body_name": "b", **changes})


class OneProcess(Tenants):
    """The only tenant, with its only process."""

    def __init__(self, **changes: Any) -> None:
        super().__init__()
        self.process = Process(**{"id": "p", "title": "P", "schema": SCHEMA, **changes})

    def definition(self, _kind: object, _tenant: str, _name: str, _version: str | None = None) -> Process:
        return self.process


class Shelf(Links):
    """Links with what the main one was prefilled with."""

    def bodies(self, _master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        return {"b": PREFILLED} if "b" in names else {}


class Fields:
    """`ports.visits.FieldStore` of a draft."""

    def __init__(self, *fields: StoredField) -> None:
        self._fields = {each.pointer: each for each in fields}
        self.reads = 0

    def of(self, _master_rid: str) -> Mapping[str, StoredField]:
        self.reads += 1
        return self._fields

    def with_bodies(
        self, master_rid: str, names: Collection[str]
    ) -> tuple[Mapping[str, StoredField], Mapping[str, Mapping[str, object]]]:
        return self.of(master_rid), {"b": PREFILLED} if "b" in names else {}


class Visits:
    """`ports.visits.VisitStore` that notes submissions and refuses the first ones for these links."""

    def __init__(self, *refused: Link | None, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._refused = list(refused)
        self._meanwhile = meanwhile
        self.families: list[list[str]] = []
        self.bodies: Sequence[Body] = ()
        self.claim = ""
        self.receipts: Mapping[str, Receipt] = {}

    def submit(  # noqa: PLR0913 - as the port has it
        self,
        family: Sequence[Link],
        visit: str,
        bodies: Sequence[Body],
        claim: str,
        now: datetime,
        *,
        receipts: Mapping[str, Receipt],
    ) -> None:
        assert (visit, now) == (VISIT.hash, NOW)
        self.families.append([each.rid for each in family])
        self.bodies, self.claim, self.receipts = bodies, claim, receipts
        self._meanwhile()
        if self._refused:
            raise NotChanged(self._refused.pop(0))


def submitted(
    visits: Visits,
    links: Shelf,
    tenants: OneProcess | None = None,
    *,
    data: object = None,
    fields: Fields | None = None,
    **form: Any,
) -> Submitted | Refused:
    command = FilledForm(visit=VISIT, read=lambda _schema, _shown: data or {"name": "Eve"}, **form)  # type: ignore[arg-type,return-value] # JSON
    deps = only(visits=visits, links=links, tenants=tenants or OneProcess(), fields=fields or Fields())
    return submit_form(command, deps)


def refusal(visits: Visits, links: Shelf, tenants: OneProcess | None = None) -> LinkError:
    with pytest.raises(LinkError) as refused:
        submitted(visits, links, tenants)
    return refused.value


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (visited(submitted_at=NOW), LinkSubmitted),
        (visited(revoked_at=NOW), LinkRevoked),
        (visited(visits={}), VisitEnded),
        (visited(expires_at=NOW), LinkExpired),
        (None, VisitEnded),
        (link(rid=ROLE, submitted_at=NOW), LinkSubmitted),
    ],
)
def test_whoever_comes_late_learns_why(stored: Link | None, told: type[LinkError]) -> None:
    visits = Visits(stored)

    assert type(refusal(visits, Shelf(visited()))) is told
    assert len(visits.families) == 1


def test_a_link_that_was_replaced_meanwhile_ends_with_its_successor() -> None:
    links = Shelf(visited(master_rid=SUCCESSOR), link(rid=SUCCESSOR, roles={"agent": RID}))
    replaced = link(rid=SUCCESSOR, roles={"agent": RID}, renewed_as=NEWER)
    visits = Visits(replaced, meanwhile=lambda: links.put(replaced, link(rid=NEWER, master_rid=SUCCESSOR)))

    assert isinstance(submitted(visits, links), Submitted)

    assert visits.families == [[RID, SUCCESSOR], [RID, SUCCESSOR, NEWER]]


def test_a_family_that_changes_all_the_time_is_tried_again_a_moment_later() -> None:
    visits = Visits(*[link(rid=ROLE)] * 99)

    refused = refusal(visits, Shelf(visited()))

    assert isinstance(refused, Unavailable)
    assert refused.retry_after == 1
    assert len(visits.families) == TRIES_AGAINST_VISITORS


def test_what_a_lone_link_sends_is_one_body() -> None:
    visits = Visits()

    done = submitted(visits, Shelf(visited()))

    assert isinstance(done, Submitted)
    assert (done.link.rid, done.at, done.over, done.definition) == (RID, NOW, False, OneProcess().process)
    assert [dict(body.content) for body in visits.bodies] == [{"name": "Eve"}]
    assert is_token(visits.bodies[0].name)
    assert is_token(visits.claim)


def test_a_family_says_who_gave_each_answer() -> None:
    visits = Visits()
    role = visited(master_rid=SUCCESSOR, role="agent")

    submitted(
        visits,
        Shelf(role, link(rid=SUCCESSOR, roles={"agent": RID})),
        data={"name": "Ada", "agreed": True},
    )

    body, givers = visits.bodies
    assert givers.name == givers_body(body.name)
    assert dict(givers.content) == {"/name": "", "/agreed": "agent"}


def test_rights_of_roles_need_to_know_who_gave_each_answer_of_a_lone_link_too() -> None:
    visits = Visits()
    schema = {"type": "object", "properties": {"name": {"type": "string", "x-roles": {"agent": "see"}}}}

    submitted(visits, Shelf(visited()), OneProcess(schema=schema))

    assert len(visits.bodies) == 2


def test_a_receipt_has_the_language_of_the_page() -> None:
    def language(recipient: Recipient) -> str:
        return f"of {recipient.name}"

    visits = Visits()
    submitted(visits, Shelf(visited()), OneProcess(receipt_access="link"), language=language)
    program = Visits()
    submitted(program, Shelf(visited()), OneProcess(receipt_access="link"))

    assert [receipt.language for receipt in visits.receipts.values()] == ["of Ada"]
    assert [receipt.language for receipt in program.receipts.values()] == [None]


def test_only_those_roles_send_a_form_that_the_process_names() -> None:
    visits = Visits()

    assert isinstance(refusal(visits, Shelf(visited()), OneProcess(submitters=frozenset({"agent"}))), NotSubmitter)
    assert visits.families == []


def test_a_page_that_was_left_unconfirmed_sends_nothing() -> None:
    visits = Visits()

    refused = submitted(visits, Shelf(visited()), versions={}, confirmed=False)

    assert isinstance(refused, Refused)
    assert [(problem.field, problem.code) for problem in refused.problems] == [("confirmed", "required")]
    assert visits.families == []


@pytest.mark.parametrize(
    ("seen", "sent", "stale"),
    [
        ({}, "Eve", ["/name"]),
        ({"/name": 1}, "Eve", ["/name"]),
        ({"/name": 3}, "Eve", ["/name"]),
        ({"/name": 2}, "Eve", []),
        ({"/name": 1}, "Bob", []),
        ({"/agreed": 2}, "Eve", ["/name"]),
    ],
)
def test_a_page_overwrites_no_newer_answer_than_it_showed(seen: dict[str, int], sent: str, stale: list[str]) -> None:
    visits, draft = Visits(), Fields(StoredField("/name", "Bob", 2, "agent"))

    done = submitted(visits, Shelf(visited()), data={"name": sent}, fields=draft, versions=seen)

    assert ([(each.field, each.code) for each in done.problems] if isinstance(done, Refused) else []) == [
        (pointer, "stale") for pointer in stale
    ]
    assert len(visits.families) == (0 if stale else 1)


def test_who_gave_an_answer_is_whoever_wrote_it_as_it_is_sent() -> None:
    visits, draft = (
        Visits(),
        Fields(StoredField("/name", "Bob", 2, "notary"), StoredField("/agreed", value=False, version=1, role="notary")),
    )
    family = Shelf(visited(master_rid=SUCCESSOR, role="agent"), link(rid=SUCCESSOR, roles={"agent": RID}))

    submitted(visits, family, data={"name": "Bob", "agreed": True}, fields=draft)

    assert dict(visits.bodies[1].content) == {"/name": "notary", "/agreed": "agent"}


def test_only_a_page_or_a_family_reads_the_draft() -> None:
    program, page, family = Fields(), Fields(), Fields()

    submitted(Visits(), Shelf(visited()), fields=program)
    submitted(Visits(), Shelf(visited()), fields=page, versions={})
    submitted(Visits(), Shelf(visited(master_rid=SUCCESSOR), link(rid=SUCCESSOR, roles={"agent": RID})), fields=family)

    assert (program.reads, page.reads, family.reads) == (0, 1, 1)


def test_a_form_of_another_link_is_not_sent_by_this_visit() -> None:
    visits = Visits()

    with pytest.raises(VisitMixedUp):
        submitted(visits, Shelf(visited()), rid=ROLE)

    assert visits.families == []


@pytest.mark.parametrize("over", [True, False])
def test_after_the_visit_a_refused_form_shows_no_stored_answer(*, over: bool) -> None:
    end = NOW - timedelta(hours=1) if over else NOW + timedelta(minutes=1)
    there = Shelf(visited(visits={visit_hash(RID, SECRET): end}))
    draft = Fields(StoredField("/name", "Bob", 2, ""))

    refused = submitted(Visits(), there, fields=draft, versions={"/name": 2}, confirmed=False)

    assert isinstance(refused, Refused)
    assert refused.over is over
    assert (refused.view.data, [*refused.view.fields]) == (({}, []) if over else (PREFILLED, ["/name"]))
