"""Simulated outcomes of the messages of test links, by the address that they go to."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.model.addresses import is_for_tests
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import BLOCKED, COMPLAINT, HARD_BOUNCE, INVALID_NUMBER, SOFT_BOUNCE, UNREACHABLE, Report

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Delivery

REPORT_PAUSE = timedelta(seconds=2)
"""Time after which a simulated provider reports."""


class Outcome(StrEnum):
    """Fate of a message of a test link."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """The mailbox or the number does not exist."""
    COMPLAINED = "complained"
    """It arrives and is reported as spam. The carrier's block stands for that with an SMS."""
    SLOW = "slow"
    """The provider is busy at the first try and takes the second one."""
    FULL = "full"
    """The mailbox is full, or the phone is off for too long."""


_FICTIONAL = re.compile(r"(?:\+1\d{3}55501\d|\+447700900\d{2})(?P<last>\d)", re.ASCII)
"""Numbers that regulators keep for fiction."""
_BY_DIGIT = dict(enumerate(Outcome))
_REASONS = {
    (Channel.EMAIL, Outcome.BOUNCED): HARD_BOUNCE,
    (Channel.EMAIL, Outcome.COMPLAINED): COMPLAINT,
    (Channel.EMAIL, Outcome.FULL): SOFT_BOUNCE,
    (Channel.SMS, Outcome.BOUNCED): INVALID_NUMBER,
    (Channel.SMS, Outcome.COMPLAINED): BLOCKED,
    (Channel.SMS, Outcome.FULL): UNREACHABLE,
}


def outcome_for(address: str) -> Outcome:
    """Return what becomes of a message to an address. One that names no outcome takes everything."""
    name = address.lower().partition("@")[0]
    if is_for_tests(address) and name in set(Outcome):
        return Outcome(name)
    found = _FICTIONAL.fullmatch(address)
    return _BY_DIGIT.get(int(found["last"]), Outcome.DELIVERED) if found else Outcome.DELIVERED


def simulated_report(rid: str, delivery: Delivery, address: str, now: datetime) -> Report:
    """Build the report on a message of a test link. It suppresses no address, because real links may use it."""
    outcome = outcome_for(address)
    state = DeliveryState.DELIVERED
    if (reason := _REASONS.get((delivery.channel, outcome))) is not None:
        complained = delivery.channel is Channel.EMAIL and outcome is Outcome.COMPLAINED
        state = DeliveryState.COMPLAINED if complained else DeliveryState.BOUNCED
    return Report(
        delivery.channel, state, delivery.message_id or "", now, reason=reason, rid=rid, attempt=delivery.attempt
    )
