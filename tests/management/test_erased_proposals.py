"""An erasure also deletes proposals about the person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.proposal import Proposal
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
