"""Derive facts from a link before and after a write. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import NO_DOCUMENT
from linkgate.model.epoch import milliseconds
from linkgate.model.kinds import KINDS
from linkgate.model.link import Channel, DeliveryState, Occasion
from linkgate.model.moments import utc
from linkgate.model.policy import DRAFTS_TOLD_EVERY, VISIT_LIFE
from linkgate.model.timeline import Fact, details_of
from linkgate.usecases.history.file_facts import FILE_TYPES
from linkgate.usecases.history.session_facts import SESSION_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.link import Delivery, Link

CREATED = "link.created"
SENT = "link.sent"
DELIVERED = "link.delivered"
BOUNCED = "link.bounced"
COMPLAINED = "link.complained"
DELAYED = "link.delayed"
REFUSED = "link.refused"
FAILED = "link.delivery_failed"
CODE_SENT = "link.code_sent"
CODE_FAILED = "link.code_failed"
OPENED = "link.opened"
VIEWED = "document.viewed"
FIRST_OPENED = "opened:1"
"""Id of the fact of a link's first opening."""
DOWNLOADED = "document.downloaded"
DRAFT_SAVED = "link.draft_saved"
SUBMITTED = "link.submitted"
UNSUBSCRIBED = "link.unsubscribed"
RESUBSCRIBED = "link.resubscribed"
DISOWNED = "link.disowned"
REVOKED = "link.revoked"
WAY_REVOKED = "link.way_revoked"
EXTENDED = "link.extended"
RENEWED = "link.renewed"
REPLACED = "link.replaced"
REOPENED = "link.reopened"
LOCKED = "link.locked"
ERASED = "link.erased"
RECEIPT_SENT = "receipt.sent"
RECEIPT_VIEWED = "receipt.viewed"
COBROWSE_JOINED = "cobrowse.joined"
CALLBACK_REQUESTED = "session.callback_requested"
CALLBACK_TAKEN = "session.callback_taken"

EVENT_TYPES = frozenset(
    {
        CREATED,
        SENT,
        DELIVERED,
        BOUNCED,
        COMPLAINED,
        DELAYED,
        REFUSED,
        FAILED,
        CODE_SENT,
        CODE_FAILED,
        OPENED,
        VIEWED,
        DOWNLOADED,
        DRAFT_SAVED,
        SUBMITTED,
        UNSUBSCRIBED,
        RESUBSCRIBED,
        DISOWNED,
        REVOKED,
        WAY_REVOKED,
        EXTENDED,
        RENEWED,
        REPLACED,
        REOPENED,
        LOCKED,
        ERASED,
        RECEIPT_SENT,
        RECEIPT_VIEWED,
        CALLBACK_REQUESTED,
        CALLBACK_TAKEN,
        COBROWSE_JOINED,
        *FILE_TYPES,
        *SESSION_TYPES,
    }
)
"""Every event type, by the name that subscribers use."""

_DELIVERIES = {
    DeliveryState.SENT: SENT,
    DeliveryState.DELIVERED: DELIVERED,
    DeliveryState.BOUNCED: BOUNCED,
    DeliveryState.COMPLAINED: COMPLAINED,
    DeliveryState.DELAYED: DELAYED,
    DeliveryState.UNKNOWN: DELAYED,
    DeliveryState.REFUSED: REFUSED,
    DeliveryState.FAILED: FAILED,
}

_FAILURES_TOLD_MS = 300_000

ROBOT_HASTE = timedelta(seconds=10)
"""Time within which no person opens an e-mail, reads it and presses Continue. Scanners do."""


def facts_of(old: Link | None, new: Link) -> list[Fact]:
    """Return the facts, oldest first. The same images give the same facts, with the same ids."""
    parts = (_made, _messages, _codes, _visits, _looks, _receipt, _choices, _disowned, _callbacks, _meetings, _ends)
    return sorted((fact for part in parts for fact in part(old, new)), key=lambda fact: fact.at)


def _made(old: Link | None, new: Link) -> Iterator[Fact]:
    if old is not None:
        return
    yield Fact(
        "created",
        CREATED,
        new.created_at,
        details_of(
            kind=new.kind.value,
            dialect=new.dialect,
            subject=new.definition_id,
            version=new.version,
            resource=new.reference if KINDS[new.kind].reference == "resource" else None,
            number=new.number,
            tier=new.tier,
            master=new.master_rid if new.master_rid != new.rid else None,
            replaces=new.replaces,
            reopens=new.reopens,
            test=new.test or None,
            role=new.role,
            by=new.created_by,
            expires=utc(new.expires_at),
            views=new.max_views,
            code=new.code.channel.value if new.code else None,
            channels=sorted(channel.value for channel in new.deliveries),
            refused=list(new.refused),
            smsConsent=new.recipient.sms_consent if new.recipient.phone else None,
        ),
    )


def _messages(old: Link | None, new: Link) -> Iterator[Fact]:
    before = old.deliveries if old else {}
    for channel, delivery in new.deliveries.items():
        kind = _DELIVERIES.get(delivery.state)
        was = before.get(channel)
        # Attempt 0 is a first message that was left to the worker. It may wait for a document, and may be given up.
        told = delivery.state is DeliveryState.FAILED or delivery.reason == NO_DOCUMENT
        waiting = delivery.attempt == 0 and not told
        if kind is None or waiting or (was and (was.attempt, was.state) == (delivery.attempt, delivery.state)):
            continue
        asked = _resent_by(new, delivery)
        reason = asked.pop("reason", None)
        yield Fact(
            f"{delivery.state.value}:{channel.value}:{delivery.attempt}",
            kind,
            delivery.at or new.created_at,
            details_of(
                channel=channel.value,
                attempt=delivery.attempt,
                messageId=delivery.message_id,
                reason=delivery.reason or reason,
                state=delivery.state.value if delivery.state is DeliveryState.UNKNOWN else None,
                occasion=delivery.occasion.value if delivery.occasion is not Occasion.FIRST else None,
                **asked,
            ),
        )


def _codes(old: Link | None, new: Link) -> Iterator[Fact]:
    channel = new.code.channel.value if new.code else None
    for browser, challenge in new.challenges.items():
        was = old.challenges.get(browser) if old else None
        if challenge.outcome is None or (was and (was.claim, was.outcome) == (challenge.claim, challenge.outcome)):
            continue
        unknown = challenge.outcome.value if challenge.outcome is DeliveryState.UNKNOWN else None
        details = details_of(channel=channel, state=unknown)
        yield Fact(f"code:{milliseconds(challenge.begun_at)}", CODE_SENT, challenge.begun_at, details)
    failure = new.code_failure
    if failure and not (old and old.code_failure == failure):
        # Attempts that fail cost the reader nothing, so they are told once in five minutes at most.
        told = f"code_failed:{milliseconds(failure.at) // _FAILURES_TOLD_MS}"
        yield Fact(told, CODE_FAILED, failure.at, details_of(channel=channel, reason=failure.reason))


def _visits(old: Link | None, new: Link) -> Iterator[Fact]:
    if old is None or new.submitted_at:
        return
    for visit, end in new.visits.items():
        if visit in old.visits:
            continue
        began = end - VISIT_LIFE
        robot = _is_hasty(new, began) or None
        view = new.views if new.max_opens is None else None
        details = details_of(view=view, way=new.opened_via, suspectedRobot=robot)
        yield Fact(f"opened:{new.openings}", OPENED, began, details)
    # Two devices may both have found that nothing was told yet.
    if new.draft_at and not (old.draft_at and new.draft_at - old.draft_at < DRAFTS_TOLD_EVERY):
        yield Fact(f"draft:{milliseconds(new.draft_at)}", DRAFT_SAVED, new.draft_at, details_of())


def _looks(old: Link | None, new: Link) -> Iterator[Fact]:
    look = new.look
    if look is None or (old and old.looks == new.looks):
        return
    counted = new.max_opens is not None
    details = details_of(file=look.file, commit=look.commitment, look=new.looks, view=new.views if counted else None)
    yield Fact(f"look:{new.looks}", VIEWED if look.shown else DOWNLOADED, look.at, details)


def _receipt(old: Link | None, new: Link) -> Iterator[Fact]:
    receipt, before = new.receipt, old.receipt if old else None
    if old is None or receipt is None:
        return
    message, was = receipt.message, before.message if before else None
    if message and message.attempt and (was is None or (was.attempt, was.state) != (message.attempt, message.state)):
        kind = RECEIPT_SENT if message.state is DeliveryState.SENT else _DELIVERIES.get(message.state)
        if kind:
            details = details_of(
                channel=message.channel.value,
                attempt=message.attempt,
                reason=message.reason,
                occasion=None if kind == RECEIPT_SENT else "receipt",
            )
            yield Fact(f"receipt:{message.state.value}:{message.attempt}", kind, message.at or new.created_at, details)
    if before and receipt.reads > before.reads:
        for visit, end in new.visits.items():
            if visit not in old.visits:
                details = details_of(read=receipt.reads, way=new.visit_ways.get(visit))
                yield Fact(f"receipt_read:{receipt.reads}", RECEIPT_VIEWED, end - VISIT_LIFE, details)


def _choices(old: Link | None, new: Link) -> Iterator[Fact]:
    """Yield that the recipient stopped surveys, or undid that, which says nothing about this link's own state."""
    if new.unsubscribed_at and not (old and old.unsubscribed_at == new.unsubscribed_at):
        yield Fact(f"unsubscribed:{milliseconds(new.unsubscribed_at)}", UNSUBSCRIBED, new.unsubscribed_at, details_of())
    if new.resubscribed_at and not (old and old.resubscribed_at == new.resubscribed_at):
        yield Fact(f"resubscribed:{milliseconds(new.resubscribed_at)}", RESUBSCRIBED, new.resubscribed_at, details_of())


def _disowned(old: Link | None, new: Link) -> Iterator[Fact]:
    if new.disowned_at and not (old and old.disowned_at):
        yield Fact("disowned", DISOWNED, new.disowned_at, details_of())


def _ends(old: Link | None, new: Link) -> Iterator[Fact]:
    if new.submitted_at and not (old and old.submitted_at):
        yield Fact("submitted", SUBMITTED, new.submitted_at, details_of(version=new.version))
    if new.revoked_at and not (old and old.revoked_at):
        yield Fact("revoked", REVOKED, new.revoked_at, details_of(by=new.revoked_by, **new.revoked_note))
    if new.ways_revoked_at and not (old and old.ways_revoked_at == new.ways_revoked_at):
        gone = sorted(set(old.secrets.values()) - set(new.secrets.values())) if old else []
        details = details_of(ways=gone, by=new.ways_revoked_by, **new.ways_revoked_note)
        yield Fact(f"way_revoked:{milliseconds(new.ways_revoked_at)}", WAY_REVOKED, new.ways_revoked_at, details)
    if new.locked_at and not (old and old.locked_at):
        yield Fact("locked", LOCKED, new.locked_at, details_of(tries=new.code_tries))
    if new.extended_at and not (old and old.expires_at == new.expires_at):
        details = details_of(expires=utc(new.expires_at), by=new.extended_by, **new.extended_note)
        yield Fact(f"extended:{milliseconds(new.expires_at)}", EXTENDED, new.extended_at, details)
    if new.renewed_as and not (old and old.renewed_as):
        at = new.renewed_at or new.expires_at
        if new.replaced:
            details = details_of(renewedAs=new.renewed_as, by=new.revoked_by, **new.revoked_note)
            yield Fact("replaced", REPLACED, at, details)
        elif new.reopened:
            details = details_of(renewedAs=new.renewed_as, by=new.reopened_by, **new.reopened_note)
            yield Fact("reopened", REOPENED, at, details)
        else:
            yield Fact("renewed", RENEWED, at, details_of(renewedAs=new.renewed_as))
    if new.erased_at and not (old and old.erased_at):
        yield Fact("erased", ERASED, new.erased_at, details_of(**new.erased_note))


def _callbacks(old: Link | None, new: Link) -> Iterator[Fact]:
    before, callback = old.callback if old else None, new.callback
    if callback is None:
        return
    asked = f"callback:{milliseconds(callback.asked_at)}"
    if before is None or before.asked_at != callback.asked_at:
        yield Fact(asked, CALLBACK_REQUESTED, callback.asked_at, details_of())
    if callback.taken_at and not (before and before.taken_at == callback.taken_at):
        yield Fact(f"{asked}:taken", CALLBACK_TAKEN, callback.taken_at, details_of(agent=callback.taken_by))


def _meetings(old: Link | None, new: Link) -> Iterator[Fact]:
    if new.joined_at and not (old and old.joined_at):
        yield Fact("joined", COBROWSE_JOINED, new.joined_at, details_of(role=new.role or ""))


def _resent_by(link: Link, delivery: Delivery) -> dict[str, str]:
    """Return who asked for the newest resend and why, if this delivery is its own."""
    note = dict(link.resent_note)
    channel = note.pop("channel", None)
    return note if delivery.occasion is Occasion.RESEND and channel == delivery.channel.value else {}


def _is_hasty(link: Link, began: datetime) -> bool:
    sent = link.deliveries.get(Channel.EMAIL)
    return sent is not None and _went_out(sent) and sent.at is not None and timedelta() <= began - sent.at < ROBOT_HASTE


def _went_out(delivery: Delivery) -> bool:
    return delivery.state in {DeliveryState.SENT, DeliveryState.DELIVERED}
