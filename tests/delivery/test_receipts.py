"""Recipients are told that their form arrived, at the address on file, and no more often than other messages."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Process
from linkgate.ports.links import NotChanged
from local import demo
from tests.support.visitor import JSON, Visitor, code_in, parts, process_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from local.outbox import Message
    from tests.support.cloud import Cloud

ANA = {"metadata": {"name": "Ana", "email": "ana@example.com"}}


def link_of(cloud: Cloud, model: Mapping[str, object] = ANA, **process: object) -> str:
    """Return a link whose process tells recipients that their form arrived."""
    given = {"receipt_message": True, "schema": demo.PROCESS_SCHEMA, **process}
    wiring.deps().tenants.put_definition(demo.DEMO.id, Process("told", "Open an account", **given))  # type: ignore[arg-type] # whatever a test names
    return process_link(cloud, model, processId="told")


def send(cloud: Cloud, url: str) -> Link:
    """Fill in the form, send it, and let everything happen that follows."""
    program = Visitor(cloud, JSON)
    if program.open(url).status == 202:
        program.post(f"/l/{parts(url)[0]}/code/check", {"code": code_in(cloud)})
    data = {"acceptTerms": True, "fullName": "Ana Díaz"}
    sent = program.post(f"{program.thing}/submit", {"rid": parts(url)[0], "data": data})
    assert sent.status == 201, sent.text
    cloud.settle()
    return stored(url)


def stored(url: str) -> Link:
    found = wiring.deps().links.get(parts(url)[0])
    assert found
    return found


def told(cloud: Cloud, url: str) -> list[Message]:
    """Return the messages that name the reference."""
    reference = reference_of(parts(url)[0])
    return [each for each in cloud.outbox.messages() if reference in each.text]


def events(url: str) -> list[str]:
    return [entry.fact.kind for entry in wiring.deps().timeline.read(parts(url)[0])[0]]


def test_the_address_on_file_is_told_what_arrived(cloud: Cloud) -> None:
    url = link_of(cloud, next_text="We call you.", next_url="https://www.example.com/after", receipt_answers=True)
    link = send(cloud, url)

    (mail,) = told(cloud, url)
    assert mail.to == "ana@example.com"
    for words in ("“Open an account”", "We call you.", "https://www.example.com/after", "Ana Díaz", "open your link"):
        assert words in mail.text
    assert mail.text.index("Full name") < mail.text.index("I accept the terms")
    assert parts(url)[1] not in mail.text
    assert link.receipt
    assert link.receipt.message
    assert link.receipt.message.state is DeliveryState.SENT
    assert events(url).count("receipt.sent") == 1
    assert link.deliveries == {}


def test_nobody_is_told_unless_the_process_wants_it(cloud: Cloud) -> None:
    assert Process("told", "Open an account").receipt_message is False
    url = link_of(cloud, receipt_message=False)
    send(cloud, url)

    assert told(cloud, url) == []
    assert "receipt.sent" not in events(url)


def test_a_link_with_a_code_is_told_about_without_title_answers_and_next_steps(cloud: Cloud) -> None:
    url = link_of(cloud, tier="confidential", next_text="We call you.", receipt_answers=True)
    send(cloud, url)

    (mail,) = told(cloud, url)
    for words in ("Open an account", "We call you", "Ana"):
        assert words not in mail.text.replace("ana@", "")
    assert "received what you sent" in mail.text


def test_a_phone_is_told_where_there_is_no_mail(cloud: Cloud) -> None:
    url = link_of(cloud, {"metadata": {"name": "Ana", "phone": "+447700900123"}})
    send(cloud, url)

    (message,) = told(cloud, url)
    assert message.text == f"Example Bank has received your form. Reference {reference_of(parts(url)[0])}"
    assert message.to == "+447700900123"


def test_without_an_address_on_file_nobody_is_told(cloud: Cloud) -> None:
    url = link_of(cloud, {"metadata": {"name": "Ana"}})

    assert send(cloud, url).receipt is None


def test_a_busy_provider_is_asked_again_and_an_answer_that_never_came_costs_one_copy_at_most(cloud: Cloud) -> None:
    url = link_of(cloud)
    cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 2})
    send(cloud, url)
    assert told(cloud, url) == []
    for _ in range(10):
        cloud.clock.advance(timedelta(minutes=10))
        cloud.settle()
    assert len(told(cloud, url)) == 1

    cloud.outbox.clear()
    url = link_of(cloud)
    cloud.post("/_local/faults", {"service": "ses", "error": "timeout_after", "times": 9})
    send(cloud, url)
    for _ in range(30):
        cloud.clock.advance(timedelta(hours=1))
        cloud.settle()
    assert len(told(cloud, url)) == 2
    assert events(url)[-1] == "link.delivery_failed"


def test_a_suppressed_address_is_told_nothing_and_the_timeline_says_why(cloud: Cloud) -> None:
    deps = wiring.deps()
    deps.suppressions.add(demo.DEMO.id, "ana@example.com", "complained", deps.now())
    url = link_of(cloud)
    send(cloud, url)

    assert told(cloud, url) == []
    (refused,) = (entry.fact for entry in deps.timeline.read(parts(url)[0])[0] if entry.fact.kind == "link.refused")
    assert '"occasion":"receipt"' in refused.details


def test_an_erased_recipient_is_told_nothing(cloud: Cloud) -> None:
    url = link_of(cloud)
    program = Visitor(cloud, JSON)
    program.open(url)
    program.post(f"{program.thing}/submit", {"rid": parts(url)[0], "data": {"fullName": "Ana"}})
    deps = wiring.deps()
    deps.administration.erase(stored(url), "0" * 32, deps.now())
    cloud.settle()

    assert told(cloud, url) == []


def test_the_worker_leases_a_receipt_only_as_it_was_seen_and_while_it_may_go_out(cloud: Cloud) -> None:
    deps, url = wiring.deps(), link_of(cloud)
    program = Visitor(cloud, JSON)
    program.open(url)
    link, now = stored(url), deps.now()
    program.post(f"{program.thing}/submit", {"rid": link.rid, "data": {"fullName": "Ana"}})
    receipt = stored(url).receipt
    assert receipt
    assert receipt.message
    seen = receipt.message
    leased = dataclasses.replace(
        seen, state=DeliveryState.SENDING, attempt=1, due=deps.now() + timedelta(seconds=30), copies=1
    )
    refused = (
        dataclasses.replace(seen, attempt=3),
        dataclasses.replace(seen, state=DeliveryState.UNKNOWN),
    )
    for other in refused:
        with pytest.raises(NotChanged):
            deps.deliveries.begin_receipt(link.rid, other, leased, deps.now())
    with pytest.raises(NotChanged):
        deps.deliveries.begin_receipt(link.rid, seen, leased, now - timedelta(days=1))
    deps.deliveries.begin_receipt(link.rid, seen, leased, deps.now())
    deps.deliveries.begin_receipt(link.rid, seen, leased, deps.now())  # a repeat of the same write
    late = dataclasses.replace(leased, attempt=2)
    with pytest.raises(NotChanged):
        deps.deliveries.record_receipt(link.rid, seen, late)
    deps.deliveries.record_receipt(link.rid, leased, dataclasses.replace(leased, state=DeliveryState.SENT, due=None))
    assert Channel.EMAIL is seen.channel


@pytest.mark.parametrize("end", ["erased_at", "disowned_at", "revoked_at"])
def test_no_receipt_is_leased_for_a_link_that_ended_otherwise(cloud: Cloud, end: str) -> None:
    deps, url = wiring.deps(), link_of(cloud)
    program = Visitor(cloud, JSON)
    program.open(url)
    program.post(f"{program.thing}/submit", {"rid": parts(url)[0], "data": {"fullName": "Ana"}})
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}},
        UpdateExpression=f"SET {end} = :now",
        ExpressionAttributeValues={":now": {"N": "1"}},
    )
    receipt = stored(url).receipt
    assert receipt
    assert receipt.message
    leased = dataclasses.replace(receipt.message, state=DeliveryState.SENDING, attempt=1)
    with pytest.raises(NotChanged):
        deps.deliveries.begin_receipt(parts(url)[0], receipt.message, leased, deps.now())
