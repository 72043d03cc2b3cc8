"""Rules for the channels by which a link and its one-time code may reach the recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.model.challenge import CodePolicy
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.receipt import CODE_DIGITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from linkgate.model.link import Link, Recipient
    from linkgate.model.policy import Tier
    from linkgate.model.tenant import Tenant

_ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED})
_LOST = frozenset({DeliveryState.BOUNCED, DeliveryState.FAILED})
_UNREACHABLE = frozenset({DeliveryState.REFUSED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})


def obstacle(recipient: Recipient, channel: Channel) -> str | None:
    """Return `no_address` or `no_consent` if nothing may be sent to the recipient over the channel, otherwise None."""
    if not recipient.address(channel):
        return "no_address"
    return "no_consent" if channel is Channel.SMS and not recipient.sms_consent else None


def accept(asked: Iterable[Channel], recipient: Recipient) -> tuple[list[Channel], tuple[str, ...]]:
    """Return the channels that can be served, and each of the others with its reason, such as `sms:no_consent`."""
    reasons = {channel: obstacle(recipient, channel) for channel in asked}
    accepted = [channel for channel, reason in reasons.items() if reason is None]
    return accepted, tuple(f"{channel}:{reason}" for channel, reason in reasons.items() if reason)


def code_policy(tier: Tier, recipient: Recipient, sent_over: Collection[Channel]) -> CodePolicy | None:
    """Choose the channel of the codes of a link that is sent over these channels. Prefers SMS.

    Raises InvalidRequest if the tier needs a code and has no channel for it.
    """
    if not tier.code_digits:
        return None
    reachable = [channel for channel in (Channel.SMS, Channel.EMAIL) if obstacle(recipient, channel) is None]
    if not reachable:
        raise InvalidRequest([Problem.of("recipient", "no_channel")])
    allowed = [channel for channel in reachable if not (tier.second_channel and channel in sent_over)]
    if not allowed:
        raise InvalidRequest([Problem.of("recipient", "no_second_channel")])
    return CodePolicy(allowed[0], tier.code_digits)


def code_of(link: Link) -> CodePolicy | None:
    """Return the code with which a link opens, or with which what was sent by it is read again."""
    if link.code or not link.submitted_at:
        return link.code
    channel = next((each for each in (Channel.SMS, Channel.EMAIL) if obstacle(link.recipient, each) is None), None)
    return CodePolicy(channel, CODE_DIGITS) if channel else None


def receipt_channel(link: Link) -> Channel | None:
    """Choose the channel of the message that a form arrived: e-mail, or else SMS. It carries no link and no code."""
    return next((each for each in (Channel.EMAIL, Channel.SMS) if obstacle(link.recipient, each) is None), None)


def usable(link: Link, tenant: Tenant) -> list[Channel]:
    """Return the channels that may carry a message of this link, e-mail first.

    If the tier wants the code to go over a second channel, the code's channel is not among them.
    """
    second_channel = tenant.tier(link.tier).second_channel
    return [
        channel
        for channel in (Channel.EMAIL, Channel.SMS)
        if obstacle(link.recipient, channel) is None and not (second_channel and _carries_code(link, channel))
    ]


def renewal_candidates(link: Link, tenant: Tenant) -> list[Channel]:
    """Return the usable channels, except those whose last message bounced, was refused or led to a complaint."""
    return [
        channel
        for channel in usable(link, tenant)
        if channel not in link.deliveries or link.deliveries[channel].state not in _UNREACHABLE
    ]


def preferred(link: Link, working: Sequence[Channel]) -> list[Channel]:
    """Return the working channels that the link was sent over, or else the first other one that may replace them.

    The code's channel never replaces a lost one, because whoever holds it would have both the link and the code.
    """
    used = [channel for channel in working if channel in link.deliveries]
    other = [channel for channel in working if not (link.deliveries and _carries_code(link, channel))]
    return used or other[:1]


def resend_candidates(link: Link, working: Sequence[Channel]) -> list[Channel]:
    """Return the working channels, best first: those used before, then the other one, then those that lost a message.

    The code's channel is only among them if it was used before.
    """
    used = [channel for channel in working if channel in link.deliveries]
    lost = [channel for channel in used if link.deliveries[channel].state in _UNREACHABLE]
    others = [channel for channel in working if not (link.deliveries and _carries_code(link, channel))]
    return list(dict.fromkeys([channel for channel in (*used, *others) if channel not in lost] + lost))


def reminder_channel(link: Link, tenant: Tenant, outdated: Collection[Channel] = ()) -> Channel | None:
    """Choose e-mail if a message arrived there, otherwise SMS if one did. None if the recipient ever complained.

    `outdated` are the channels whose address may be somebody else's now.
    """
    states = {channel: delivery.state for channel, delivery in link.deliveries.items()}
    if DeliveryState.COMPLAINED in states.values():
        return None
    there_are = [channel for channel in usable(link, tenant) if channel not in outdated]
    return next((channel for channel in there_are if states.get(channel) in _ARRIVED), None)


def may_send_sms_instead(link: Link) -> bool:
    """Return whether an SMS could replace the e-mail: that is lost, and no SMS was sent or requested.

    Never if the link's code goes by SMS, because whoever holds the phone would have both.
    """
    email = link.deliveries.get(Channel.EMAIL)
    return bool(
        email
        and email.state in _LOST
        and Channel.SMS not in link.deliveries
        and obstacle(link.recipient, Channel.SMS) is None
        and not _carries_code(link, Channel.SMS)
    )


def _carries_code(link: Link, channel: Channel) -> bool:
    return link.code is not None and link.code.channel is channel
