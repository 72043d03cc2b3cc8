"""When a message is sent again, how often, and when that stops."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import Channel, DeliveryState

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
"""Between one try and the next, less or more by `JITTER` of it."""

JITTER = 0.2

TRIES = len(BACKOFF) + 1

COPIES = 2
"""Of one message, that may go out when nobody knows whether the first did."""

FEEDBACK_WAIT = timedelta(minutes=2)
"""How long the provider's reports are waited for before an e-mail whose fate is unknown is sent a second time."""

LAST_START = timedelta(minutes=5)
"""Before the link's expiry: a message that starts later could arrive after it."""

FIRST_COOL_DOWN = timedelta(minutes=1)
"""Between a message and the first one sent anew on request; it doubles with each further one."""

RESENDS = 8
"""How often a link's message may be sent anew on request."""

LONGEST_REMINDER = timedelta(days=30)
"""After the link was made: reminders beyond it are left out."""

UNAVAILABLE = "unavailable"
NO_TIME = "no_time"
NO_ANSWER = "no_answer"
EXPIRED = "expired"
LINK_CLOSED = "link_closed"
SUPPRESSED = "suppressed"
OPTED_OUT = "opted_out"
COUNTRY = "country"
SMS_BUDGET = "sms_budget"


def backoff(tries: int, random: bytes) -> timedelta:
    """The pause after that many tries, in whole milliseconds; `random` are two bytes that spread it."""
    spread = int.from_bytes(random, "big") / 0xFFFF * 2 - 1
    pause = BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1] * (1 + JITTER * spread)
    return timedelta(milliseconds=pause // timedelta(milliseconds=1))


def ready_at(delivery: Delivery) -> datetime | None:
    """When somebody else may take the delivery up; None where nothing is to come.

    A lease that ran out leaves an e-mail's fate unknown, so its reports are waited for as after a lost answer. An SMS
    has no id to wait for.
    """
    if delivery.due and delivery.state is DeliveryState.SENDING and delivery.channel is Channel.EMAIL:
        return delivery.due + FEEDBACK_WAIT
    return delivery.due


def why_no_more(link: Link, delivery: Delivery, now: datetime) -> str | None:
    """Why a delivery that is ready must not be tried again: a reason code, or None where it may."""
    if link.expires_at - LAST_START <= now:
        return EXPIRED
    if link.renewed_as or link.closed(now):
        return LINK_CLOSED
    if delivery.tries >= TRIES or (delivery.state is not DeliveryState.DELAYED and delivery.copies >= COPIES):
        return delivery.reason or NO_ANSWER
    return None
