"""Erasing a person from the console: proposals about them go, too, and no request takes too long."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.proposal import Proposal
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.staff.erasing import ErasePerson, addresses_of, count_person, erase_person
from local.demo import DEMO

if TYPE_CHECKING:
    from tests.management.conftest import Manager

OTHER = "BBBBBBBBBBBBBBBBBBBBBA"


def test_an_erased_person_is_in_no_proposal(manager: Manager) -> None:
    deps = wiring.deps()
    rid = manager.request_form("ana@example.com", fullName="Ana")["rid"]
    about_her_link = Proposal("1", DEMO.id, "sam", deps.now(), rid, email="new@example.com")
    elsewhere = replace(about_her_link, id="3", rid=OTHER)
    for each in (about_her_link, replace(elsewhere, id="2", email="ana@example.com"), elsewhere):
        deps.staff.proposals.add(each)

    manager.post("/recipients/erase", {"recipient": "Ana@example.com", "dryRun": True})
    assert len(deps.staff.proposals.of(DEMO.id, deps.now())) == 3
    manager.post("/recipients/erase", {"recipient": "Ana@example.com"})

    assert [each.id for each in deps.staff.proposals.of(DEMO.id, deps.now())] == ["3"]


def test_both_addresses_of_a_person_share_the_time_of_a_request(manager: Manager) -> None:
    """The function ends after 15 seconds, and its reader would see a failure."""
    rids, deps = [manager.share() for _ in range(12)], wiring.deps()
    manager.cloud.settle()  # lists them by the phone number, too
    link = deps.links.get(rids[0])
    assert link
    began = deps.now()
    moments = (began + number * timedelta(seconds=0.5) for number in itertools.count(1))
    slow = replace(deps, now=lambda: next(moments))
    caller = person_caller(DEMO, "1" * 32, "admin", frozenset())

    counts = count_person(link, caller, slow)
    counted = slow.now() - began
    erased = erase_person(ErasePerson(caller=caller, rid=link.rid, recipients=addresses_of(link)), slow)

    assert [each.more for each in counts.values()] == [True, True]
    assert erased.more
    assert counted < timedelta(seconds=15)
    assert slow.now() - began - counted < timedelta(seconds=15)
