"""The doctor on mail: messages to the simulator of SES are sent, reported and recorded, and nothing of them is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cli.findings import State
from cli.mail_check import mail
from cli.target import Operator
from linkgate import wiring
from linkgate.store.tenants import DynamoTenants
from local.demo import DEMO
from tests.cli.test_doctor_on_calls import here
from tests.support.visitor import outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

KINDS = {"success": "delivery", "bounce": "bounce", "complaint": "complaint"}


@pytest.fixture(autouse=True)
def _portal(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_tenant(replace(DEMO, portal=f"https://{cloud.domain}"))


def reporting(cloud: Cloud, *but: str) -> Callable[[float], None]:
    """Return a pause in which SES reports on every message to its simulator, except to these mailboxes."""
    told: set[str] = set()

    def pause(_seconds: float) -> None:
        for message in outbox(cloud):
            kind = KINDS[message["to"].partition("@")[0]]
            if message["id"] not in told and kind not in but:
                order = {"message_id": message["id"], "type": kind}
                assert cloud.post("/_local/feedback", order).status == 202
                told.add(message["id"])
        cloud.settle()

    return pause


def left(cloud: Cloud) -> list[dict[str, Any]]:
    """Return what is suppressed, and links that are not revoked."""
    table = cloud.table()
    suppressed = [item for item in table if item["pk"].startswith("suppressed#")]
    return suppressed + [item for item in table if item["sk"] == "link" and "revoked_at" not in item]


def test_mail_that_is_sent_and_reported_is_well(cloud: Cloud) -> None:
    before = left(cloud)
    wiring.deps().suppressions.add(DEMO.id, "bounce@simulator.amazonses.com", "suppressed", cloud.clock.now())

    found = list(mail(here(cloud), reporting(cloud)))

    assert [(each.state, each.text) for each in found] == [
        (State.OK, "sent, and reported as delivered"),
        (State.OK, "sent, and reported as bounced"),
        (State.OK, "sent, and reported as complained"),
    ]
    assert left(cloud) == before


def test_a_linkgate_on_this_machine_sends_nothing(cloud: Cloud) -> None:
    (found,) = mail(Operator(None, None, "http://127.0.0.1:9", as_json=False, dry_run=False), waits_for_nothing)

    assert (found.state, outbox(cloud)) == (State.UNKNOWN, [])


def test_a_report_that_never_comes_is_wrong(cloud: Cloud) -> None:
    found = {each.about: each for each in mail(here(cloud), reporting(cloud, "bounce"))}

    missing = found["mail to bounce@simulator.amazonses.com"]
    assert (missing.state, missing.text) == (State.WRONG, "sent, but 5 minutes later it is sent")
    assert [each.state for each in found.values()].count(State.OK) == 2


def waits_for_nothing(seconds: float) -> None:
    pytest.fail(f"waited {seconds} s")


@pytest.mark.parametrize(("fault", "said"), [("reject", "refused: rejected"), ("throttle", "delayed: throttled")])
def test_mail_that_is_not_sent_is_wrong_at_once(cloud: Cloud, fault: str, said: str) -> None:
    cloud.post("/_local/faults", {"service": "ses", "error": fault, "times": 3})

    found = list(mail(here(cloud), waits_for_nothing))

    assert [(each.state, each.text) for each in found] == [(State.WRONG, said)] * 3
    assert left(cloud) == []
