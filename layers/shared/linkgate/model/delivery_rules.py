"""Rules for sending a message again: when, how often, and when to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import Channel, DeliveryState
from linkgate.model.pauses import varied

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Delivery, Link

BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""Pauses from one try to the next, each varied by `JITTER` either way."""

JITTER = 0.2

INVALID_ADDRESS = "invalid_address"
THROTTLED = "throttled"
QUOTA = "quota"
_SHORT = 3
BUSY = {THROTTLED: timedelta(minutes=5, seconds=30), QUOTA: timedelta(minutes=30)}
"""Pauses by reason after an attempt that the provider was too busy to look at. Such an attempt costs no try.

The first three pauses after a throttled attempt are those of `BACKOFF`, because most bursts are short.
"""

NO_TURN = timedelta(seconds=75)
"""Pause of a message for which a worker found no turn to send, varied like those after a busy provider."""

BUSY_JITTER = 0.8
"""Share by which such a pause varies, so that a campaign does not come back at one moment."""

QUOTA_PAUSE = timedelta(hours=1)
"""Time for which the worker asks the provider for nothing, once the day's quota is used up."""

PROBE = timedelta(minutes=1)
"""Time that one message has to find out whether the provider takes messages again. The others wait for it."""

TRIES = len(BACKOFF) + 1

COPIES = 2
"""Number of copies of one message that may go out if nobody knows whether the first one did."""

FEEDBACK_WAIT = timedelta(minutes=2)
"""Time to wait for the provider's reports before an e-mail of unknown fate is sent a second time."""

LAST_START = timedelta(minutes=5)
"""Time before the link's expiry after which no message is started, since it could arrive too late."""

FIRST_COOL_DOWN = timedelta(minutes=1)
"""Pause between a message and the first resend on request. It doubles with each further resend."""

RESENDS = 8
"""Number of times a link's message may be resent on request."""

LONGEST_REMINDER = timedelta(days=30)
"""Latest time for a reminder, counted from the link's creation. Later reminders are left out."""

UNAVAILABLE = "unavailable"
NO_TIME = "no_time"
NO_ANSWER = "no_answer"
EXPIRED = "expired"
LINK_CLOSED = "link_closed"
SUPPRESSED = "suppressed"
OPTED_OUT = "opted_out"
UNSUBSCRIBED = "unsubscribed"
COUNTRY = "country"
SMS_BUDGET = "sms_budget"
EMAIL_BUDGET = "email_budget"
RECIPIENT_BUDGET = "recipient_budget"
DISOWNED = "disowned"
NO_DOCUMENT = "no_document"
ADDRESS_CHANGED = "address_changed"
ASKED_RECENTLY = "asked_recently"


def backoff(tries: int, random: bytes) -> timedelta:
    """Return the pause after that many tries, in whole milliseconds. `random` is two bytes that vary it."""
    return varied(BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1], JITTER, random)


def busy_pause(reason: str, spared: int, random: bytes) -> timedelta:
    """Return the pause after an attempt that the provider was too busy to look at, after `spared` such attempts.

    `random` is two bytes.
    """
    if reason == THROTTLED and spared < _SHORT:
        return varied(BACKOFF[spared], JITTER, random)
    return varied(BUSY[reason], BUSY_JITTER, random)


def ready_at(delivery: Delivery) -> datetime | None:
    """Return the time from which on anybody may take the delivery up, or None if there is nothing to come.

    A lease that ran out leaves an e-mail's fate unknown, so we wait for its reports as after a lost answer. An SMS has
    no id to wait for.
    """
    if delivery.due and delivery.state is DeliveryState.SENDING and delivery.channel is Channel.EMAIL:
        return delivery.due + FEEDBACK_WAIT
    return delivery.due


def why_no_more(link: Link, delivery: Delivery, now: datetime) -> str | None:
    """Return a reason code if a delivery that is ready must not be tried again, or None if it may."""
    if link.expires_at - LAST_START <= now:
        return EXPIRED
    if link.renewed_as or link.closed(now):
        return LINK_CLOSED
    if link.disowned_at:
        return DISOWNED
    return why_used_up(delivery)


def why_used_up(delivery: Delivery) -> str | None:
    """Return a reason code if a message has had all its tries or copies, or None if it has not."""
    if delivery.tries >= TRIES or (delivery.state is not DeliveryState.DELAYED and delivery.copies >= COPIES):
        return delivery.reason or NO_ANSWER
    return None
