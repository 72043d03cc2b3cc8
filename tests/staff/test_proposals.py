"""Changing the address of codes needs two people, and happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import Forbidden, InvalidRequest, LinkRevoked, NotFound
from linkgate.model.person import Person, Staff, scopes_of
from linkgate.model.proposal import LIFE, FourEyes, Proposal
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.delivery.replacing import ReplaceLink
from linkgate.usecases.management.revocation import RevokeLink, revoke_link
from linkgate.usecases.staff.people import ChangeRoles, EndPerson
from linkgate.usecases.staff.proposals import (
    TakeFile,
    approve,
    approved_file,
    decide,
    needs_second,
    open_proposals,
    propose,
    refuse,
)
from local.demo import DEMO, OTHER
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from tests.support.cloud import Cloud

PHONE = "+447700900009"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def person(number: int, *roles: str, tenant: Tenant = DEMO) -> Staff:
    return Staff("Name", tenant, frozenset(roles), scopes_of(roles), "en", f"{number:032}")


def caller(staff: Staff) -> Caller:
    return person_caller(staff.tenant, staff.id, min(staff.roles), staff.scopes)


SAM, ANA, ADA = person(1, "support"), person(2, "support"), person(3, "admin")


def later(deps: Deps) -> datetime:
    return deps.now() + timedelta(seconds=1)


def proposed(cloud: Cloud) -> Proposal:
    rid = Manager(cloud).share(resourceType="MedicalReport")
    return propose(
        ReplaceLink(caller=caller(SAM), rid=rid, phone=PHONE, sms_consent=True, reason="birthday"), wiring.deps()
    )


def test_somebody_else_approves_and_both_are_on_record(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    assert [each.phone for each in open_proposals(ANA, deps)] == [PHONE]

    link = approve(ANA, proposal.id, deps).link

    assert link
    assert (link.recipient.phone, link.replaces) == (PHONE, proposal.rid)
    assert link.codes_from
    cloud.settle()
    (told,) = [
        event["data"]
        for event in Manager(cloud).get(f"/links/{proposal.rid}/events")["events"]
        if event["type"] == "link.replaced"
    ]
    assert (told["by"], told["proposer"], told["reason"]) == (f"{2:032}", f"{1:032}", "birthday")
    assert open_proposals(ANA, deps) == []
    assert PHONE not in str([item for item in cloud.table() if item["pk"].startswith("staff#")])


def test_nobody_approves_their_own(cloud: Cloud) -> None:
    proposal = proposed(cloud)

    with pytest.raises(Forbidden):
        approve(SAM, proposal.id, wiring.deps())

    assert [each.approved_by for each in open_proposals(SAM, wiring.deps())] == [None]


def test_what_was_withdrawn_or_is_another_tenants_is_not_there(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    stranger = person(3, "support", tenant=OTHER)
    assert not refuse(stranger, proposal.id, deps)
    with pytest.raises(NotFound):
        approve(stranger, proposal.id, deps)

    assert refuse(SAM, proposal.id, deps)

    (entry,) = [each for each in deps.staff.journal.of(DEMO.id, later(deps), 9) if each.act == "proposal_refused"]
    assert entry.about == {"rid": proposal.rid, "proposer": SAM.id, "act": "replace"}
    assert not refuse(SAM, proposal.id, deps)
    with pytest.raises(NotFound):
        approve(ANA, proposal.id, deps)


def test_a_proposal_ends_after_a_week(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    cloud.post("/_local/clock", {"advance_seconds": LIFE.total_seconds()})

    assert open_proposals(ANA, deps) == []
    with pytest.raises(NotFound):
        approve(ANA, proposal.id, deps)


def test_a_link_that_has_ended_closes_its_proposal(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    revoke_link(RevokeLink(caller=caller(SAM), rid=proposal.rid), deps)

    with pytest.raises(LinkRevoked):
        approve(ANA, proposal.id, deps)

    assert open_proposals(ANA, deps) == []


def test_nothing_impossible_is_proposed(cloud: Cloud) -> None:
    rid = Manager(cloud).share(resourceType="MedicalReport")

    with pytest.raises(InvalidRequest):
        propose(ReplaceLink(caller=caller(SAM), rid=rid, phone="12"), wiring.deps())

    assert open_proposals(SAM, wiring.deps()) == []


def test_whoever_was_interrupted_approves_again_and_replaces_once(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    first = approve(ANA, proposal.id, deps)
    deps.staff.proposals.add(replace(proposal, approved_by=None))  # as if its end had been lost

    assert approve(ANA, proposal.id, deps).about["rid"] == first.about["rid"]


KNOWN = Person("", DEMO.id, "", "", frozenset(), "", "operator", NOW)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("chosen", "others", "act", "staff", "needed"),
    [
        (None, [], FourEyes.REPLACE, SAM, False),
        (None, [ANA], FourEyes.REPLACE, SAM, True),
        (None, [ADA], FourEyes.REPLACE, SAM, True),
        (None, [person(4, "results", "agent", "auditor")], FourEyes.REPLACE, SAM, False),
        (None, [], FourEyes.ERASE, ADA, False),
        (None, [SAM], FourEyes.ERASE, ADA, False),
        (None, [person(4, "admin")], FourEyes.ERASE, ADA, True),
        (None, [], FourEyes.ERASE, SAM, True),
        (None, [ADA], FourEyes.PEOPLE, person(4, "admin"), False),
        (None, [person(4, "results")], FourEyes.EXPORT, person(5, "results"), False),
        (frozenset({"replace"}), [], FourEyes.REPLACE, SAM, True),
        (frozenset(), [ANA], FourEyes.REPLACE, SAM, False),
        (frozenset(), [], FourEyes.ERASE, SAM, True),
        (frozenset({"people"}), [], FourEyes.PEOPLE, ADA, True),
        (frozenset({"export"}), [], FourEyes.EXPORT, person(5, "results"), True),
    ],
)
def test_a_second_person_is_asked_once_there_is_one_or_always_if_the_tenant_says_so(
    chosen: frozenset[str] | None, others: list[Staff], act: FourEyes, staff: Staff, *, needed: bool
) -> None:
    deps = wiring.deps()
    for each in [staff, *others]:
        deps.staff.people.add(replace(KNOWN, id=each.id, subject=each.id, roles=each.roles))
    asked = replace(caller(staff), tenant=replace(DEMO, four_eyes=chosen))

    assert needs_second(act, asked, deps) is needed


@pytest.mark.usefixtures("cloud")
def test_a_key_that_reads_answers_needs_a_second_administrator_where_there_is_one() -> None:
    deps = wiring.deps()
    known = [replace(KNOWN, id=each.id, subject=each.id, roles=each.roles) for each in (ADA, person(4, "admin"))]

    deps.staff.people.add(known[0])
    assert not needs_second(FourEyes.KEYS, caller(ADA), deps, gives_more=True)
    deps.staff.people.add(known[1])
    assert needs_second(FourEyes.KEYS, caller(ADA), deps, gives_more=True)
    assert not needs_second(FourEyes.KEYS, caller(ADA), deps)


@pytest.mark.usefixtures("cloud")
def test_somebody_whose_access_ended_neither_approves_nor_is_approved() -> None:
    deps = wiring.deps()
    sam, bea = (replace(KNOWN, id=each.id, subject=each.id, roles=each.roles) for each in (SAM, person(4, "admin")))
    for each in (sam, bea):
        deps.staff.people.add(each)
    deps.staff.people.end(bea, NOW)
    assert not needs_second(FourEyes.REPLACE, caller(SAM), deps)

    proposal = propose(EndPerson(caller(person(4, "admin")), SAM.id), deps)

    with pytest.raises(NotFound):
        approve(ADA, proposal.id, deps)


@pytest.mark.usefixtures("cloud")
def test_roles_change_once_somebody_else_approves_who_is_not_the_one_concerned() -> None:
    deps, bea = wiring.deps(), person(4, "admin")
    for each in (ADA, bea, SAM):
        deps.staff.people.add(replace(KNOWN, id=each.id, subject=each.id, roles=each.roles))
    by = replace(caller(ADA), tenant=replace(DEMO, four_eyes=frozenset({"people"})))
    with pytest.raises(InvalidRequest):
        decide(ChangeRoles(by, ADA.id, frozenset({"admin"})), deps)
    assert decide(ChangeRoles(by, bea.id, frozenset({"auditor"})), deps).proposed
    assert decide(EndPerson(by, SAM.id), deps).proposed
    roles, end = deps.staff.proposals.of(DEMO.id, deps.now())

    with pytest.raises(InvalidRequest):
        approve(bea, roles.id, deps)
    with pytest.raises(NotFound):
        approve(SAM, roles.id, deps)
    decided = approve(bea, end.id, deps)
    approve(person(6, "admin"), roles.id, deps)

    assert (decided.about, decided.proposed) == ({"person": SAM.id}, False)
    people = {each.id: (set(each.roles), each.ended_at is not None) for each in deps.staff.people.of(DEMO.id)}
    assert people[bea.id] == ({"auditor"}, False)
    assert people[SAM.id] == ({"support"}, True)


@pytest.mark.usefixtures("cloud")
def test_a_large_file_is_taken_by_whoever_asked_once_it_is_approved() -> None:
    deps, rita, ron = wiring.deps(), person(5, "results"), person(6, "results")
    by = replace(caller(rita), tenant=replace(DEMO, four_eyes=frozenset({"export"})))
    decide(TakeFile(caller=by, campaign="c", query="name=c&days=90"), deps)
    (asked,) = open_proposals(ron, deps)
    assert open_proposals(SAM, deps) == []
    with pytest.raises(NotFound):
        approved_file(rita, asked.id, deps)

    approve(ron, asked.id, deps)

    taken = approved_file(rita, asked.id, deps)
    assert (taken.approved_by, taken.about["query"]) == (ron.id, "name=c&days=90")
    with pytest.raises(NotFound):
        approved_file(ron, asked.id, deps)


@pytest.mark.usefixtures("cloud")
def test_a_proposal_is_only_approved_by_the_first_other_in_time() -> None:
    kept = wiring.deps().staff.proposals
    kept.add(Proposal("p", "t", "sam", NOW, "r"))
    late, soon = NOW + LIFE, NOW + LIFE - timedelta(seconds=1)

    assert not kept.approve("t", "p", "sam", soon)
    assert not kept.approve("t", "p", "ana", late)
    assert not kept.approve("t", "none", "ana", soon)
    assert kept.approve("t", "p", "ana", soon)
    assert [each.approved_by for each in kept.of("t", NOW)] == ["ana"]
    assert not kept.approve("t", "p", "bea", soon)
    assert kept.approve("t", "p", "ana", soon)


def test_of_many_who_approve_at_once_one_does_it(real_cloud: Cloud) -> None:
    proposal = proposed(real_cloud)
    deps = wiring.deps()

    def outcome(number: int) -> str:
        try:
            return approve(person(number, "support"), proposal.id, deps).about["rid"]
        except (Forbidden, NotFound) as error:
            return type(error).__name__

    with ThreadPoolExecutor(20) as people:
        outcomes = list(people.map(outcome, range(2, 22)))

    made = {each for each in outcomes if each not in {"Forbidden", "NotFound"}}
    assert len(made) == 1
    assert sum(each in made for each in outcomes) == 1
