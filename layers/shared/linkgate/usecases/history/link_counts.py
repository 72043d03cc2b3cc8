"""Count facts of links as metrics. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linkgate.model.delivery_rules import EMAIL_BUDGET, LINK_CLOSED, RECIPIENT_BUDGET, SMS_BUDGET
from linkgate.model.link import Channel
from linkgate.ports.measures import Measure, Metric, Unit
from linkgate.usecases.history.link_facts import (
    BOUNCED,
    CODE_SENT,
    COMPLAINED,
    CREATED,
    DELAYED,
    DELIVERED,
    FAILED,
    LOCKED,
    OPENED,
    RECEIPT_SENT,
    REFUSED,
    REVOKED,
    SENT,
    SUBMITTED,
)
from linkgate.usecases.history.session_facts import ABANDONED, ENDED, JOINED, MISSED, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.model.timeline import Fact

_PLAIN = {REVOKED: Metric.LINKS_REVOKED, LOCKED: Metric.LINKS_LOCKED, CODE_SENT: Metric.CODES_SENT}
_BROKEN_DOWN = {
    CREATED: Metric.LINKS_CREATED,
    DELIVERED: Metric.MESSAGES_DELIVERED,
    OPENED: Metric.LINKS_OPENED,
    SUBMITTED: Metric.LINKS_SUBMITTED,
    REFUSED: Metric.MESSAGES_LOST,
    BOUNCED: Metric.MESSAGES_LOST,
    FAILED: Metric.MESSAGES_LOST,
    WAITING: Metric.SESSIONS_WAITING,
    JOINED: Metric.SESSIONS_JOINED,
    MISSED: Metric.SESSIONS_MISSED,
    ABANDONED: Metric.SESSIONS_ABANDONED,
}
_DURATIONS = {
    (JOINED, "waitedSeconds"): Metric.WAIT_SECONDS,
    (ENDED, "talkSeconds"): Metric.TALK_SECONDS,
}
_MESSAGES = {
    (SENT, Channel.EMAIL): Metric.EMAILS_SENT,
    (SENT, Channel.SMS): Metric.SMS_SENT,
    (RECEIPT_SENT, Channel.EMAIL): Metric.EMAILS_SENT,
    (RECEIPT_SENT, Channel.SMS): Metric.SMS_SENT,
    (BOUNCED, Channel.EMAIL): Metric.EMAILS_BOUNCED,
    (BOUNCED, Channel.SMS): Metric.SMS_UNDELIVERED,
    (COMPLAINED, Channel.EMAIL): Metric.EMAILS_COMPLAINED,
}
_OVER_BUDGET = {
    SMS_BUDGET: Metric.SMS_OVER_BUDGET,
    EMAIL_BUDGET: Metric.EMAIL_OVER_BUDGET,
    RECIPIENT_BUDGET: Metric.RECIPIENT_OVER_BUDGET,
}
_SPENDING = frozenset({SENT, RECEIPT_SENT, REFUSED, DELAYED, FAILED, CODE_SENT})


def counts_of(link: Link, fact: Fact) -> Iterator[Measure]:
    """Yield the counts that a fact adds to.

    A link counts as opened with its first view. A message counts as lost if it was refused, bounced or given up, but
    not if its link was closed before it went out.
    """
    details: dict[str, Any] = json.loads(fact.details)
    reason = details.get("reason")
    if metric := _PLAIN.get(fact.kind):
        yield Measure(metric)
    if (metric := _BROKEN_DOWN.get(fact.kind)) and reason != LINK_CLOSED and details.get("view", 1) == 1:
        yield Measure(metric, dialect=link.dialect, tenant=link.tenant)
    for (kind, name), metric in _DURATIONS.items():
        if fact.kind == kind:
            yield Measure(metric, details.get(name, 0), Unit.SECONDS, dialect=link.dialect, tenant=link.tenant)
    if metric := _MESSAGES.get((fact.kind, details.get("channel", ""))):
        yield Measure(metric)
    if fact.kind == REFUSED and (metric := _OVER_BUDGET.get(reason or "")):
        yield Measure(metric)


def spending(fact: Fact) -> Channel | None:
    """Return the channel whose messages of the day this fact may have added to, or None."""
    channel = json.loads(fact.details).get("channel") if fact.kind in _SPENDING else None
    return Channel(channel) if channel else None


def daily_limit(tenant: Tenant, channel: Channel) -> int:
    """Return the number of messages that a tenant may send per day."""
    return tenant.sms_per_day if channel is Channel.SMS else tenant.emails_per_day


def budget_used(tenant: Tenant, channel: Channel, sent: int) -> Measure:
    """Return the share of its daily messages that a tenant has used up. Its limit must not be 0."""
    metric = Metric.SMS_BUDGET_USED if channel is Channel.SMS else Metric.EMAIL_BUDGET_USED
    return Measure(metric, round(100 * sent / daily_limit(tenant, channel), 1), Unit.PERCENT, tenant=tenant.id)
