"""Messages are resent on request. Copies are counted, there are pauses, and each has a new secret."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from linkgate.errors import InvalidRequest, LinkExpired, LinkRevoked, NotFound, Throttled
from linkgate.model.delivery_rules import RESENDS
from linkgate.model.link import Channel, DeliveryState
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from linkgate.usecases.visits.renewal import may_renew
from local import demo
from tests.support.delivery_rig import (
    Recipient,
    Rig,
    contact,
    deps,
    fail,
    link,
    messages,
    opens,
    pass_time,
    put_contact,
    report,
    send_link,
    share,
    shared_with_contact,
    until_quiet,
)

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.store.delivery.suppressions import DynamoSuppressions

EMAIL, SMS = Channel.EMAIL, Channel.SMS


def resend(rid: str, channel: Channel | None = EMAIL, *, tenant: str = demo.DEMO.id, replace: bool = False) -> Link:
    return resend_link(ResendLink(tenant=tenant, rid=rid, channel=channel, replace=replace), deps())


def test_the_same_link_goes_out_with_a_further_secret(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)
    pass_time(rig.cloud, minutes=2)

    resent = resend(rid)

    first, second = messages(rig.cloud, rid, EMAIL)
    assert opens(rig.cloud, first)
    assert opens(rig.cloud, second)
    assert resent.resends == 1
    assert (resent.deliveries[EMAIL].attempt, resent.deliveries[EMAIL].copies) == (2, 1)
    assert "new link" in f"{second.subject}{second.text}".lower()


def test_the_old_secrets_of_the_channel_can_end_with_it(rig: Rig, recipient: Recipient) -> None:
    rid = send_link(rig.cloud, recipient)
    pass_time(rig.cloud, minutes=2)

    resend(rid, replace=True)

    first, second = messages(rig.cloud, rid, EMAIL)
    assert not opens(rig.cloud, first)
    assert opens(rig.cloud, second)
    assert opens(rig.cloud, messages(rig.cloud, rid, SMS)[0])
    assert sorted(link(rig.cloud, rid).secrets.values()) == ["api", "email:2", "sms:1"]


def test_pauses_double_and_the_number_is_limited(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient, expiresInHours=72)
    for number in range(RESENDS):
        with pytest.raises(Throttled) as early:
            resend(rid)
        pause = timedelta(seconds=early.value.retry_after)
        expected = timedelta(minutes=2**number)
        assert expected - timedelta(minutes=1) < pause <= expected
        rig.cloud.clock.advance(pause)
        resend(rid)

    pass_time(rig.cloud, hours=6)
    with pytest.raises(Throttled) as spent:
        resend(rid)
    assert spent.value.retry_after > 3600
    assert len(messages(rig.cloud, rid, EMAIL)) == 1 + RESENDS


def test_one_that_fails_is_finished_in_the_background(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)
    pass_time(rig.cloud, minutes=2)
    fail(rig.cloud, "ses", "throttle")

    assert resend(rid).deliveries[EMAIL].state is DeliveryState.DELAYED
    until_quiet(rig.cloud, rid)

    assert len(messages(rig.cloud, rid, EMAIL)) == 2
    assert link(rig.cloud, rid).resends == 1


def test_it_takes_the_place_of_a_try_that_is_still_to_come(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "throttle", 4)
    rid = share(rig.cloud, recipient)
    for _ in range(20):
        pass_time(rig.cloud, seconds=30)
    fail(rig.cloud, "ses", "throttle", 0)
    assert link(rig.cloud, rid).deliveries[EMAIL].state is DeliveryState.DELAYED

    resend(rid)
    until_quiet(rig.cloud, rid)

    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_a_link_that_was_never_sent_can_be(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient, deliverEmail=False)
    assert not link(rig.cloud, rid).deliveries

    resend(rid, None)

    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_another_tenants_link_is_not_found(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)
    pass_time(rig.cloud, minutes=2)

    for tenant, name in ((demo.OTHER.id, rid), (demo.DEMO.id, "AAAAAAAAAAAAAAAAAAAAAA"), (demo.DEMO.id, "x")):
        with pytest.raises(NotFound):
            resend(name, tenant=tenant)
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_a_closed_link_is_not_sent_again(rig: Rig, recipient: Recipient) -> None:
    revoked = share(rig.cloud, recipient)
    deps().administration.revoke(demo.DEMO.id, revoked, "0" * 32, deps().now())
    expired = share(rig.cloud, recipient, expiresInHours=1)
    pass_time(rig.cloud, hours=1)

    with pytest.raises(LinkRevoked):
        resend(revoked)
    with pytest.raises(LinkExpired):
        resend(expired)


def test_a_channel_that_must_not_be_used_is_refused_and_the_record_stays(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)
    report(rig.cloud, messages(rig.cloud, rid, EMAIL)[0], "bounce")
    pass_time(rig.cloud, minutes=2)

    with pytest.raises(InvalidRequest):
        resend(rid)

    assert link(rig.cloud, rid).deliveries[EMAIL].state is DeliveryState.BOUNCED
    assert link(rig.cloud, rid).resends == 0


def test_without_a_channel_the_first_that_still_reaches_somebody_is_used(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient)
    report(rig.cloud, messages(rig.cloud, rid, EMAIL)[0], "bounce")
    until_quiet(rig.cloud, rid)
    pass_time(rig.cloud, minutes=10)
    sent = len(messages(rig.cloud, rid, SMS))

    resend(rid, None)

    assert (len(messages(rig.cloud, rid, EMAIL)), len(messages(rig.cloud, rid, SMS))) == (1, sent + 1)


def test_a_suppressed_address_is_passed_over_as_well(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient, deliverSms=True)
    pass_time(rig.cloud, minutes=2)
    deps().suppressions.add(demo.DEMO.id, link(rig.cloud, rid).recipient.email or "", "complaint", deps().now())

    resend(rid, None)

    assert (len(messages(rig.cloud, rid, EMAIL)), len(messages(rig.cloud, rid, SMS))) == (1, 2)


def test_a_channel_that_works_goes_before_one_that_lost_its_message(rig: Rig, recipient: Recipient) -> None:
    rid = share(rig.cloud, recipient, deliverSms=True)
    report(rig.cloud, messages(rig.cloud, rid, EMAIL)[0], "bounce")
    cast("DynamoSuppressions", deps().suppressions).remove(demo.DEMO.id, link(rig.cloud, rid).recipient.email or "")
    until_quiet(rig.cloud, rid)
    pass_time(rig.cloud, minutes=2)

    resend(rid, None)

    assert (len(messages(rig.cloud, rid, EMAIL)), len(messages(rig.cloud, rid, SMS))) == (1, 2)


def test_a_channel_without_an_address_is_refused(rig: Rig) -> None:
    rid = share(rig.cloud, Recipient(1), recipientPhone=None)
    pass_time(rig.cloud, minutes=2)

    with pytest.raises(InvalidRequest):
        resend(rid, SMS)


def test_a_contact_that_has_not_changed_gets_the_message_again(rig: Rig, recipient: Recipient) -> None:
    rid = shared_with_contact(rig.cloud, recipient)
    put_contact(contact(recipient, name="Ana Maria"))
    pass_time(rig.cloud, minutes=2)

    assert resend(rid).deliveries[EMAIL].attempt == 2


@pytest.mark.parametrize("now", ["changed", "given up", "deleted"])
def test_an_address_that_is_no_longer_the_contacts_gets_nothing(rig: Rig, recipient: Recipient, now: str) -> None:
    rid = shared_with_contact(rig.cloud, recipient)
    email = "new@example.com" if now == "changed" else None
    if now == "deleted":
        deps().tenants.delete_contact(demo.DEMO.id, 900)
    else:
        put_contact(contact(recipient, email=email))
    pass_time(rig.cloud, minutes=2)

    with pytest.raises(InvalidRequest) as refusal:
        resend(rid)

    assert [(each.field, each.code) for each in refusal.value.problems] == [("channel", "address_changed")]
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_a_contacts_other_address_is_used_if_only_one_has_changed(rig: Rig, recipient: Recipient) -> None:
    rid = shared_with_contact(rig.cloud, recipient)
    put_contact(contact(recipient, email="new@example.com"))
    pass_time(rig.cloud, minutes=2)

    assert SMS in resend(rid, None).deliveries
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_an_address_that_the_caller_gave_is_not_the_contacts(rig: Rig, recipient: Recipient) -> None:
    rid = shared_with_contact(rig.cloud, recipient, recipientEmail="given@example.com")
    put_contact(contact(recipient, email="new@example.com"))
    pass_time(rig.cloud, minutes=2)

    assert resend(rid).deliveries[EMAIL].attempt == 2


def test_a_new_link_does_not_go_to_an_address_that_the_contact_gave_up(rig: Rig, recipient: Recipient) -> None:
    rid = shared_with_contact(rig.cloud, recipient)
    assert may_renew(link(rig.cloud, rid), deps())

    put_contact(contact(recipient, email=None, phone=None))

    assert not may_renew(link(rig.cloud, rid), deps())
