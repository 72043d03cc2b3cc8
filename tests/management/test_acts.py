"""The record says who acted on a link, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.management.revocation import RevokeLink, revoke_link
from local.demo import DEMO
from tests.support.command_line import invoke

if TYPE_CHECKING:
    from tests.management.conftest import Manager
    from tests.support.cloud import Cloud

WHY = "customer called: wrong person"


def details(manager: Manager, rid: str, kind: str) -> dict[str, Any]:
    """Return what the newest event of a kind says."""
    manager.cloud.settle()
    events = manager.get(f"/links/{rid}/events")["events"]
    return dict([event["data"] for event in events if event["type"] == kind][-1])


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("revoke", {}, "link.revoked"),
        ("revoke-way", {"way": "api"}, "link.way_revoked"),
        ("extend", {"hours": 24 * 20}, "link.extended"),
        ("resend", {}, "link.sent"),
    ],
)
def test_a_key_acts_and_says_why(manager: Manager, path: str, body: dict[str, object], kind: str) -> None:
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": 120})

    acted = manager.post(f"/links/{rid}/{path}", {**body, "reason": WHY})

    told = details(manager, rid, kind)
    assert told["reason"] == WHY
    assert len(told["by"]) == 32
    assert "as" not in told
    assert acted["rid"] == rid


@pytest.mark.parametrize("path", ["revoke", "resend"])
def test_no_reason_is_needed(manager: Manager, path: str) -> None:
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": 120})

    manager.post(f"/links/{rid}/{path}")

    told = details(manager, rid, "link.revoked" if path == "revoke" else "link.sent")
    assert "reason" not in told
    assert len(told["by"]) == 32


def test_an_erasure_says_who_and_why_also_of_a_link_that_was_submitted(manager: Manager) -> None:
    made = manager.request_form("ada@example.com")
    manager.submit(made["link"], {"fullName": "Ada"})
    manager.cloud.settle()

    manager.post("/recipients/erase", {"recipient": "ada@example.com", "reason": "request 17"})

    told = details(manager, made["rid"], "link.erased")
    assert (told["reason"], len(told["by"])) == ("request 17", 32)


def test_the_first_act_stays_on_record(manager: Manager) -> None:
    rid = manager.share()
    manager.post(f"/links/{rid}/revoke")
    manager.post(f"/links/{rid}/revoke", {"reason": "later"})

    assert "reason" not in details(manager, rid, "link.revoked")


def test_only_the_resend_names_who_asked_for_it(manager: Manager) -> None:
    rid = manager.share(channels=["email"])

    assert "by" not in details(manager, rid, "link.sent")


def test_a_reason_has_a_limit(manager: Manager) -> None:
    rid = manager.share()

    refused = manager.post(f"/links/{rid}/revoke", {"reason": "x" * 201}, 400)

    assert refused["fields"][0]["field"] == "reason"
    assert manager.get(f"/links/{rid}")["status"] == "Active"


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (("revoke", "--yes"), "link.revoked"),
        (("revoke-way", "api", "--yes"), "link.way_revoked"),
        (("extend", "--hours", "480"), "link.extended"),
    ],
)
def test_an_operators_act_has_a_person(cloud: Cloud, manager: Manager, command: tuple[str, ...], kind: str) -> None:
    rid = manager.share()
    name, *options = command
    table = cloud.template.tables[0]["TableName"]
    env = {"LINKGATE_TABLE": table, "LINKGATE_OPERATOR": "alice"}

    result = invoke("link", name, rid, *options, "--reason", WHY, env=env)

    assert result.exit_code == 0, result.output
    told = details(manager, rid, kind)
    assert (told["as"], told["who"], told["reason"]) == ("operator", "alice", WHY)
    (published,) = [event for event in cloud.aws.events() if event["detail-type"] == kind]
    assert published["detail"]["data"]["reason"] == WHY
    assert "alice" not in json.dumps(published)


def test_a_persons_act_has_an_id_and_a_role(cloud: Cloud, manager: Manager) -> None:
    rid = manager.share()
    caller = person_caller(DEMO, "5" * 32, "support", frozenset())

    revoke_link(RevokeLink(caller=caller, rid=rid, reason=WHY), wiring.deps())

    told = details(manager, rid, "link.revoked")
    assert told == {"as": "person", "by": "5" * 32, "role": "support", "reason": WHY}
    (published,) = [event for event in cloud.aws.events() if event["detail-type"] == "link.revoked"]
    assert published["detail"]["data"] == told
