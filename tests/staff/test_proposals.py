"""Changing the address of codes needs two people, and happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import Forbidden, InvalidRequest, LinkRevoked, NotFound
from linkgate.model.proposal import LIFE, Proposal
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.delivery.replacing import ReplaceLink
from linkgate.usecases.management.revocation import RevokeLink, revoke_link
from linkgate.usecases.staff.proposals import approve, open_proposals, propose, refuse
from local.demo import DEMO, OTHER
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from linkgate.usecases.authentication import Caller
    from tests.support.cloud import Cloud

PHONE = "+447700900009"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def support(number: int) -> Caller:
    return person_caller(DEMO, f"{number:032}", "support", frozenset())


SAM, ANA = support(1), support(2)


def proposed(cloud: Cloud) -> Proposal:
    rid = Manager(cloud).share(resourceType="MedicalReport")
    return propose(ReplaceLink(caller=SAM, rid=rid, phone=PHONE, sms_consent=True, reason="birthday"), wiring.deps())


def test_somebody_else_approves_and_both_are_on_record(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    assert [each.phone for each in open_proposals(ANA, deps)] == [PHONE]

    link = approve(ANA, proposal.id, deps)

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
    stranger = person_caller(OTHER, "3" * 32, "support", frozenset())
    refuse(stranger, proposal.id, deps)
    with pytest.raises(NotFound):
        approve(stranger, proposal.id, deps)

    refuse(SAM, proposal.id, deps)

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
    revoke_link(RevokeLink(caller=SAM, rid=proposal.rid), deps)

    with pytest.raises(LinkRevoked):
        approve(ANA, proposal.id, deps)

    assert open_proposals(ANA, deps) == []


def test_nothing_impossible_is_proposed(cloud: Cloud) -> None:
    rid = Manager(cloud).share(resourceType="MedicalReport")

    with pytest.raises(InvalidRequest):
        propose(ReplaceLink(caller=SAM, rid=rid, phone="12"), wiring.deps())

    assert open_proposals(SAM, wiring.deps()) == []


def test_whoever_was_interrupted_approves_again_and_replaces_once(cloud: Cloud) -> None:
    deps, proposal = wiring.deps(), proposed(cloud)
    first = approve(ANA, proposal.id, deps)
    deps.staff.proposals.add(replace(proposal, approved_by=None))  # as if its end had been lost

    assert approve(ANA, proposal.id, deps).rid == first.rid


@pytest.mark.usefixtures("cloud")
def test_a_proposal_is_only_approved_by_the_first_other_in_time() -> None:
    kept = wiring.deps().staff.proposals
    kept.add(Proposal("p", "t", "sam", NOW, "r"))
    late, soon = NOW + LIFE, NOW + LIFE - timedelta(seconds=1)

    assert kept.approve("t", "p", "sam", soon) is None
    assert kept.approve("t", "p", "ana", late) is None
    assert kept.approve("t", "none", "ana", soon) is None
    approved = kept.approve("t", "p", "ana", soon)
    assert approved
    assert approved.approved_by == "ana"
    assert kept.approve("t", "p", "bea", soon) is None
    assert kept.approve("t", "p", "ana", soon) == approved


def test_of_many_who_approve_at_once_one_does_it(real_cloud: Cloud) -> None:
    proposal = proposed(real_cloud)
    deps = wiring.deps()

    def outcome(number: int) -> str:
        try:
            return approve(support(number), proposal.id, deps).rid
        except (Forbidden, NotFound) as error:
            return type(error).__name__

    with ThreadPoolExecutor(8) as people:
        outcomes = list(people.map(outcome, range(2, 10)))

    made = {each for each in outcomes if each not in {"Forbidden", "NotFound"}}
    assert len(made) == 1
    assert sum(each in made for each in outcomes) == 1
