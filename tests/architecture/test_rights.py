"""Each function has the rights that its calls need, and no others.

Every test on the fixture `cloud` fails if a function lacks a right: the local runner judges each call by the policies
in template.yaml. Here, flows that use each function as far as its rights go show that none is unused.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.aws.webhook_key import key_text
from linkgate.model.file import object_key
from linkgate.model.link import Channel
from linkgate.model.tenant import Process
from linkgate.model.webhook import Webhook
from linkgate.ports.files import place_of_link
from local import demo
from local.functions import Functions
from local.provider_reports import sms_report
from tests.delivery.test_waiting_documents import PLACE, UID, offer, share
from tests.files.test_arrival import PDF, objects, put, reserved
from tests.management.conftest import Manager
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, StillClock
from tests.support.delivery_rig import fail, report, until_quiet
from tests.support.imports import act, people, run, started
from tests.support.moto_state import MotoState
from tests.support.sample_links import write_sample_links
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY
from tests.support.visitor import Visitor, coded_link, parts, process_link
from tests.support.webhook_receiver import Receiver
from tests.visits.test_documents import stored, visit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENTS = Path(__file__).parents[2] / "events"
REMINDED = "reminded-process"
UNUSED = {
    "execute-api:ManageConnections": "pushes are signed requests of our own, which the runner does not judge",
    "ses:SendRawEmail": "AWS does not say which of the two it asks for if a message has headers of its own",
    "ses:GetAccount": "the local runner sets EmailsPerSecond, so the worker does not ask SES for the rate",
    "DeliveryWorkerFunction sqs:SendMessage": "the worker puts back what has no turn or no time, for up to 15 minutes",
    "ManageFunction s3:PutObject": "the address to which a caller puts a file is signed with it",
    "ManageFunction s3:GetObject": "the address from which a caller reads results is signed with it",
    "UnroutedFunction dynamodb:Query": "a message promises a document only if the resource has one",
    "ManageFilesFunction s3:PutObject": "the address to which a caller puts a file is signed with it",
    "ManageFilesFunction s3:GetObject": "the address from which a caller reads a file is signed with it",
    "RetentionSweepFunction s3:DeleteObject FilesBucket/*": "no flow leaves bytes that no item names",
    "RetentionSweepFunction s3:DeleteObjectVersion IncomingBucket/*": "the same",
    "RecipientFunction s3:GetObject": "the address from which a recipient reads a document is signed with it",
    "RecipientFunction s3:PutObject": "the form by which a recipient sends a file is signed with it",
    "RecipientFunction s3:ListBucket": "without it, S3 answers 403 for a file that has not arrived",
    "ImportRowsFunction s3:ListBucket": "without it, S3 answers 403 for a file that is not there",
    "FileWorkerFunction s3:ListBucket IncomingBucket": "without it, S3 answers 403 for an object that is not there",
    "RecipientFunction dynamodb:DeleteItem": "a browser that takes part without a socket leaves its room",
    "ConsoleFunction": "tests/staff drives its pages as a browser does, and the runner judges each call there, too",
    "ConsoleSetupFunction": "the same",
    "LinkEventsFunction sqs:SendMessage EventsDeadLetters": "Lambda puts there what the function gave up, in its role",
}
"""Rights that these flows do not use, by their last words, and why they are needed."""


def event(name: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return sample


def invoke(cloud: Cloud, name: str, sample: dict[str, Any]) -> None:
    function = "".join(part.title() for part in name.partition(".")[0].split("_")) + "Function"
    Functions(cloud.template).invoke(function, sample)


def samples(cloud: Cloud) -> None:
    """Replay every sample event."""
    write_sample_links(wiring.deps())
    state = MotoState()
    for path in sorted(EVENTS.glob("*.json")):
        invoke(cloud, path.stem, event(path.stem))
        state.restore()


def other_spellings(cloud: Cloud) -> None:
    """Send what the gateway could not route to the function behind the catch-all route."""
    for name in ("easysend_send_link", "digidesk_survey_request", "trendsic_customer_link.list"):
        sample = event(name)
        sample |= {"rawPath": f"{sample['rawPath'].rstrip('/')}/", "routeKey": "$default"}
        invoke(cloud, "unrouted", sample)


def sms(cloud: Cloud) -> None:
    """Send every kind of SMS, some of which fail at first."""
    body = {**CUSTOMER_LINK.body, "recipientContactId": 1, "recipientEmail": None, "deliverSms": True}
    assert CUSTOMER_LINK.make(cloud, body).status == 200
    assert SURVEY.make(cloud, {**SURVEY.body, "customer_contact": "+447700900001"}).status == 201
    manager = Manager(cloud)
    manager.post(f"/links/{manager.share(channels=['email'])}/resend", {"channel": "sms"})
    Visitor(cloud).open(coded_link(cloud))
    fail(cloud, "sns", "throttle")
    SEND.make(cloud)
    until_quiet(cloud)


def providers_that_fail_for_hours(cloud: Cloud) -> None:
    """Let the worker put messages off, wait for a day's quota, and find out that it may send again."""
    fail(cloud, "ses", "throttle", 5)
    SEND.make(cloud)
    until_quiet(cloud)
    fail(cloud, "ses", "quota", 2)
    SEND.make(cloud)
    Manager(cloud).share(contactId=2, channels=["email"])
    until_quiet(cloud)


def bounces(cloud: Cloud) -> None:
    """Let an e-mail bounce, so that an SMS is sent instead."""
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(replace(demo.DEMO, sms_fallback=True))
    Manager(cloud).share(channels=["email"])
    cloud.settle()
    report(cloud, cloud.outbox.messages()[0], "bounce")
    until_quiet(cloud)
    early = sms_report(replace(cloud.outbox.messages()[0], id="not recorded yet"), "delivery", cloud.clock.now())
    cloud.pump.deliver_logs(early)
    until_quiet(cloud)
    tenants.put_tenant(demo.DEMO)


def reminders(cloud: Cloud) -> None:
    tenants: Any = wiring.deps().tenants
    process = Process(REMINDED, "Open an account", channels=(Channel.EMAIL,), reminders=(timedelta(days=1),))
    tenants.put_definition(demo.DEMO.id, process)
    SEND.make(cloud, {**SEND.body, "processId": REMINDED})
    cloud.settle()


def webhooks(cloud: Cloud) -> None:
    """Let a tenant's system fail for hours, and then be gone."""
    receiver = Receiver(status=[*[500] * 8, 410])
    store: Any = wiring.deps().webhooks
    store.add(Webhook(id="wh_mine", tenant=demo.DEMO.id, url=receiver.url, created_at=cloud.clock.now()))
    cloud.aws.client("ssm").put_parameter(
        Name=cloud.environment()["WEBHOOK_KEY"], Type="SecureString", Value=key_text(b"k" * 32)
    )
    Manager(cloud).share()
    for _ in range(20):
        cloud.settle()
        cloud.clock.advance(timedelta(hours=2))
    receiver.close()


def imports(cloud: Cloud) -> None:
    """Import a file, and stop another import."""
    run(cloud, people(1))
    act(cloud, started(cloud, people(2)), "stop")


def waiting_for_a_document(cloud: Cloud) -> None:
    """Let a message and an imported one wait for a document."""
    offer("later")
    share(cloud)
    rows = f"email,resource_uid\na@example.com,{UID}\n".encode()
    run(cloud, rows, campaign=None, resourceType="Statement", channels=["email"])
    cloud.settle()
    put(cloud, PLACE, reserved(PLACE, PDF), PDF)


def files(cloud: Cloud) -> None:
    """Replace a file, look for one whose version is gone, and erase all of a link."""
    person = {"metadata": {"email": "file@example.com"}}
    _, visit = visit_of(process_link(cloud, person), cloud)
    Manager(cloud).get("/links/7/files", 404)
    place = place_of_link(stored(visit.rid))
    old = reserved(place, PDF)
    put(cloud, place, old, PDF)
    put(cloud, place, reserved(place, PDF, replaces=old.id), PDF)
    lost = reserved(place, PDF)
    wiring.deps().files.store.claim(place.partition, lost.id, "v1")
    sample = event("file_worker")
    (record,) = sample["Records"]
    key = object_key(place, lost.id)
    found = {"objectKey": key, "versionId": "v1"}
    scan = {"s3ObjectDetails": found, "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND"}}
    record["body"] = json.dumps({"source": "aws.guardduty", "detail": scan})
    invoke(cloud, "file_worker", sample)
    Manager(cloud).post("/recipients/erase", {"recipient": "file@example.com"})
    cloud.settle()
    cloud.clock.advance(timedelta(minutes=1))
    cloud.settle()
    assert objects(cloud, place) == []


def answers_left_out(cloud: Cloud) -> None:
    """Submit a form without an answer that its draft had."""
    visitor = Visitor(cloud, accept="application/json")
    visitor.open(process_link(cloud))
    visitor.post(f"{visitor.thing}/fields", {"set": [{"f": "/accountType", "v": "Savings", "base": 0}]})
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": "Ada"}}).status == 201
    cloud.settle()


def a_form_that_takes_files(cloud: Cloud) -> None:
    """Send a form whose receipt has to look for its files."""
    schema = {"properties": {"name": {"type": "string"}, "paper": {"type": "string", "format": "file"}}}
    wiring.deps().tenants.put_definition(demo.DEMO.id, Process("papers", "Papers", schema=schema))
    visitor = Visitor(cloud, accept="application/json")
    visitor.open(process_link(cloud, {}, processId="papers"))
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"name": "Ada"}}).status == 201
    cloud.settle()


def a_revoked_role(cloud: Cloud) -> None:
    """Revoke a form that several people may have open."""
    Manager(cloud).post(f"/links/{GENERATE.make(cloud).json()['rid']}/revoke")
    cloud.settle()


def a_call_back(cloud: Cloud) -> None:
    """Let an agent send a new link to a customer who only has a phone."""
    url = SESSION.url(SESSION.make(cloud, {**SESSION.body, "email": ""}))
    customer, desk = Visitor(cloud), Visitor(cloud, accept="application/json")
    customer.see(url)
    customer.post(f"{customer.thing}/callback", {"confirmed": "true"})
    cloud.settle()
    desk.see(Manager(cloud).post("/agents/ana/desk", {}, 201)["link"])
    for step in ("take", "message"):
        assert desk.post(f"/d/callbacks/{parts(url)[0]}/{step}").status == 200


def an_extension(cloud: Cloud) -> None:
    """Give a link more time, so that its timeline is kept longer, too."""
    manager = Manager(cloud)
    rid = manager.share()
    cloud.settle()
    manager.post(f"/links/{rid}/extend", {"hours": 24 * 8})
    cloud.settle()


def the_end(cloud: Cloud) -> None:
    """Let everything expire, and a link with roles outlive its retention."""
    GENERATE.make(cloud)
    cloud.clock.advance(timedelta(days=50))
    cloud.settle()


FLOWS: tuple[Callable[[Cloud], None], ...] = (
    samples,
    other_spellings,
    sms,
    bounces,
    reminders,
    files,
    waiting_for_a_document,
    answers_left_out,
    a_form_that_takes_files,
    a_revoked_role,
    a_call_back,
    providers_that_fail_for_hours,
    webhooks,
    imports,
    an_extension,
    the_end,
)


@pytest.fixture(scope="module")
def used() -> Iterator[Cloud]:
    """Yield a cloud after all flows."""
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", clock=StillClock()) as cloud:
        for flow in FLOWS:
            flow(cloud)
            cloud.clock.advance(timedelta(minutes=2))  # tenants and keys are read anew
        yield cloud


def words(function: str, action: str, resource: str) -> str:
    return f"{function} {action} {resource.rpartition(':')[2].removeprefix('linkgate-local-')}"


def test_no_right_is_unused_without_a_reason(used: Cloud) -> None:
    judge = used.aws.judge
    assert judge
    unused = {words(name, grant.action, grant.resource) for name, grant in judge.unused()}

    told = sorted(right for right in unused if not any(reason in right for reason in UNUSED))

    assert not told, (
        "no flow here uses:\n" + "\n".join(told) + "\nAdd a flow, remove the right, or give the reason in UNUSED."
    )
    assert [reason for reason in UNUSED if not any(reason in right for right in unused)] == []  # rights that are used
