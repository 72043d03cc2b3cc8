"""Every act at the console names the person and the role: on the link's record, in its event, and in the journal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.dialects.console.act_pages import ACTS
from linkgate.usecases.delivery.suppression import suppress
from local.demo import DEMO, PROCESS
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

FACTS = {
    "resend": "link.sent",
    "extend": "link.extended",
    "revoke": "link.revoked",
    "replace": "link.replaced",
    "reopen": "link.reopened",
    "unsuppress": "link.sent",
}


def prepared(manager: Manager, act: str) -> tuple[str, dict[str, str]]:
    """Make a link on which the act is possible, and return its rid and what is typed."""
    email = f"{act}@example.com"
    form = manager.make({"kind": "process", "process": PROCESS, "data": {"metadata": {"email": email}}})[0]
    rid = str(form["rid"])
    if act == "reopen":
        form = manager.request_form(email)
        manager.submit(form["link"], {"fullName": "Ada"})
        rid = str(form["rid"])
    if act == "unsuppress":
        suppress(DEMO.id, email, "suppressed", wiring.deps())
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": 120})
    until = wiring.deps().now() + timedelta(days=20)
    return rid, {"channel": "email", "until": until.isoformat(), "why": "asked", "reason": "asked on the phone"}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_act_names_its_person_everywhere(act: str, site: Cloud, signed_in: Callable[[str], StaffBrowser]) -> None:
    manager, sam = Manager(site), signed_in("Sam Support")
    rid, typed = prepared(manager, act)

    reply = sam.post(f"/console/links/{rid}/{act}", typed, follow=False)

    assert reply.status == 303, reply.text
    site.settle()
    people = wiring.deps().staff.people.of(DEMO.id)
    (person,) = [each.id for each in people if each.name == "Sam Support"]
    events: list[dict[str, Any]] = manager.get(f"/links/{rid}/events")["events"]
    said = [event["data"] for event in events if event["type"] == FACTS[act]][-1]
    assert (said["by"], said["as"], said["role"]) == (person, "person", "support")
    published = [event["detail"] for event in site.aws.events()]
    assert said in [detail["data"] for detail in published if detail.get("rid") == rid]
    acts = [
        (detail["act"], detail["person"], detail["roles"])
        for detail in published
        if detail["type"] == "staff.acted" and detail["about"] == {"rid": rid}
    ]
    assert acts == [(act, person, ["support"])]
    newest = max(
        (item for item in site.table() if item["pk"].startswith(f"journal#{DEMO.id}")), key=lambda item: item["sk"]
    )
    assert (newest["act"], newest["person"], newest["about"]) == (act, person, {"rid": rid})
    assert f"{act}@example.com" not in json.dumps(newest, default=str)
