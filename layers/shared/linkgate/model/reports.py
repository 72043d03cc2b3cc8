"""Providers' reports about messages, and how they add up in any order, any number of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel

_RANKS = {
    DeliveryState.SENDING: 0,
    DeliveryState.DELAYED: 0,
    DeliveryState.UNKNOWN: 0,
    DeliveryState.SENT: 1,
    DeliveryState.REFUSED: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.DELIVERED: 4,
    DeliveryState.BOUNCED: 5,
    DeliveryState.COMPLAINED: 6,
}
"""Rank of each state. The state that is further along wins, whichever came first: a join over a total order."""

HELD_UP = "held_up"
HARD_BOUNCE = "hard_bounce"
SOFT_BOUNCE = "soft_bounce"
COMPLAINT = "complaint"
REJECTED = "rejected"
INVALID_NUMBER = "invalid_number"
BLOCKED = "blocked"
UNREACHABLE = "unreachable"
TOO_EXPENSIVE = "too_expensive"
NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True)
class Report:
    """One report about one message.

    The provider of e-mails repeats our tags, so a report on an e-mail names its link and attempt. A report on an SMS
    names only the message id. Neither is ever matched by address.
    """

    channel: Channel
    state: DeliveryState
    message_id: str
    at: datetime
    """Time at which the provider was handed the message."""
    reason: str | None = None
    suppress: str | None = None
    """Reason why nothing may be sent to that address any more, or None if it may."""
    rid: str | None = None
    attempt: int | None = None
    """None for an e-mail with a one-time code, which has no delivery."""


def outranked(state: DeliveryState) -> frozenset[DeliveryState]:
    """Return the states that a report of `state` replaces."""
    return frozenset(other for other, rank in _RANKS.items() if rank < _RANKS[state])
