"""Provider reports in any order and any number of times; suppression; an SMS for a lost e-mail."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.model.reports import HELD_UP, Report
from linkgate.ports.links import NotChanged
from linkgate.usecases.delivery.feedback import take_report
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from local import demo
from tests.support.delivery_rig import (
    Recipient,
    Rig,
    deps,
    depth,
    link,
    messages,
    pass_time,
    report,
    send_link,
    share,
    until_quiet,
)
from tests.support.fault_injection import Fault
from tests.support.vendor_calls import SURVEY

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS
RECORDING = 8
"""Index of the call of a first create, with cold caches, that records the outcome of its e-mail."""


def email(cloud: Cloud, rid: str) -> Delivery:
    return link(cloud, rid).deliveries[EMAIL]


def news(cloud: Cloud, rid: str, state: DeliveryState, **changes: Any) -> Report:
    """Return the report of SES on the newest e-mail."""
    newest = email(cloud, rid)
    message = newest.message_id or "0100019a-not-on-record"
    return dataclasses.replace(Report(EMAIL, state, message, deps().now(), rid=rid, attempt=newest.attempt), **changes)


def suppressed(*addresses: str) -> dict[str, str]:
    return dict(deps().suppressions.among(demo.DEMO.id, addresses))


def unrecorded(rig: Rig, recipient: Recipient) -> str:
    """Make a link whose e-mail was sent by a call that died before it could record that."""
    pass_time(rig.cloud, minutes=2)
    rig.cloud.clock.advance(timedelta(minutes=2))  # What was due until now may have filled the caches again.
    rig.calls.arm(RECORDING, Fault.KILL_BEFORE)
    body = {"model": recipient.model}
    with pytest.raises(AssertionError):
        send_link(rig.cloud, recipient, processId=demo.PROCESS, serializedModel=_email_only(body["model"]))
    rig.calls.disarm()
    assert rig.calls.calls[-2:] == ["sesv2.SendEmail", "dynamodb.UpdateItem"]
    rid = rig.cloud.outbox.messages()[0].rid
    assert rid is not None
    assert email(rig.cloud, rid).state is DeliveryState.SENDING
    return rid


def _email_only(model: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {name: value for name, value in model["metadata"].items() if name != "phone"}}


KINDS = st.sampled_from(
    [
        (DeliveryState.SENT, None),
        (DeliveryState.SENT, HELD_UP),
        (DeliveryState.REFUSED, "rejected"),
        (DeliveryState.FAILED, "soft_bounce"),
        (DeliveryState.DELIVERED, None),
        (DeliveryState.BOUNCED, "hard_bounce"),
        (DeliveryState.COMPLAINED, "complaint"),
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_and_number_of_reports_change_nothing(rig: Rig, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(KINDS, min_size=1, max_size=6))
    ends = []
    for order in (kinds, data.draw(st.permutations([*kinds, *kinds]))):
        rid = send_link(rig.cloud, Recipient(90_000))
        for state, reason in order:
            assert take_report(news(rig.cloud, rid, state, reason=reason), deps())
        ends.append((email(rig.cloud, rid).state, email(rig.cloud, rid).reason))

    assert ends[0] == ends[1]


def test_a_report_settles_what_the_call_could_not_record(rig: Rig, recipient: Recipient) -> None:
    rid = unrecorded(rig, recipient)

    report(rig.cloud, rig.cloud.outbox.messages()[0], "delivery")

    settled = email(rig.cloud, rid)
    assert (settled.state, settled.due, settled.copies) == (DeliveryState.DELIVERED, None, 1)
    assert settled.message_id == rig.cloud.outbox.messages()[0].id
    until_quiet(rig.cloud, rid)
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_without_a_report_it_goes_out_once_more(rig: Rig, recipient: Recipient) -> None:
    rid = unrecorded(rig, recipient)

    pass_time(rig.cloud, seconds=60)
    assert len(messages(rig.cloud, rid, EMAIL)) == 1  # its lease has ended, and it waits for the provider's reports
    until_quiet(rig.cloud, rid)

    assert len(messages(rig.cloud, rid, EMAIL)) == 2
    assert (email(rig.cloud, rid).state, email(rig.cloud, rid).copies) == (DeliveryState.SENT, 2)


def test_a_late_outcome_does_not_undo_a_report(rig: Rig, recipient: Recipient) -> None:
    rid = unrecorded(rig, recipient)
    leased = email(rig.cloud, rid)
    take_report(news(rig.cloud, rid, DeliveryState.BOUNCED, reason="hard_bounce"), deps())
    late = dataclasses.replace(leased, state=DeliveryState.SENT, due=None)

    with pytest.raises(NotChanged):
        deps().deliveries.record(rid, [late])

    assert email(rig.cloud, rid).state is DeliveryState.BOUNCED


def test_news_of_an_earlier_copy_settles_the_delivery(rig: Rig, recipient: Recipient) -> None:
    rid = unrecorded(rig, recipient)
    until_quiet(rig.cloud, rid)
    second = email(rig.cloud, rid)

    assert take_report(news(rig.cloud, rid, DeliveryState.DELIVERED, attempt=1, message_id="first"), deps())

    assert email(rig.cloud, rid).state is DeliveryState.DELIVERED
    assert email(rig.cloud, rid).message_id == second.message_id


def test_news_of_an_earlier_message_is_none_of_a_later_one(rig: Rig, recipient: Recipient) -> None:
    rid = send_link(rig.cloud, recipient)
    pass_time(rig.cloud, minutes=5)
    resend_link(ResendLink(tenant=demo.DEMO.id, rid=rid, channel=EMAIL), deps())
    (first, again) = messages(rig.cloud, rid, EMAIL)

    report(rig.cloud, first, "delivery")
    assert email(rig.cloud, rid).state is DeliveryState.SENT
    report(rig.cloud, again, "delivery")
    assert email(rig.cloud, rid).state is DeliveryState.DELIVERED

    # A report of a dead address counts, whichever message it is about.
    report(rig.cloud, first, "bounce")
    assert suppressed(recipient.email)


def test_a_report_with_another_message_id_is_refused(rig: Rig, recipient: Recipient) -> None:
    rid = send_link(rig.cloud, recipient)
    forged = news(rig.cloud, rid, DeliveryState.BOUNCED, message_id="forged", suppress="suppressed")

    assert not take_report(forged, deps())

    assert email(rig.cloud, rid).state is DeliveryState.SENT
    assert not suppressed(recipient.email)


@pytest.mark.parametrize(
    "changes",
    [
        {"rid": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"rid": "x"},
        {"attempt": 7},
        {"channel": SMS},
    ],
)
def test_a_report_about_nothing_is_refused(rig: Rig, recipient: Recipient, changes: dict[str, Any]) -> None:
    rid = share(rig.cloud, recipient)
    stray = dataclasses.replace(news(rig.cloud, rid, DeliveryState.BOUNCED, suppress="suppressed"), **changes)

    assert not take_report(stray, deps())

    assert email(rig.cloud, rid).state is DeliveryState.SENT
    assert not suppressed(recipient.email, recipient.phone)


def test_an_sms_is_found_by_its_message_id(rig: Rig, recipient: Recipient) -> None:
    rid = send_link(rig.cloud, recipient)

    report(rig.cloud, messages(rig.cloud, rid, SMS)[0], "delivery")

    assert link(rig.cloud, rid).deliveries[SMS].state is DeliveryState.DELIVERED
    assert email(rig.cloud, rid).state is DeliveryState.SENT


def test_an_sms_report_that_comes_too_early_is_looked_at_again(rig: Rig, recipient: Recipient) -> None:
    early = Report(SMS, DeliveryState.DELIVERED, "comes-first", deps().now())
    assert not take_report(early, deps())
    rid = send_link(rig.cloud, recipient)
    sms = link(rig.cloud, rid).deliveries[SMS]
    # This is the message id that the call would have recorded a moment later.
    again = dataclasses.replace(sms, state=DeliveryState.SENDING, due=deps().now())
    _overwrite(rig.cloud, rid, again)
    deps().deliveries.record(rid, [dataclasses.replace(sms, message_id="comes-first")])

    pass_time(rig.cloud, seconds=65)

    assert link(rig.cloud, rid).deliveries[SMS].state is DeliveryState.DELIVERED


def test_an_sms_report_that_is_nobodys_is_forgotten(rig: Rig) -> None:
    """A report on a code, or on a message of another application, changes nothing."""
    until_quiet(rig.cloud)
    take_report(Report(SMS, DeliveryState.DELIVERED, "nobodys", deps().now()), deps())
    assert depth(rig.cloud, "DeliveryQueue") == 1

    for _ in range(4):
        pass_time(rig.cloud, seconds=65)

    assert depth(rig.cloud, "DeliveryQueue") == depth(rig.cloud, "DeliveryDeadLetters") == 0


def _overwrite(cloud: Cloud, rid: str, delivery: Delivery) -> None:
    from linkgate.store.attribute_values import to_attribute
    from linkgate.store.link_items import LINK, delivery_map

    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": rid}, "sk": {"S": LINK}},
        UpdateExpression="SET deliveries.#channel = :delivery",
        ExpressionAttributeNames={"#channel": delivery.channel.value},
        ExpressionAttributeValues={":delivery": to_attribute(delivery_map(delivery))},
    )


def test_a_hard_bounce_is_told_at_the_next_create_of_that_tenant_alone(rig: Rig, recipient: Recipient) -> None:
    cloud = rig.cloud
    rid = send_link(cloud, recipient)
    report(cloud, messages(cloud, rid, EMAIL)[0], "bounce")
    model = {"metadata": {**recipient.model["metadata"], "email": recipient.email.upper()}}
    sent = len(cloud.outbox.messages())

    easysend = cloud.post(
        "/player/api/send-link",
        {
            "apiVersion": "1",
            "apiKey": demo.EASYSEND_KEY,
            "customerId": demo.EASYSEND_CUSTOMER,
            "processId": demo.PROCESS,
            "serializedModel": model,
        },
    )
    trendsic = cloud.post(
        "/v1/customerlink",
        {
            "resourceType": "Invoice",
            "resourceUid": "0123456789abcdef0123456789abcdef",
            "recipientEmail": recipient.email,
            "deliverEmail": True,
        },
        {"Authorization": f"Bearer {demo.TRENDSIC_KEY}"},
    )
    digidesk = SURVEY.make(cloud, {**SURVEY.body, "customer_contact": recipient.email})
    other = cloud.post(
        "/v1/customerlink",
        {
            "resourceType": "Invoice",
            "resourceUid": "0123456789abcdef0123456789abcdef",
            "recipientEmail": recipient.email,
            "deliverEmail": True,
        },
        {"Authorization": "Bearer other-trendsic-key"},
    )

    assert easysend.json()["deliveryErrors"] == ["email: suppressed"]
    assert trendsic.json()["deliveryErrors"] == ["email: suppressed"]
    assert digidesk.status == 201
    assert not other.json().get("deliveryErrors")
    to = [message.to.lower() for message in cloud.outbox.messages()[: len(cloud.outbox.messages()) - sent]]
    assert to.count(recipient.email) == 1  # the other tenant's


def test_a_passing_bounce_suppresses_nothing(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)

    take_report(news(rig.cloud, rid, DeliveryState.FAILED, reason="soft_bounce"), deps())

    assert email(rig.cloud, rid).state is DeliveryState.FAILED
    assert not suppressed(recipient.email)


def test_a_bounced_code_suppresses_the_links_address(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)

    assert take_report(
        news(rig.cloud, rid, DeliveryState.BOUNCED, attempt=None, suppress="suppressed", message_id="code"), deps()
    )

    assert email(rig.cloud, rid).state is DeliveryState.SENT
    assert suppressed(recipient.email)


def test_the_first_reason_stays(rig: Rig, recipient: Recipient) -> None:
    now = rig.cloud.clock.now()
    deps().suppressions.add(demo.DEMO.id, recipient.phone, "opted_out", now)
    deps().suppressions.add(demo.DEMO.id, recipient.phone, "suppressed", now)

    assert suppressed(recipient.phone, "+447700999999") == {recipient.phone: "opted_out"}
    deps().suppressions.remove(demo.DEMO.id, recipient.phone)  # type: ignore[attr-defined] # for operators
    assert not suppressed(recipient.phone)
