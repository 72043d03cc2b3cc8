"""What is measured for whoever keeps the system running; not for anything that decides."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


class Metric(StrEnum):
    """Everything that is measured, by the name that alarms and dashboards know."""

    # By stack, by dialect, and by dialect and tenant.
    LINKS_CREATED = "LinksCreated"
    MESSAGES_DELIVERED = "MessagesDelivered"
    MESSAGES_LOST = "MessagesLost"
    LINKS_OPENED = "LinksOpened"
    LINKS_SUBMITTED = "LinksSubmitted"
    # By stack.
    LINKS_REVOKED = "LinksRevoked"
    LINKS_LOCKED = "LinksLocked"
    CODES_SENT = "CodesSent"
    EMAILS_SENT = "EmailsSent"
    EMAILS_BOUNCED = "EmailsBounced"
    EMAILS_COMPLAINED = "EmailsComplained"
    SMS_SENT = "SmsSent"
    SMS_UNDELIVERED = "SmsUndelivered"
    SMS_OVER_BUDGET = "SmsOverBudget"
    SMS_BUDGET_USED = "SmsBudgetUsed"
    UNSENT_AGE = "UnsentAge"
    LINKS_OVERDUE = "LinksOverdue"


class Unit(StrEnum):
    """CloudWatch's words."""

    COUNT = "Count"
    PERCENT = "Percent"
    SECONDS = "Seconds"


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of a metric. No name, address or id of a link belongs in it."""

    metric: Metric
    value: float = 1
    unit: Unit = Unit.COUNT
    dialect: str | None = None
    """Where it is told by dialect and tenant, too."""
    tenant: str | None = None
    """Whose it is; without a dialect it is said beside the value only."""


class Measures(Protocol):
    """Where measures go."""

    def __call__(self, measures: Sequence[Measure], /) -> None:
        """Tell them at once; there is nothing that could fail."""
