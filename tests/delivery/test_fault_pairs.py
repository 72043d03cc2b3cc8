"""Two calls to AWS fail, each in any way: nothing is lost, and nothing happens more often than is promised.

The steps are create, deliver, submit, grant and accept. The suite tries some pairs, others each day. `make races` tries
all of them: LINKGATE_RACES=full.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.link import DeliveryState
from linkgate.model.receipt import Receipt
from linkgate.model.tenant import Process, ResourceType
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.delivery.conftest import FUNCTIONS
from tests.delivery.test_fault_harness import STEPS as OF_DELIVERY
from tests.support.delivery_cases import started
from tests.support.delivery_rig import Rig, deps, link, pass_time
from tests.support.fault_steps import Plan, Step, Tally, every_pair, every_single, run_all, some_plans
from tests.support.live import LivePage, joined
from tests.support.vendor_calls import SEND
from tests.support.visitor import JSON, Visitor, parts, resource_link, session_link
from tests.visits.test_handover import BEARER, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from linkgate.model.link import Delivery
    from local.http_messages import HttpResponse

ALL = os.environ.get("LINKGATE_RACES") == "full"
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
SAMPLE = 25
"""Number of runs of each step in the suite."""
BATCH = 200
FORM = "form-with-receipt"
OWN_PAGE = "page-of-the-tenant"
DATA = {"fullName": "Ana"}
MORE = ("OcularGenerateSessionFunction", "ManageFunction", "LiveFunction", "LiveWorkerFunction")
numbers = itertools.count(1)
_desks: list[Desks] = []


@contextmanager
def started_rig(folder: Path) -> Iterator[Rig]:
    """Start a cloud with what the steps need. Recording facts has a test of its own."""
    with started(folder, *FUNCTIONS, *MORE) as rig:
        tenants = wiring.deps().tenants
        assert isinstance(tenants, DynamoTenants)
        process = Process(FORM, "Open an account", schema=demo.PROCESS_SCHEMA, receipt_message=True)
        tenants.put_definition(demo.DEMO.id, process)
        page = ResourceType(OWN_PAGE, "Statement", tier="standard", url="https://www.example.com/{uid}")
        tenants.put_definition(demo.DEMO.id, page)
        yield rig


def answered(send: Callable[[], HttpResponse]) -> HttpResponse:
    """Repeat a call until it is answered."""
    for _ in range(4):
        response = send()
        if response.status < 500:
            return response
    raise AssertionError(f"never answered: {response.text}")


def prepare_form(rig: Rig) -> Visitor:
    """Let a customer and an adviser open a form."""
    email = f"ana{next(numbers)}@example.org"
    model = {"metadata": {"name": "Ana", "email": email}}
    made = SEND.make(rig.cloud, {**SEND.body, "processId": FORM, "serializedModel": model, "coBrowsingRoles": ["x"]})
    customer, adviser = Visitor(rig.cloud, JSON), Visitor(rig.cloud, JSON)
    assert customer.open(made.json()["link"]).status == adviser.open(made.json()["coBrowsing"]["x"]).status == 200
    rig.cloud.settle()
    return customer


def act_submit(rig: Rig, customer: Visitor) -> Visitor:
    response = answered(lambda: customer.post(f"{customer.thing}/submit", {"data": DATA}))
    assert response.status == 201 or response.json()["type"] == "urn:linkgate:submitted", response.text
    for _ in range(200):
        pass_time(rig.cloud, minutes=5)
        if receipt_of(rig, customer).due is None:
            return customer
    raise AssertionError("the receipt is still due")


def receipt_of(rig: Rig, customer: Visitor) -> Delivery:
    receipt = link(rig.cloud, customer.rid or "").receipt
    assert isinstance(receipt, Receipt)
    assert receipt.message is not None
    return receipt.message


def check_submitted(rig: Rig, customer: Visitor, plan: Plan) -> int:
    """Check that all links of the family have one submission, and that its message went out."""
    stored = link(rig.cloud, customer.rid or "")
    (role,) = stored.roles.values()
    assert link(rig.cloud, role).submission == stored.submission is not None
    assert deps().links.bodies(stored.rid, [stored.submission or ""])[stored.submission or ""] == DATA
    again = customer.post(f"{customer.thing}/submit", {"data": {"fullName": "Eva"}})
    assert again.status == 409, again.text
    message, to = receipt_of(rig, customer), stored.recipient.email
    got = [each for each in rig.cloud.outbox.messages() if each.to == to and "/l/" not in each.text]
    assert 1 <= len(got) <= message.copies <= 2
    assert message.state is DeliveryState.SENT or message.copies == 2
    assert plan.failures or len(got) == 1
    return len(got) - 1


def prepare_page(rig: Rig) -> Visitor:
    person = Visitor(rig.cloud, JSON)
    assert person.open(resource_link(rig.cloud, resourceType=OWN_PAGE)).status == 200
    rig.cloud.settle()
    return person


def act_grant(rig: Rig, person: Visitor) -> str:
    """Let the visitor go to the tenant's page until its server has learned of the link. Returns the grant."""
    for _ in range(4):
        pressed = answered(lambda: person.post(f"{person.thing}/handover"))
        grant = str(pressed.json()["next"].partition("grant=")[2])
        taken = answered(lambda: take(rig.cloud, grant))  # noqa: B023 - called at once
        if taken.status == 200:
            assert taken.json()["rid"] == person.rid
            return grant
        # An answer that was lost has used the grant up, so the page leads back to the link.
        assert taken.status == 404, taken.text
    raise AssertionError("never let in")


def check_granted(rig: Rig, grant: str, _plan: Plan) -> int:
    assert take(rig.cloud, grant).status == 404
    return 0


@dataclass
class Call:
    """A waiting customer, and two agents on duty."""

    rid: str
    customer: LivePage
    ana: LivePage
    ben: LivePage


@dataclass
class Desks:
    """Desks of two agents on duty."""

    rig: Rig
    opened: datetime
    ana: LivePage
    ben: LivePage


def on_duty(rig: Rig, agent: str) -> LivePage:
    made = rig.cloud.post(f"/agents/{agent}/desk", {"replace": True}, BEARER)
    assert made.status == 201, made.text
    person = Visitor(rig.cloud)
    person.see(made.json()["link"])
    page = joined(person)
    page.say("duty", on=True)
    return page


def prepare_call(rig: Rig) -> Call:
    """Let a customer wait, with both agents at their desks, which are opened again each hour."""
    now = rig.cloud.clock.now()
    if not _desks or _desks[-1].rig is not rig or now - _desks[-1].opened > timedelta(hours=1):
        _desks[:] = [Desks(rig, now, on_duty(rig, "ana"), on_duty(rig, "ben"))]
    desks = _desks[-1]
    desks.ana.say("beat")
    desks.ben.say("beat")
    person = Visitor(rig.cloud)
    url = session_link(rig.cloud)
    person.see(url)
    call = Call(parts(url)[0], joined(person), desks.ana, desks.ben)
    rig.cloud.settle()
    return call


def act_accept(rig: Rig, call: Call) -> Call:
    """Let an agent press until the call is hers. All pages give their signs of life."""
    for _ in range(4):
        frames = call.ana.say("accept", rid=call.rid, id="a")
        rig.cloud.settle()
        if any(frame.get("t") == "ok" for frame in frames):
            return call
        for _ in range(2):
            rig.cloud.clock.advance(timedelta(seconds=20))
            for page in (call.ana, call.ben, call.customer):
                page.say("beat")
    raise AssertionError("never put through")


def check_accepted(rig: Rig, call: Call, _plan: Plan) -> int:
    """Check that one agent has the call, is in no other, and is who the customer is told of."""
    rig.calls.disarm()
    room = deps().rooms.get(call.rid)
    assert room is not None
    assert (room.seat, room.on, room.waiting) == ("ana", True, False)
    seat = deps().seats.get(demo.DEMO.id, "ana")
    assert seat is not None
    assert seat.busy == call.rid
    taken = [frame for frame in call.ben.say("accept", rid=call.rid, id="b") if frame.get("t") == "taken"]
    assert [(frame["why"], frame["by"]) for frame in taken] == [("taken", "ana")]
    call.customer.say("beat")
    told = [frame for frame in call.customer.frames if frame.get("t") == "room"]
    assert (told[-1]["state"], told[-1]["agent"]) == ("joined", "ana")
    assert {frame["agent"] for frame in told if frame["state"] == "joined"} == {"ana"}
    assert any(frame.get("t") == "ok" for frame in call.ana.say("end", id="e"))
    call.customer.say("leave")
    rig.cloud.settle()
    return 0


STEPS = {
    "create": OF_DELIVERY["create and deliver"],
    "deliver": OF_DELIVERY["worker"],
    "submit": Step(prepare_form, act_submit, check_submitted),
    "grant": Step(prepare_page, act_grant, check_granted),
    "accept": Step(prepare_call, act_accept, check_accepted),
}


@pytest.mark.parametrize("name", STEPS)
def test_any_two_calls_may_fail_in_any_way(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> None:
    step, tally = STEPS[name], Tally()
    with started_rig(tmp_path) as rig:
        plans = [*every_single(rig, step), *every_pair(rig, step)] if ALL else [*some_plans(rig, step, SAMPLE, TODAY)]
    # A cloud that has seen thousands of runs is slow.
    for begin in range(0, len(plans), BATCH):
        with started_rig(tmp_path) as rig:
            tally += run_all(rig, step, plans[begin : begin + BATCH])
        capfd.readouterr()  # the runner prints the traceback of each kill
    assert tally.runs
    record_property("measured", f"{tally.runs} of {tally.runs} recovered, {tally.copies} sent twice")
