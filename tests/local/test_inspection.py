"""The routes at `/` and under `/_local/`."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local import demo
from local.banner import EXAMPLES
from local.intrinsics import STACK
from tests.support.cloud import TEMPLATE

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def send_link(cloud: Cloud) -> Any:
    model = {"metadata": {"email": "ada@example.com", "phone": "+447700900001"}}
    answer = cloud.post(
        "/player/api/send-link",
        {
            "apiVersion": "1",
            "apiKey": demo.EASYSEND_KEY,
            "customerId": demo.EASYSEND_CUSTOMER,
            "processId": demo.PROCESS,
            "serializedModel": model,
        },
    )
    assert answer.status == 200, answer.text
    return answer.json()


def test_the_root_shows_where_to_go_as_a_page_or_as_text(cloud: Cloud) -> None:
    page = cloud.get("/", accept="text/html,application/xhtml+xml")
    text = cloud.get("/", accept="*/*")

    assert page.header("content-type") == "text/html; charset=utf-8"
    assert text.header("content-type") == "text/plain; charset=utf-8"
    for example in EXAMPLES:
        line = example.curl(f"http://{cloud.domain}")
        assert line in text.text.splitlines()
        assert f"<code>{escape(line)}</code>" in page.text
    links = re.findall('href="(.*?)"', page.text)
    assert {"/_local/outbox", "/_local/table"} <= set(links)
    assert [cloud.get(path).status for path in links] == [200] * len(links)
    assert cloud.post("/", {}).status == 404


def test_every_document_that_the_start_page_names_exists(cloud: Cloud) -> None:
    page = cloud.get("/", accept="text/html").text
    named = re.findall(r"<li><code>(.*?)</code>", page)

    assert "docs/local.md" in named
    assert not [path for path in named if not (TEMPLATE.parent / path).exists()]


def test_the_outbox_lists_what_was_sent_newest_first_and_is_emptied(cloud: Cloud) -> None:
    first, second = send_link(cloud), send_link(cloud)
    messages = cloud.get("/_local/outbox").json()

    assert [message["rid"] for message in messages] == [second["rid"]] * 2 + [first["rid"]] * 2
    assert set(messages[0]) == {"id", "channel", "to", "subject", "text", "html", "sent_at", "rid", "headers"}
    assert cloud.request("DELETE", "/_local/outbox").status == 204
    assert cloud.get("/_local/outbox").json() == []


def test_the_outbox_is_a_page_for_a_browser(cloud: Cloud) -> None:
    link = send_link(cloud)
    page = cloud.get("/_local/outbox", accept="text/html,application/xhtml+xml")

    assert page.header("content-type") == "text/html; charset=utf-8"
    assert f'href="https://links.example.com/l/{link["rid"]}#' in page.text
    assert "ada@example.com" in page.text


def test_what_a_message_says_is_text_on_the_page(cloud: Cloud) -> None:
    from local.outbox import Message

    hostile = '<script>alert(1)</script>"'
    cloud.outbox.add(Message(hostile, "email", hostile, hostile, hostile, hostile, hostile, hostile))
    page = cloud.get("/_local/outbox", accept="text/html").text

    assert "<script>alert" not in page


def test_the_table_shows_every_item_as_plain_json_sorted_by_key(cloud: Cloud) -> None:
    link = send_link(cloud)
    items = cloud.table()

    keys = [(item["pk"], item["sk"]) for item in items]
    assert keys == sorted(keys)
    [tenant] = [item for item in items if item["pk"] == f"tenant#{demo.DEMO.id}" and item["sk"] == "tenant"]
    assert tenant["name"] == demo.DEMO.name
    assert tenant["retention_days"] == 30
    [stored] = [item for item in items if item["pk"] == link["rid"] and "created_at" in item]
    assert isinstance(stored["created_at"], int)


def test_no_secret_that_was_handed_out_is_in_the_table(cloud: Cloud) -> None:
    link = send_link(cloud)
    secrets = {link["link"].partition("#")[2]}
    for message in cloud.outbox.messages():
        secrets.add(message.text.partition(f"/l/{link['rid']}#")[2][:22])

    table = cloud.get("/_local/table").text
    assert len(secrets) == 3
    assert not [secret for secret in secrets if secret in table]


def test_the_clock_moves_forward_for_handlers_too(cloud: Cloud) -> None:
    before = datetime.fromisoformat(cloud.post("/_local/clock", {"advance_seconds": 0}).json()["now"])
    after = datetime.fromisoformat(cloud.post("/_local/clock", {"advance_seconds": 3600}).json()["now"])
    send_link(cloud)

    assert timedelta(minutes=59) < after - before < timedelta(minutes=61)
    assert datetime.fromisoformat(cloud.outbox.messages()[0].sent_at) >= after


def test_settle_says_how_much_it_handled(cloud: Cloud) -> None:
    assert set(cloud.post("/_local/settle").json()) == {"handled"}
    assert cloud.post("/_local/settle").json() == {"handled": 0}


@pytest.mark.parametrize("error", ["throttle", "reject", "timeout_after"])
def test_a_provider_that_fails_leaves_the_link_and_no_5xx(cloud: Cloud, error: str) -> None:
    order = {"service": "ses", "error": error, "times": 1}
    assert cloud.post("/_local/faults", order).json() == order
    link = send_link(cloud)

    assert link["deliveryErrors"]
    emails = [message for message in cloud.outbox.messages() if message.channel == "email"]
    assert len(emails) == (1 if error == "timeout_after" else 0)
    assert "deliveryErrors" not in send_link(cloud)


def test_one_throttled_write_is_nothing_a_caller_notices(cloud: Cloud) -> None:
    for error in ("throttle", "timeout_after"):
        cloud.post("/_local/faults", {"service": "dynamodb", "error": error, "times": 1})
        send_link(cloud)


def test_feedback_names_the_message_and_the_fate(cloud: Cloud) -> None:
    send_link(cloud)
    ids = {message.channel: message.id for message in cloud.outbox.messages()}

    assert cloud.post("/_local/feedback", {"message_id": ids["email"], "type": "complaint"}).status == 202
    assert cloud.post("/_local/feedback", {"message_id": ids["sms"], "type": "bounce"}).status == 202
    assert cloud.post("/_local/feedback", {"message_id": ids["sms"], "type": "complaint"}).status == 400
    assert cloud.post("/_local/feedback", {"message_id": "unknown", "type": "bounce"}).status == 404


def test_objects_are_listed_with_their_versions(cloud: Cloud) -> None:
    assert cloud.get("/_local/objects").json() == []
    s3 = boto3.client("s3")
    s3.put_object(Bucket=f"{STACK}-ImportBucket", Key="b", Body=b"two")
    s3.put_object(Bucket=f"{STACK}-ImportBucket", Key="a", Body=b"one")

    listed = cloud.get("/_local/objects").json()

    assert [(each["bucket"], each["key"], each["size"]) for each in listed] == [
        (f"{STACK}-ImportBucket", "a", 3),
        (f"{STACK}-ImportBucket", "b", 3),
    ]
    assert listed[0]["sha256"] == hashlib.sha256(b"one").hexdigest()
    s3.delete_object(Bucket=f"{STACK}-ImportBucket", Key="a")
    assert [each["key"] for each in cloud.get("/_local/objects").json()] == ["b"]


def test_events_are_a_list(cloud: Cloud) -> None:
    assert cloud.get("/_local/events").json() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {}),
        ("clock", {"advance_seconds": "1"}),
        ("clock", {"advance_seconds": True}),
        ("clock", {"advance_seconds": -1}),
        ("clock", {"advance_seconds": 1e18}),
        ("clock", []),
        ("faults", {"service": "sqs", "error": "throttle", "times": 1}),
        ("faults", {"service": "ses", "error": "explode", "times": 1}),
        ("faults", {"service": "s3", "error": "infected", "times": 1}),
        ("faults", {"service": "scan", "error": "throttle", "times": 1}),
        ("faults", {"service": "ses", "error": "throttle", "times": -1}),
        ("faults", {"service": "ses", "error": "throttle", "times": "all"}),
        ("faults", {"service": "ses", "error": "throttle"}),
    ],
)
def test_an_order_that_makes_no_sense_is_a_400_that_says_what_does(cloud: Cloud, path: str, body: object) -> None:
    answer = cloud.post(f"/_local/{path}", body)

    assert answer.status == 400
    assert answer.json()["message"]


def test_a_body_that_is_no_json_is_a_400(cloud: Cloud) -> None:
    assert cloud.request("POST", "/_local/clock", b"\xff").status == 400


def test_unknown_routes_and_verbs(cloud: Cloud) -> None:
    assert cloud.get("/_local/nothing").status == 404
    wrong = cloud.request("PUT", "/_local/outbox")
    assert (wrong.status, wrong.header("Allow")) == (405, "DELETE, GET")


def test_both_tenants_can_mint_and_neither_knows_the_others_key(cloud: Cloud) -> None:
    body = {"apiVersion": 1, "processId": demo.PROCESS, "serializedModel": {}}
    keys = {"customer-name": demo.EASYSEND_KEY, "other-customer": "other-easysend-key"}

    statuses = {
        (customer, owner): cloud.post(
            "/player/api/generate-link", {**body, "customerId": customer, "apiKey": keys[owner]}
        ).status
        for customer in keys
        for owner in keys
    }
    assert statuses == {(customer, owner): 200 if customer == owner else 401 for customer in keys for owner in keys}
