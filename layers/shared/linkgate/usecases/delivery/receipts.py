"""Tell recipients that their form arrived, at the address on file and never at one that was typed into the form."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.delivery_rules import (
    ADDRESS_CHANGED,
    DISOWNED,
    EXPIRED,
    LAST_START,
    LINK_CLOSED,
    UNAVAILABLE,
    ready_at,
    why_used_up,
)
from linkgate.model.link import DeliveryState
from linkgate.model.policy import LEASE
from linkgate.model.receipt import readable
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Process
from linkgate.ports.delivery import ReceiptMessage, SendOutcome
from linkgate.ports.links import NotChanged
from linkgate.usecases.definitions import definition_of, translated_title
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.sending import has_a_turn, recorded, send_receipt
from linkgate.usecases.delivery.suppression import barred

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.delivery_tasks import TellReceipt
    from linkgate.model.link import Delivery, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


def tell_receipt(task: TellReceipt, deps: Deps) -> None:
    """Try the message about a form that arrived once, or end it.

    Any number of tasks for one attempt make at most one further attempt, because the lease counts it.
    """
    link, now = deps.links.get(task.rid), deps.now()
    seen = link.receipt.message if link and link.receipt else None
    ready = ready_at(seen) if seen else None
    if link is None or seen is None or ready is None or seen.attempt != task.attempt:
        return
    if ready > now:
        deps.queue.put([dataclasses.replace(task, not_before=ready)], now)
        return
    tenant = deps.tenants.tenant(link.tenant)
    reason = _why_not(link, seen, tenant, deps)
    if tenant is None or reason:
        _record(
            link.rid, seen, dataclasses.replace(seen, state=DeliveryState.FAILED, reason=reason, due=None, at=now), deps
        )
        return
    if not has_a_turn(task, link, seen.channel, deps):
        return
    leased = _leased(seen, now)
    try:
        begun = deps.deliveries.begin_receipt(link.rid, seen, leased, now)
    except NotChanged:
        # Another worker has it, or the link was erased at this moment.
        return
    outcome = recorded(leased, _sent(begun, leased, tenant, deps), begun.ttl, deps)
    _record(link.rid, leased, outcome, deps)


def _leased(seen: Delivery, now: datetime) -> Delivery:
    return dataclasses.replace(
        seen,
        state=DeliveryState.SENDING,
        attempt=seen.attempt + 1,
        due=now + LEASE,
        copies=seen.copies + 1,
        at=now,
        reason=None,
    )


def _why_not(link: Link, seen: Delivery, tenant: Tenant | None, deps: Deps) -> str | None:
    if link.disowned_at:
        return DISOWNED
    if tenant is None or link.revoked_at or link.erased_at:
        return LINK_CLOSED
    if link.ttl - LAST_START <= deps.now():
        return EXPIRED
    return why_used_up(seen) or (ADDRESS_CHANGED if seen.channel in outdated(link, tenant, deps) else None)


def _sent(link: Link, leased: Delivery, tenant: Tenant, deps: Deps) -> SendOutcome:
    to = link.address(leased.channel)
    if not to:
        return SendOutcome(DeliveryState.REFUSED, reason=LINK_CLOSED)
    try:
        if bars := barred(tenant, {leased.channel: to}, deps):
            return SendOutcome(DeliveryState.REFUSED, reason=bars[leased.channel])
        return send_receipt(_message(link, leased, to, tenant, deps), deps)
    except Unavailable:
        return SendOutcome(DeliveryState.DELAYED, reason=UNAVAILABLE)


def _message(link: Link, leased: Delivery, to: str, tenant: Tenant, deps: Deps) -> ReceiptMessage:
    found = definition_of(link, deps)
    process = found if isinstance(found, Process) else None
    message = ReceiptMessage(
        channel=leased.channel,
        tenant=tenant,
        to=to,
        rid=link.rid,
        portal=link.portal,
        locale=link.recipient.locale,
        reference=reference_of(link.master_rid),
        at=link.submitted_at or deps.now(),
        time_zone=link.recipient.time_zone,
        next_text=process.next_text if process else None,
        next_url=process.next_url if process else None,
        next_label=process.next_label if process else None,
        readable=readable(link, deps.now()),
        test=link.test,
    )
    if process is None or link.code:
        # Who can read the message need not be able to get the code, so it tells nothing that the code protects.
        return dataclasses.replace(message, next_text=None, next_url=None)
    message = dataclasses.replace(message, title=translated_title(process, link.recipient.locale))
    if not process.receipt_answers or not link.submission or link.roles:
        # Roles may have answers that the others do not see.
        return message
    sent = deps.links.bodies(link.master_rid, [link.submission]).get(link.submission, {})
    return dataclasses.replace(message, answers=sent, schema=process.schema)


def _record(rid: str, seen: Delivery, outcome: Delivery, deps: Deps) -> None:
    try:
        deps.deliveries.record_receipt(rid, seen, outcome)
    except NotChanged:
        return
