"""What providers report about messages they took, and how reports in any order, any number of times, add up."""

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
"""What is further along outranks the rest, whatever came in first: a join over a total order."""

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

    SES repeats our tags, so an e-mail's report names its link and attempt; SNS gives an SMS's report the message id
    only. Neither is ever matched by address.
    """

    channel: Channel
    state: DeliveryState
    message_id: str
    at: datetime
    """When the provider was handed the message."""
    reason: str | None = None
    suppress: str | None = None
    """Why nothing may be sent to that address any more; None where it may."""
    rid: str | None = None
    attempt: int | None = None
    """None on an e-mail that carried a one-time code, which no delivery stands for."""


def outranked(state: DeliveryState) -> frozenset[DeliveryState]:
    """The states that this one is news to."""
    return frozenset(other for other, rank in _RANKS.items() if rank < _RANKS[state])
