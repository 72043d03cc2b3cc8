"""An SMS replaces a lost e-mail if the tenant wants it, with consent, and once."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import Report
from linkgate.usecases.delivery.feedback import take_report
from local import demo
from tests.support.delivery_rig import Recipient, Rig, deps, link, messages, report, send_link, share, until_quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS


@pytest.fixture
def wants_sms_instead(rig: Rig) -> Iterator[Rig]:
    tenants: Any = deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, sms_fallback=True))
    yield rig
    tenants.put_tenant(demo.DEMO)


def bounced(cloud: Cloud, rid: str) -> None:
    report(cloud, messages(cloud, rid, EMAIL)[0], "bounce")
    until_quiet(cloud, rid)


def test_a_complaint_suppresses_and_ends_reminders_and_sends_no_sms(
    wants_sms_instead: Rig, recipient: Recipient
) -> None:
    cloud = wants_sms_instead.cloud
    rid = share(cloud, recipient)

    report(cloud, messages(cloud, rid, EMAIL)[0], "complaint")
    until_quiet(cloud, rid)

    assert link(cloud, rid).deliveries[EMAIL].state is DeliveryState.COMPLAINED
    assert SMS not in link(cloud, rid).deliveries
    assert deps().suppressions.among(demo.DEMO.id, [recipient.email]) == {recipient.email: "suppressed"}


def test_a_lost_email_is_followed_by_one_sms(wants_sms_instead: Rig, recipient: Recipient) -> None:
    cloud = wants_sms_instead.cloud
    rid = share(cloud, recipient)

    bounced(cloud, rid)
    bounced(cloud, rid)  # reported twice

    assert len(messages(cloud, rid, SMS)) == 1
    assert link(cloud, rid).deliveries[SMS].state is DeliveryState.SENT
    assert "sms:1" in link(cloud, rid).secrets.values()


def test_a_tenant_that_does_not_want_it_gets_none(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)

    bounced(rig.cloud, rid)

    assert SMS not in link(rig.cloud, rid).deliveries


def test_who_has_the_sms_already_gets_no_other(wants_sms_instead: Rig, recipient: Recipient) -> None:
    cloud = wants_sms_instead.cloud
    rid = send_link(cloud, recipient)

    bounced(cloud, rid)

    assert len(messages(cloud, rid, SMS)) == 1


def test_without_consent_there_is_no_sms(wants_sms_instead: Rig) -> None:
    cloud = wants_sms_instead.cloud
    body = {"recipientContactId": 2, "recipientEmail": None, "recipientPhone": None}
    rid = share(cloud, Recipient(0), **body)
    assert not link(cloud, rid).recipient.sms_consent

    bounced(cloud, rid)

    assert SMS not in link(cloud, rid).deliveries


def test_a_phone_that_gets_the_code_does_not_get_the_link(wants_sms_instead: Rig, recipient: Recipient) -> None:
    cloud = wants_sms_instead.cloud
    rid = share(cloud, recipient, resourceType="MedicalReport")
    code = link(cloud, rid).code
    assert code is not None
    assert code.channel is SMS

    bounced(cloud, rid)

    assert SMS not in link(cloud, rid).deliveries


def test_a_closed_link_is_not_sent_anew(wants_sms_instead: Rig, recipient: Recipient) -> None:
    cloud = wants_sms_instead.cloud
    rid = share(cloud, recipient)
    deps().administration.revoke(demo.DEMO.id, rid, "0" * 32, deps().now())

    bounced(cloud, rid)

    assert SMS not in link(cloud, rid).deliveries


def test_later_news_of_the_email_stops_no_sms_that_went_out(wants_sms_instead: Rig, recipient: Recipient) -> None:
    cloud = wants_sms_instead.cloud
    rid = share(cloud, recipient)
    bounced(cloud, rid)

    lost = link(cloud, rid).deliveries[EMAIL]
    delivered = Report(
        EMAIL, DeliveryState.DELIVERED, lost.message_id or "", deps().now(), rid=rid, attempt=lost.attempt
    )

    assert take_report(delivered, deps())

    assert link(cloud, rid).deliveries[EMAIL].state is DeliveryState.BOUNCED
    assert link(cloud, rid).deliveries[SMS].state is DeliveryState.SENT
    assert cloud.clock.now() - (link(cloud, rid).deliveries[SMS].at or cloud.clock.now()) < timedelta(hours=1)
