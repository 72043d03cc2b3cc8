"""Finish deliveries that the call that made a link, or an earlier try, left unfinished."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import ADDRESS_CHANGED, LINK_CLOSED, NO_DOCUMENT, ready_at, why_no_more
from linkgate.model.link import DeliveryState, Occasion
from linkgate.ports.links import NotChanged
from linkgate.ports.measures import Measure, Metric, Unit
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.ready_documents import still_waits
from linkgate.usecases.delivery.sending import FurtherMessage, has_a_turn, send_again

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.delivery_tasks import CheckDelivery
    from linkgate.model.link import Delivery, Link
    from linkgate.ports.deps import Deps


def redeliver(task: CheckDelivery, deps: Deps) -> None:
    """Try a delivery that is ready once more, with a new secret, or end it.

    Any number of tasks for one attempt make at most one further attempt, because the claim counts it. A task for an
    attempt that was followed by another does nothing, because that one has its own task.
    """
    link, now = deps.links.get(task.rid), deps.now()
    delivery = link.deliveries.get(task.channel) if link else None
    ready = ready_at(delivery) if delivery else None
    if link is None or delivery is None or ready is None or delivery.attempt != task.attempt:
        return
    if ready > now and delivery.reason != NO_DOCUMENT:
        deps.queue.put([dataclasses.replace(task, not_before=ready)], now)
        return
    tenant = deps.tenants.tenant(link.tenant)
    reason = why_no_more(link, delivery, now) if tenant else LINK_CLOSED
    if tenant and not reason and task.channel in outdated(link, tenant, deps):
        reason = ADDRESS_CHANGED
    if tenant is None or reason:
        _give_up(link, delivery, reason, now, deps)
        return
    if still_waits(link, delivery, now, deps) or not has_a_turn(task, link, task.channel, deps):
        return
    if delivery.reason != NO_DOCUMENT and not link.test:
        deps.measure([Measure(Metric.UNSENT_AGE, _unsent_seconds(link, delivery, now), Unit.SECONDS)])
    message = FurtherMessage(channel=task.channel, occasion=delivery.occasion, retry=True)
    try:
        send_again(link, message, tenant, deps)
    except NotChanged:
        # Another worker has it, a report came in, or the link was closed. Each of these changes has its own task.
        return


def _unsent_seconds(link: Link, delivery: Delivery, now: datetime) -> float:
    """Return how long the message has been unsent. A reminder or resend counts from its newest try."""
    began = link.created_at if delivery.occasion is Occasion.FIRST else delivery.at or now
    return (now - began).total_seconds()


def _give_up(link: Link, delivery: Delivery, reason: str | None, now: datetime, deps: Deps) -> None:
    ended = dataclasses.replace(delivery, state=DeliveryState.FAILED, reason=reason, due=None, at=now)
    try:
        deps.deliveries.end(link.rid, delivery, ended, now)
    except NotChanged:
        return
