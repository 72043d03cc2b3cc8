"""Metrics for the operators of the system. No decision depends on them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


class Metric(StrEnum):
    """Every metric, by the name that alarms and dashboards use."""

    # By stack, by dialect, and by dialect and tenant.
    LINKS_CREATED = "LinksCreated"
    MESSAGES_DELIVERED = "MessagesDelivered"
    MESSAGES_LOST = "MessagesLost"
    LINKS_OPENED = "LinksOpened"
    LINKS_SUBMITTED = "LinksSubmitted"
    SESSIONS_WAITING = "SessionsWaiting"
    SESSIONS_JOINED = "SessionsJoined"
    SESSIONS_MISSED = "SessionsMissed"
    SESSIONS_ABANDONED = "SessionsAbandoned"
    WAIT_SECONDS = "WaitSeconds"
    TALK_SECONDS = "TalkSeconds"
    # By stack.
    LINKS_REVOKED = "LinksRevoked"
    LINKS_LOCKED = "LinksLocked"
    CODES_SENT = "CodesSent"
    CREDENTIALS_REFUSED = "CredentialsRefused"
    SECRETS_REFUSED = "SecretsRefused"
    EMAILS_SENT = "EmailsSent"
    EMAILS_BOUNCED = "EmailsBounced"
    EMAILS_COMPLAINED = "EmailsComplained"
    SMS_SENT = "SmsSent"
    SMS_UNDELIVERED = "SmsUndelivered"
    SMS_OVER_BUDGET = "SmsOverBudget"
    SMS_BUDGET_USED = "SmsBudgetUsed"
    EMAIL_OVER_BUDGET = "EmailOverBudget"
    EMAIL_BUDGET_USED = "EmailBudgetUsed"
    RECIPIENT_OVER_BUDGET = "RecipientOverBudget"
    LIVE_MESSAGES = "LiveMessages"
    CALLS_RELAYED = "CallsRelayed"
    LIVE_OVER_BUDGET = "LiveOverBudget"
    UNSENT_AGE = "UnsentAge"
    LINKS_OVERDUE = "LinksOverdue"
    FILES_ORPHANED = "FilesOrphaned"


class Unit(StrEnum):
    """Units, as CloudWatch names them."""

    COUNT = "Count"
    PERCENT = "Percent"
    SECONDS = "Seconds"


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of a metric. It must not contain a name, an address or the id of a link."""

    metric: Metric
    value: float = 1
    unit: Unit = Unit.COUNT
    dialect: str | None = None
    """Dialect, if the value also counts by dialect and by dialect and tenant."""
    tenant: str | None = None
    """Tenant that the value belongs to. Without a dialect it only accompanies the value."""


class Measures(Protocol):
    """Function that takes measures."""

    def __call__(self, measures: Sequence[Measure], /) -> None:
        """Write the measures at once. Cannot fail."""
