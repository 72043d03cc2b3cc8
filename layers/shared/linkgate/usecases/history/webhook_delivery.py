"""Deliver one event to one webhook: send it, put it off, or give up."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import MILLISECOND
from linkgate.model.moments import utc
from linkgate.model.webhook import DISABLED, TRIES, Attempt, DisableReason, wait_after
from linkgate.ports.history import Event

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.webhook import Notice, Webhook
    from linkgate.ports.deps import Deps
    from linkgate.ports.history import Answer


class NoticeOutcome(StrEnum):
    """SendOutcome of a notice."""

    DELIVERED = "delivered"
    PUT_OFF = "put off"
    GIVEN_UP = "given up"
    EARLY = "early"
    DROPPED = "dropped"
    """The webhook was removed or is disabled."""


@dataclass(frozen=True, slots=True)
class NoticeResult:
    """SendOutcome of a notice, with the receiver's answer if it was sent."""

    outcome: NoticeOutcome
    answer: Answer | None = None


def deliver(notice: Notice, deps: Deps) -> NoticeResult:
    """Handle a notice. After Unavailable it must be handed on again, and may be sent a second time."""
    now = deps.now()
    if notice.not_before > now:
        deps.webhook_queue.put([notice], now)
        return NoticeResult(NoticeOutcome.EARLY)
    webhook = deps.webhooks.get(notice.tenant, notice.webhook)
    if webhook is None:
        return NoticeResult(NoticeOutcome.DROPPED)
    if webhook.disabled_at is not None:
        if webhook.disabled_by == notice.event:
            # The call that disabled it may have ended before it announced that.
            _tell_disabled(webhook, deps)
        return NoticeResult(NoticeOutcome.DROPPED)
    answer = deps.webhook_sender.send(webhook, notice.event, notice.body, now)
    attempt = _attempt(notice, answer, now, deps)
    if answer.delivered:
        outcome = NoticeOutcome.DELIVERED
        if webhook.failing_since is not None:
            deps.webhooks.end_failing(webhook)
    elif answer.gone:
        outcome = NoticeOutcome.GIVEN_UP
        _disable(webhook, DisableReason.GONE, notice, deps)
    else:
        outcome, due = _failed(notice, webhook, answer, now, deps)
        attempt = dataclasses.replace(attempt, next_at=due)
    # A record that cannot be kept is no reason to send the event again.
    with suppress(Unavailable):
        deps.attempts.add(webhook.id, attempt)
    return NoticeResult(outcome, answer)


def _attempt(notice: Notice, answer: Answer, at: datetime, deps: Deps) -> Attempt:
    content = json.loads(notice.body)
    return Attempt(
        at=at,
        event=notice.event,
        kind=content.get("type", ""),
        rid=content.get("data", {}).get("rid"),
        delivered=answer.delivered,
        status=answer.status,
        reason=answer.reason,
        took=(deps.now() - at) // MILLISECOND,
        number=notice.tries + 1,
    )


def _failed(
    notice: Notice, webhook: Webhook, answer: Answer, now: datetime, deps: Deps
) -> tuple[NoticeOutcome, datetime | None]:
    """Put the event off, or give it up. Returns when it is tried again."""
    if webhook.failing_since is None:
        deps.webhooks.begin_failing(webhook, now)
    tries, began = notice.tries + 1, notice.began or now
    if tries >= TRIES:
        # A success since the first try cleared `failing_since`, and a later failure set it again.
        _disable(webhook, DisableReason.FAILING, notice, deps, failing_since=began)
        return NoticeOutcome.GIVEN_UP, None
    due = now + wait_after(tries, deps.random(2), answer.retry_after)
    deps.webhook_queue.put([dataclasses.replace(notice, tries=tries, began=began, not_before=due)], now)
    return NoticeOutcome.PUT_OFF, due


def _disable(
    webhook: Webhook, reason: DisableReason, notice: Notice, deps: Deps, *, failing_since: datetime | None = None
) -> None:
    if deps.webhooks.disable(webhook, reason, notice.event, deps.now(), failing_since=failing_since):
        disabled = deps.webhooks.get(webhook.tenant, webhook.id)
        if disabled is not None and disabled.disabled_by == notice.event:
            _tell_disabled(disabled, deps)


def _tell_disabled(webhook: Webhook, deps: Deps) -> None:
    at, reason = webhook.disabled_at, webhook.disabled_because
    if at is None or reason is None:
        return
    moment = utc(at)
    event = Event(
        id="evt_" + hashlib.sha256(f"{webhook.tenant}|{webhook.id}|{moment}".encode()).hexdigest()[:32],
        kind=DISABLED,
        detail={
            "type": DISABLED,
            "at": moment,
            "tenant": webhook.tenant,
            "webhook": webhook.id,
            "because": reason.value,
            "failingSince": utc(webhook.failing_since) if webhook.failing_since else None,
        },
        at=at,
    )
    deps.events.publish([event])
