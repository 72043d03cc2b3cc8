"""Every sample event is replayed over the links that it is about, and has the reply or effect that it should have."""

from __future__ import annotations

import base64
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.aws.task_messages import task_of
from linkgate.aws.webhook_key import key_text
from linkgate.model.delivery_rules import OPTED_OUT, SUPPRESSED
from linkgate.model.delivery_tasks import CheckDelivery
from linkgate.model.epoch import moment
from linkgate.model.imports import Tally
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import COMPLAINT, HARD_BOUNCE, HELD_UP, REJECTED, SOFT_BOUNCE
from linkgate.model.webhook import Webhook
from linkgate.store.attribute_values import from_item, to_item
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.link_items import link_item, link_of
from linkgate.store.table import Table
from local.demo import DEMO
from local.functions import Functions
from local.gateway import Gateway
from local.http_messages import HttpRequest
from local.payload import event_of
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, StillClock
from tests.support.live import LivePage
from tests.support.moto_state import MotoState
from tests.support.sample_links import (
    CALLING,
    CONNECTION,
    DELAYED,
    DESK_CONNECTION,
    ENDED,
    FORM,
    IMPORT,
    IMPORTED,
    INVOICE,
    RECIPIENT,
    ROOM,
    SENT,
    write_sample_links,
)
from tests.support.webhook_receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = Path(__file__).parents[2] / "events"
REPLIES = {
    "console": (200, "Nobody can sign in yet"),
    "console_setup": (200, "Nobody can sign in yet"),
    "desk": (200, '"agent":"ana","name":"Ana"'),
    "desk.done": (200, '"status":"done"'),
    "desk.message": (200, '"status":"done"'),
    "desk.take": (200, '"status":"done"'),
    "digidesk_survey_request": (201, '"status":"success"'),
    "digidesk_survey_request.unknown_campaign": (400, '"messages":["campaign_name is unknown."]'),
    "digidesk_survey_request.xml": (201, "<response><status>success</status>"),
    "easysend_cancel_request": (200, f'"masterRid":"{FORM}","status":"Revoked"'),
    "easysend_cancel_request.unknown": (404, '"code":"not_found"'),
    "easysend_generate_link": (200, '"coBrowsing":{"role1":"https://'),
    "easysend_generate_link.no_process": (400, '"fields":[{"field":"processId","reason":"is required"}]'),
    "easysend_send_link": (200, '{"link":"https://'),
    "easysend_send_link.no_contact": (400, '"fields":[{"field":"serializedModel"'),
    "manage": (200, f'"rid":"{FORM}"'),
    "manage.batch": (200, '"created":1,"failed":1'),
    "manage.agent": (200, '"id":"ben"'),
    "manage.agents": (200, '{"agents":[{"id":"A.N. Agent"'),
    "manage.categories": (200, '{"categories":[{"id":"'),
    "manage.category": (200, '"title":"'),
    "manage.delete_agent": (204, ""),
    "manage.delete_category": (204, ""),
    "manage.put_agent": (200, '"queues":[]'),
    "manage.put_category": (200, '"weekly":{"mon":["09:00-13:00","14:00-17:30"]}'),
    "manage.desk": (201, '"kind":"desk"'),
    "manage.contact": (200, '"name":"Ada Lovelace"'),
    "manage.delete_contact": (204, ""),
    "manage.erase": (200, '"links":'),
    "manage.events": (200, '"type":"link.created"'),
    "manage.extend": (200, '"status":"Opened"'),
    "manage.import": (200, '"state":"waiting"'),
    "manage.import_pause": (200, '"pausedBecause":"asked"'),
    "manage.import_results": (200, "/results.csv?"),
    "manage.import_start": (200, '"state":"running"'),
    "manage.import_state": (200, '"rows":2'),
    "manage.import_stop": (200, '"state":"stopped"'),
    "manage.link": (200, f'"rid":"{FORM}"'),
    "manage.openapi": (200, '"openapi":"3.1.0"'),
    "manage.put_contact": (200, '"id":7,"name":"Grace Hopper"'),
    "manage.replace": (200, f'"masterRid":"{FORM}"'),
    "manage.reopen": (200, '"channel":"email","state":"sent"'),
    "manage.resend": (200, '"state":"sent"'),
    "manage.results": (200, '"answers":{"rating":5}'),
    "manage.revoke": (200, '"status":"Revoked"'),
    "manage.revoke_way": (200, '"status":"Opened"'),
    "manage.chat": (200, '"lines":[]'),
    "manage.submission": (200, '"data":{"rating":5}'),
    "manage.unknown_link": (404, '"type":"urn:linkgate:not-found"'),
    "manage_files": (200, '"files":[{"id":"sample-resource-file-A"'),
    "manage_files.attach_to_link": (201, '"upload":{"method":"PUT"'),
    "manage_files.attach_to_resource": (201, '"state":"awaited"'),
    "manage_files.delete_file": (204, ""),
    "manage_files.delete_resource": (204, ""),
    "manage_files.delete_resource_file": (204, ""),
    "manage_files.list": (200, '{"files":[]}'),
    "manage_files.put_resource": (200, '"amount":{"value":"120.50","currency":"EUR"}'),
    "manage_files.resource_file": (200, '"expiresInSeconds":60'),
    "manage_files.unknown_file": (404, '"type":"urn:linkgate:not-found"'),
    "ocular_generate_session": (200, '"statusCode":0,"message":"Success"'),
    "ocular_generate_session.no_key": (401, '"statusCode":9'),
    "ocular_generate_session.no_title": (400, "ticket.title is required."),
    "ocular_generate_session.params": (200, '"statusCode":0,"message":"Success"'),
    "recipient": (200, '{"kind":"process","from":"Example Bank"}'),
    "recipient.callback": (201, '"status":"callback_requested","askedAtUtc":"'),
    "recipient.code": (202, '"status":"code_required","channel":"email"'),
    "recipient.code_check": (200, '"status":"open"'),
    "recipient.draft": (204, ""),
    "recipient.fields": (200, '{"f":"/fullName","ok":true,"n":1}'),
    "recipient.fields.read": (200, '{"fields":[]}'),
    "recipient.file": (200, '"expiresInSeconds":60,"sha256":"'),
    "recipient.grant": (200, f'"rid":"{INVOICE}"'),
    "recipient.handover": (200, '"next":"https://bank.example/invoices/0123456789abcdef0123456789abcdef?grant='),
    "recipient.live": (200, '"protocol":"linkgate.v1"'),
    "recipient.live.messages": (200, '{"messages":[],"after":"'),
    "recipient.live.send": (200, '"t":"state"'),
    "recipient.mangled": (303, ""),
    "recipient.no_visit": (401, '"type":"urn:linkgate:visit-ended"'),
    "recipient.open": (200, f'{{"status":"open","next":"/v/{FORM}"}}'),
    "recipient.open.code_required": (202, '"status":"code_required","channel":"email"'),
    "recipient.opt_out": (200, '{"surveys":"allowed"}'),
    "recipient.opt_out.offer": (200, '{"surveys":"allowed"}'),
    "recipient.opt_out.one_click": (200, "<h1>No more surveys</h1>"),
    "recipient.page": (200, 'value="Ada"'),
    "recipient.page.step": (303, ""),
    "recipient.page.submit": (303, ""),
    "recipient.about": (200, '"from":"Example Bank"'),
    "recipient.not_me": (200, '"status":"disowned"'),
    "recipient.receipt": (409, '"type":"urn:linkgate:s'),
    "recipient.language": (200, '"language":"es"'),
    "recipient.language.visit": (200, '"language":"es"'),
    "recipient.renew": (202, '"status":"sent","channel":"email"'),
    "recipient.submit": (201, '"status":"submitted"'),
    "recipient.submit.incorrect": (422, '"fields":[{"field":"/dateOfBirth"'),
    "recipient.unknown": (404, '"type":"urn:linkgate:not-found"'),
    "recipient.view": (200, '"data":{"fullName":"Ada"}'),
    "trendsic_customer_link": (200, '"portalUrl":"https://'),
    "trendsic_customer_link.api": (200, '"portalUrl":"https://'),
    "trendsic_customer_link.batch": (200, '[{"link":{"recipientDisplayName":"Ada Lovelace"'),
    "trendsic_customer_link.csv": (200, "ResponseStatus,Link,PortalUrl,DeliveryErrors"),
    "trendsic_customer_link.form": (200, '"portalUrl":"https://'),
    "trendsic_customer_link.jsv": (200, "PortalUrl:"),
    "trendsic_customer_link.jsv_placeholders": (400, "'Resource Type' is unknown."),
    "trendsic_customer_link.list": (200, '{"links":[{"'),
    "trendsic_customer_link.metadata": (200, "CustomerLinkCreateRequest"),
    "trendsic_customer_link.options": (200, ""),
    "trendsic_customer_link.types": (200, "class CustomerLinkCreateRequest"),
    "trendsic_customer_link.views": (400, "'Max Views' must be between 1 and 1000. You entered 1001."),
    "trendsic_customer_link.xml": (200, "<PortalUrl>https://"),
    "unrouted": (200, '"portalUrl":"https://'),
    "unrouted.unknown": (404, "This link does not work"),
    "unrouted.wrong_verb": (405, '"code":"method_not_allowed"'),
}
"""Status, and what the body says."""


def _event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Cloud, MotoState]]:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", clock=StillClock()) as cloud:
        write_sample_links(wiring.deps())
        yield cloud, MotoState()


@pytest.fixture
def sample_cloud(furnished: tuple[Cloud, MotoState]) -> Cloud:
    """Return a cloud with nothing but the demo tenants and the links of the samples."""
    cloud, state = furnished
    state.restore()
    cloud.outbox.clear()
    return cloud


@pytest.mark.usefixtures("sample_cloud")
@pytest.mark.parametrize("name", REPLIES)
def test_a_sample_of_a_request_has_its_reply(name: str) -> None:
    status, said = REPLIES[name]
    handler = importlib.import_module(f"functions.{name.partition('.')[0]}.app").handler

    response = handler(_event(name), None)

    assert (response["statusCode"], said in response["body"]) == (status, True), response["body"]


def _requested(event: dict[str, Any]) -> HttpRequest:
    """Return the request from which the gateway would make the event."""
    headers = [*event["headers"].items(), *(("cookie", cookie) for cookie in event.get("cookies", []))]
    target = quote(event["rawPath"], safe="/[]") + (f"?{query}" if (query := event["rawQueryString"]) else "")
    body = event.get("body", "")
    raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    return HttpRequest(event["requestContext"]["http"]["method"], target, tuple(headers), raw)


@pytest.mark.parametrize("name", REPLIES)
def test_a_sample_of_a_request_is_the_gateways_own_event(name: str, sample_cloud: Cloud) -> None:
    event = _event(name)
    request = _requested(event)
    gateway = Gateway(sample_cloud.template.routes, Functions(sample_cloud.template), DOMAIN, sample_cloud.clock)
    found = gateway.match(request.method, request.path)
    assert found
    made = event_of(request, *found, DOMAIN, sample_cloud.clock.now())

    described = ("routeKey", "rawPath", "rawQueryString", "cookies", "queryStringParameters", "pathParameters", "body")
    assert {name: event.get(name) for name in described} == {name: made.get(name) for name in described}
    assert event["isBase64Encoded"] == made["isBase64Encoded"]
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    assert event["requestContext"]["http"]["path"] == event["rawPath"]
    assert int(event["headers"].get("content-length", 0)) == len(request.body)


FOR_ONE_RELEASE = {"GET /v", "HEAD /v", "POST /v/draft", "POST /v/submit", "POST /v/handover"}
TRENDSIC_PATHS = ("/v1/customerlink.", "/json/", "/jsv/", "/xml/", "/csv/", "/api/CustomerLink", "/types")
"""Paths of one operation, of which a few are enough."""


def test_every_route_has_a_sample(sample_cloud: Cloud) -> None:
    """GET stands for HEAD, and a path for the same with a slash at its end."""
    sampled = {_event(name)["routeKey"].removesuffix("/{proxy+}") for name in REPLIES}
    routes = [route for route in sample_cloud.template.routes if not route.path.startswith(TRENDSIC_PATHS)]
    keys = {route.key for route in routes if route.method != "OPTIONS"}

    missing = {key for key in keys if key.removesuffix("/{proxy+}").replace("HEAD ", "GET ") not in sampled}

    assert missing == FOR_ONE_RELEASE


def _invoke(cloud: Cloud, name: str) -> Any:
    function = "".join(part.title() for part in name.partition(".")[0].split("_")) + "Function"
    return Functions(cloud.template).invoke(function, _event(name))


REPORTS = {
    "delivery_feedback": (Channel.EMAIL, DeliveryState.DELIVERED, None, None),
    "delivery_feedback.bounced": (Channel.EMAIL, DeliveryState.BOUNCED, HARD_BOUNCE, SUPPRESSED),
    "delivery_feedback.code_bounced": (Channel.EMAIL, DeliveryState.SENT, None, SUPPRESSED),
    "delivery_feedback.complained": (Channel.EMAIL, DeliveryState.COMPLAINED, COMPLAINT, SUPPRESSED),
    "delivery_feedback.delayed": (Channel.EMAIL, DeliveryState.SENT, HELD_UP, None),
    "delivery_feedback.out_of_office": (Channel.EMAIL, DeliveryState.SENT, None, None),
    "delivery_feedback.rejected": (Channel.EMAIL, DeliveryState.REFUSED, REJECTED, None),
    "delivery_feedback.sent": (Channel.EMAIL, DeliveryState.SENT, None, None),
    "delivery_feedback.sms": (Channel.SMS, DeliveryState.DELIVERED, None, None),
    "delivery_feedback.sms_opted_out": (Channel.SMS, DeliveryState.BOUNCED, OPTED_OUT, OPTED_OUT),
    "delivery_feedback.soft_bounced": (Channel.EMAIL, DeliveryState.FAILED, SOFT_BOUNCE, None),
}
"""Channel, the state of its delivery and the reason for it, and the reason why the address is suppressed."""


@pytest.mark.parametrize("name", REPORTS)
def test_a_sample_of_a_report_changes_the_delivery(name: str, sample_cloud: Cloud) -> None:
    channel, *expected = REPORTS[name]

    assert _invoke(sample_cloud, name) is None

    deps = wiring.deps()
    link, address = deps.links.get(SENT), RECIPIENT.address(channel) or ""
    assert link
    delivery, suppressed = link.deliveries[channel], deps.suppressions.among(link.tenant, [address])
    assert [delivery.state, delivery.reason, suppressed.get(address)] == expected


def _done(*repeated: str) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in repeated]}


def test_a_sample_of_a_delayed_message_sends_it(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "delivery_worker") == _done()

    (message,) = sample_cloud.get("/_local/outbox").json()
    assert (message["to"], f"/l/{DELAYED}#" in message["text"]) == (RECIPIENT.email, True)


def test_a_sample_of_a_reminder_sends_it(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "delivery_worker.reminder") == _done()

    (message,) = sample_cloud.get("/_local/outbox").json()
    assert (message["to"], message["subject"].startswith("Reminder")) == (RECIPIENT.email, True)


def test_a_sample_of_an_unreadable_task_is_repeated_alone(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "delivery_worker.unreadable") == _done("00000000-0000-4000-8000-000000000001")


def _sample_page(cloud: Cloud) -> LivePage:
    page = LivePage(cloud, id=CONNECTION)
    cloud.live.open(CONNECTION, page, "203.0.113.7")
    return page


def test_a_sample_of_a_handshake_opens_a_connection(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "live") == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "linkgate.v1"}}

    (presence,) = wiring.deps().presences.of(ROOM)
    assert presence.connection == "newconnection1="


@pytest.mark.parametrize(("name", "said"), [("live.hello", ["state", "room"]), ("live.nonsense", ["no"])])
def test_a_sample_of_a_message_is_answered(name: str, said: list[str], sample_cloud: Cloud) -> None:
    page = _sample_page(sample_cloud)

    assert _invoke(sample_cloud, name) == {"statusCode": 200}

    assert [frame["t"] for frame in page.frames] == said


def test_a_sample_of_a_lost_connection_leaves_its_browser_away(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "live.disconnect") == {"statusCode": 200}

    (presence,) = wiring.deps().presences.of(ROOM)
    assert not presence.connected


def test_a_sample_of_an_accept_joins_agent_and_customer(sample_cloud: Cloud) -> None:
    pages = [LivePage(sample_cloud, id=each) for each in (DESK_CONNECTION, "samplecallconn=")]
    for page in pages:
        sample_cloud.live.open(page.id, page, "203.0.113.7")

    assert _invoke(sample_cloud, "live.accept") == {"statusCode": 200}

    rooms = [next(frame for frame in page.frames if frame["t"] == "room") for page in pages]
    assert [(room["state"], room["agent"]) for room in rooms] == [("joined", "ana")] * 2


def test_a_sample_of_a_look_notes_that_nobody_took_the_call(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "live_worker.look") == _done()

    room = wiring.deps().rooms.get(CALLING)
    assert room
    assert room.missed_at


def test_a_sample_of_an_arrival_without_a_file_leaves_nothing(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "file_worker") == _done()


def test_a_sample_of_a_receipt_without_a_form_makes_nothing(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "receipts") == _done()


def test_a_sample_of_a_closing_says_goodbye(sample_cloud: Cloud) -> None:
    page = _sample_page(sample_cloud)

    assert _invoke(sample_cloud, "live_worker") == _done()

    assert (page.frames[-1]["t"], page.frames[-1]["why"], page.code) == ("bye", "revoked", 1000)
    assert wiring.deps().presences.of(ROOM) == []


def test_a_sample_of_a_links_changes_is_recorded(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "link_events") == _done()

    entries, _ = wiring.deps().timeline.read(SENT)
    assert [entry.fact.kind for entry in entries] == ["link.created", "link.delayed"]


def test_a_sample_of_an_act_at_the_console_is_published_by_ids_as_often_as_it_comes(sample_cloud: Cloud) -> None:
    assert [_invoke(sample_cloud, "link_events.staff") for _ in range(2)] == [_done(), _done()]

    told, again = sample_cloud.aws.events()[:2]
    assert told["detail"] == again["detail"]
    assert told["detail"].pop("id").startswith("evt_")
    assert told["detail"] == {
        "type": "staff.acted",
        "at": "2026-11-21T22:05:16.012Z",
        "tenant": DEMO.id,
        "person": "3f0d8f6e5b1c4a7f9e2d1c0b8a796857",
        "roles": ["support"],
        "act": "revoke",
        "about": {"rid": "q83vEjRWeJCrze8SNFZ4kA"},
        "session": "9f86d081",
    }


def test_a_sample_of_a_links_changes_becomes_a_task(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "stream_relay") == _done()

    queue = sample_cloud.environment()["DELIVERY_QUEUE_URL"]
    (message,) = sample_cloud.aws.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert task_of(message["Body"]) == CheckDelivery(SENT, Channel.EMAIL, 1, moment(1795298747054))


@pytest.mark.parametrize("name", ["link_events", "stream_relay"])
def test_a_sample_of_a_change_has_items_as_the_table_holds_them(name: str) -> None:
    changes = [record["dynamodb"] for record in _event(name)["Records"]]
    images = [change[image] for change in changes for image in ("OldImage", "NewImage") if image in change]

    assert images == [to_item(link_item(link_of(from_item(image)))) for image in images]


IMPORT_STEPS = {
    "import_rows": ({"wait": 0}, (2, 0, 0)),
    "import_rows.check": ({"parts": 1, "key": f"{DEMO.id}/{IMPORT}/parts.json"}, (0, 0, 0)),
    "import_rows.finish": ({"complete": False}, (0, 0, 0)),
}
"""Answer to the engine, and the import's rows by outcome."""


@pytest.mark.parametrize("name", IMPORT_STEPS)
def test_a_sample_of_a_step_goes_on_with_an_import(name: str, sample_cloud: Cloud) -> None:
    imports = wiring.deps().imports
    imports.files.write(f"{DEMO.id}/{IMPORT}/rows", IMPORTED, "text/csv")
    answer, tally = IMPORT_STEPS[name]

    assert _invoke(sample_cloud, name) == answer

    known = imports.store.get(DEMO.id, IMPORT)
    assert known
    assert known.tally == Tally(*tally)


def test_a_sample_of_a_sweep_removes_what_has_ended(sample_cloud: Cloud) -> None:
    assert _invoke(sample_cloud, "retention_sweep") is None

    links = wiring.deps().links
    assert [links.get(rid) is None for rid in (ENDED, SENT)] == [True, False]


def test_a_sample_of_a_notice_is_posted_to_its_webhook(sample_cloud: Cloud) -> None:
    (record,) = _event("webhook_worker")["Records"]
    notice, deps = json.loads(record["body"]), wiring.deps()
    receiver = Receiver()
    webhook = Webhook(id=notice["webhook"], tenant=notice["tenant"], url=receiver.url, created_at=deps.now())
    table = Table(sample_cloud.environment()["TABLE_NAME"], lambda: sample_cloud.aws.client("dynamodb"))
    DynamoWebhooks(table, sample_cloud.clock.now).add(webhook)
    key = sample_cloud.environment()["WEBHOOK_KEY"]
    sample_cloud.aws.client("ssm").put_parameter(Name=key, Type="SecureString", Value=key_text(b"k" * 32))

    assert _invoke(sample_cloud, "webhook_worker") == _done()

    receiver.close()
    assert [(call.id, call.body.decode()) for call in receiver.calls] == [(notice["event"], notice["body"])]


def test_every_sample_is_replayed() -> None:
    in_background = {"delivery_worker", "delivery_worker.reminder", "delivery_worker.unreadable", "link_events"}
    in_background |= {"link_events.staff"}
    in_background |= {*IMPORT_STEPS, "file_worker", "receipts", "retention_sweep", "stream_relay", "webhook_worker"}
    in_background |= {"live", "live.hello", "live.nonsense", "live.disconnect", "live_worker"}
    in_background |= {"live.accept", "live_worker.look"}

    assert {path.stem for path in EVENTS.glob("*.json")} == {*REPLIES, *REPORTS, *in_background}
