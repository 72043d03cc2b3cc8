"""Rules for the channels of links and codes, tested without a table or messages."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from linkgate.errors import InvalidRequest
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel, Delivery, DeliveryState, Recipient
from linkgate.model.policy import TIERS
from linkgate.model.tenant import Tenant
from linkgate.usecases.delivery.channels import (
    accept,
    code_policy,
    may_send_sms_instead,
    obstacle,
    preferred,
    reminder_channel,
    renewal_candidates,
    usable,
)
from tests.support.fakes.links import TENANT, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.link import Link
    from linkgate.model.policy import Tier

EMAIL, SMS = Channel.EMAIL, Channel.SMS
BOTH = [EMAIL, SMS]
ACME = Tenant(id=TENANT, name="Acme")
STANDARD, CONFIDENTIAL, RESTRICTED = TIERS["standard"], TIERS["confidential"], TIERS["restricted"]

ANA = Recipient(email="ana@example.com", phone="+12025550123", sms_consent=True)
NO_CONSENT = dataclasses.replace(ANA, sms_consent=False)
NO_EMAIL = dataclasses.replace(ANA, email=None)
NO_PHONE = dataclasses.replace(ANA, phone=None)  # the consent was for an old number
NOBODY = Recipient()

S = DeliveryState


def sent(recipient: Recipient = ANA, *, code: Channel | None = None, tier: str = "standard", **states: S) -> Link:
    """Make a link with a delivery in this state for each channel that is named."""
    deliveries = {Channel(name): Delivery(Channel(name), state, 1) for name, state in states.items()}
    policy = CodePolicy(code, 6) if code else None
    return link(recipient=recipient, code=policy, tier=tier, deliveries=deliveries)


@pytest.mark.parametrize(
    ("recipient", "channel", "reason"),
    [
        (ANA, EMAIL, None),
        (ANA, SMS, None),
        (NO_EMAIL, EMAIL, "no_address"),
        (dataclasses.replace(ANA, email=""), EMAIL, "no_address"),
        (NO_PHONE, SMS, "no_address"),
        (NO_CONSENT, SMS, "no_consent"),
        (NO_CONSENT, EMAIL, None),
        (NOBODY, SMS, "no_address"),
    ],
)
def test_a_channel_needs_an_address_and_sms_needs_consent_too(
    recipient: Recipient, channel: Channel, reason: str | None
) -> None:
    assert obstacle(recipient, channel) == reason


@pytest.mark.parametrize(
    ("asked", "recipient", "accepted", "refused"),
    [
        (BOTH, ANA, BOTH, ()),
        ([SMS, EMAIL], ANA, [SMS, EMAIL], ()),
        ([], ANA, [], ()),
        (BOTH, NO_CONSENT, [EMAIL], ("sms:no_consent",)),
        (BOTH, NO_EMAIL, [SMS], ("email:no_address",)),
        ([SMS, EMAIL], NOBODY, [], ("sms:no_address", "email:no_address")),
        ([EMAIL, EMAIL], ANA, [EMAIL], ()),
    ],
)
def test_each_channel_is_accepted_once_or_refused_with_its_reason(
    asked: Sequence[Channel], recipient: Recipient, accepted: list[Channel], refused: tuple[str, ...]
) -> None:
    assert accept(asked, recipient) == (accepted, refused)


@pytest.mark.parametrize(
    ("tier", "recipient", "sent_over", "channel"),
    [
        (CONFIDENTIAL, ANA, [], SMS),
        (CONFIDENTIAL, ANA, [SMS], SMS),
        (CONFIDENTIAL, NO_CONSENT, [EMAIL], EMAIL),
        (CONFIDENTIAL, NO_PHONE, [], EMAIL),
        (RESTRICTED, ANA, [EMAIL], SMS),
        (RESTRICTED, ANA, [SMS], EMAIL),
        (RESTRICTED, NO_CONSENT, [], EMAIL),
    ],
)
def test_a_code_goes_by_sms_unless_that_cannot_be_or_carries_the_link(
    tier: Tier, recipient: Recipient, sent_over: list[Channel], channel: Channel
) -> None:
    chosen = code_policy(tier, recipient, sent_over)

    assert chosen is not None
    assert chosen.channel is channel


def test_a_code_has_the_tiers_length_and_a_tier_without_codes_needs_no_channel() -> None:
    assert code_policy(RESTRICTED, ANA, []) == CodePolicy(SMS, RESTRICTED.code_digits)
    assert code_policy(STANDARD, NOBODY, []) is None


@pytest.mark.parametrize(
    ("recipient", "sent_over", "problem"),
    [
        (NOBODY, [], "no_channel"),
        (dataclasses.replace(NO_CONSENT, email=None), [], "no_channel"),
        (ANA, BOTH, "no_second_channel"),
        (NO_PHONE, [EMAIL], "no_second_channel"),
        (NO_EMAIL, [SMS], "no_second_channel"),
    ],
)
def test_a_tier_that_needs_a_code_refuses_a_recipient_without_a_channel_for_it(
    recipient: Recipient, sent_over: list[Channel], problem: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        code_policy(RESTRICTED, recipient, sent_over)

    assert [(p.field, p.code) for p in refusal.value.problems] == [("recipient", problem)]


@pytest.mark.parametrize(
    ("to_send", "channels"),
    [
        (sent(), BOTH),
        (sent(NO_CONSENT), [EMAIL]),
        (sent(NO_EMAIL), [SMS]),
        (sent(NOBODY), []),
        (sent(code=SMS, tier="confidential"), BOTH),
        (sent(code=SMS, tier="restricted"), [EMAIL]),
        (sent(code=EMAIL, tier="restricted"), [SMS]),
        (sent(email=S.BOUNCED), BOTH),
    ],
)
def test_a_link_may_go_over_every_channel_but_the_codes_second_one(to_send: Link, channels: list[Channel]) -> None:
    assert usable(to_send, ACME) == channels


@pytest.mark.parametrize(
    ("state", "kept"),
    [(state, state not in {S.REFUSED, S.BOUNCED, S.COMPLAINED}) for state in S],
)
def test_a_new_link_goes_to_no_address_that_bounced_complained_or_was_refused(state: S, *, kept: bool) -> None:
    assert (EMAIL in renewal_candidates(sent(email=state), ACME)) is kept
    assert (SMS in renewal_candidates(sent(sms=state), ACME)) is kept


def test_a_new_link_goes_over_no_channel_that_is_not_usable() -> None:
    assert renewal_candidates(sent(NO_CONSENT, email=S.BOUNCED), ACME) == []
    assert renewal_candidates(sent(code=SMS, tier="restricted", email=S.BOUNCED), ACME) == []


@pytest.mark.parametrize(
    ("to_send", "working", "chosen"),
    [
        (sent(), BOTH, [EMAIL]),
        (sent(), [SMS], [SMS]),
        (sent(), [], []),
        (sent(sms=S.SENT), BOTH, [SMS]),
        (sent(email=S.SENT, sms=S.SENT), BOTH, BOTH),
        (sent(email=S.BOUNCED), [SMS], [SMS]),
        (sent(email=S.BOUNCED, code=SMS), [SMS], []),
        (sent(sms=S.REFUSED, code=EMAIL), [EMAIL], []),
        (sent(email=S.BOUNCED, code=EMAIL), [SMS], [SMS]),
        (sent(code=EMAIL), BOTH, [EMAIL]),  # nothing was lost
        (sent(sms=S.SENT, code=SMS), BOTH, [SMS]),  # the same channel, as the tier allows
    ],
)
def test_a_channel_in_use_is_preferred_and_a_lost_one_never_replaced_by_the_codes(
    to_send: Link, working: list[Channel], chosen: list[Channel]
) -> None:
    assert preferred(to_send, working) == chosen


@pytest.mark.parametrize(
    ("reminded", "channel"),
    [
        (sent(), None),
        (sent(email=S.SENT), EMAIL),
        (sent(email=S.DELIVERED, sms=S.DELIVERED), EMAIL),
        (sent(email=S.BOUNCED, sms=S.DELIVERED), SMS),
        (sent(email=S.SENDING, sms=S.SENT), SMS),
        (sent(email=S.COMPLAINED, sms=S.DELIVERED), None),
        (sent(email=S.DELIVERED, sms=S.COMPLAINED), None),
        (sent(NO_CONSENT, sms=S.DELIVERED), None),
        (sent(sms=S.SENT, code=SMS, tier="restricted"), None),
        *((sent(email=state), None) for state in S if state not in {S.SENT, S.DELIVERED}),
    ],
)
def test_a_reminder_goes_where_a_message_arrived_unless_somebody_complained(
    reminded: Link, channel: Channel | None
) -> None:
    assert reminder_channel(reminded, ACME) is channel


def test_a_reminder_does_not_go_to_an_address_that_may_be_somebody_elses() -> None:
    both = sent(email=S.DELIVERED, sms=S.DELIVERED)

    assert reminder_channel(both, ACME, {EMAIL}) is SMS
    assert reminder_channel(both, ACME, {EMAIL, SMS}) is None


@pytest.mark.parametrize(
    ("lost", "may"),
    [
        *((sent(email=state), state in {S.BOUNCED, S.FAILED}) for state in S),
        (sent(), False),
        (sent(email=S.BOUNCED, sms=S.FAILED), False),
        (sent(NO_PHONE, email=S.BOUNCED), False),
        (sent(NO_CONSENT, email=S.BOUNCED), False),
        (sent(email=S.BOUNCED, code=SMS), False),
        (sent(email=S.BOUNCED, code=SMS, tier="restricted"), False),
        (sent(email=S.BOUNCED, code=EMAIL), True),
    ],
)
def test_an_sms_replaces_a_lost_email_once_with_consent_and_away_from_the_code(lost: Link, *, may: bool) -> None:
    assert may_send_sms_instead(lost) is may
