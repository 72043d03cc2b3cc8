"""Send messages, each at most once per call, and record the outcomes of a link's."""

from __future__ import annotations

import contextlib
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass, replace
from linkgate.model.addresses import is_for_tests
from linkgate.model.delivery_rules import (
    BUSY,
    BUSY_JITTER,
    EMAIL_BUDGET,
    FEEDBACK_WAIT,
    INVALID_ADDRESS,
    LAST_START,
    NO_TIME,
    NO_TURN,
    OPTED_OUT,
    QUOTA,
    QUOTA_PAUSE,
    RECIPIENT_BUDGET,
    SMS_BUDGET,
    TRIES,
    UNAVAILABLE,
    backoff,
    busy_pause,
)
from linkgate.model.link import Channel, Delivery, DeliveryState, Occasion
from linkgate.model.pauses import varied
from linkgate.model.policy import LEASE
from linkgate.ports.delivery import LinkMessage, SendOutcome, Start
from linkgate.ports.links import NotChanged
from linkgate.tokens import address_hash, secret_hash, token
from linkgate.usecases.definitions import survey_of, title_of
from linkgate.usecases.delivery.opt_outs import opt_out_url, opt_outs_of
from linkgate.usecases.delivery.ready_documents import has_document
from linkgate.usecases.delivery.suppression import barred, suppress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.delivery_tasks import CheckDelivery, Remind, SendSmsInstead, TellReceipt
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.delivery import AddressNotice, CodeMessage, ReceiptMessage, Sender
    from linkgate.ports.deps import Deps
    from linkgate.usecases.form_parts import Schema


LATEST_START = timedelta(seconds=6)
"""Latest start after the lease began. A later call could outlast the function, and its caller would get no answer."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message about to be sent, with the secret that only it carries."""

    channel: Channel
    attempt: int
    secret: str = field(repr=False)
    occasion: Occasion = Occasion.FIRST

    @property
    def sent_via(self) -> str:
        """Value in `Link.secrets` of the secret that this message carries."""
        return f"{self.channel}:{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherMessage:
    """A message about to be sent for a link that exists already."""

    channel: Channel
    occasion: Occasion = Occasion.FIRST
    retry: bool = False
    """True if it is another try at the channel's newest message, False if it is a message of its own."""
    ends: frozenset[str] = frozenset()
    """Ways out that end with this message, as in `Link.secrets`, or all of a channel."""
    resends: int | None = None
    """Number of this resend, counted from 1. None if it is no resend."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """Note on who asked for this resend and why, as in `Link.resent_note`."""
    reminded: int | None = None
    """Number of reminders that are done with, including this one. None if it is no reminder."""


def link_url(portal: str, rid: str, secret: str) -> str:
    """Build the link's URL. A browser does not send the fragment, which holds the secret, by itself."""
    return f"{portal}/l/{rid}#{secret}"


def leased(out: Outgoing, now: datetime, again: Delivery | None = None) -> Delivery:
    """Build the delivery of a message that is being sent. `again` is the delivery of an earlier try at the message."""
    return Delivery(
        out.channel,
        DeliveryState.SENDING,
        out.attempt,
        due=now + LEASE,
        copies=(again.copies if again else 0) + 1,
        at=now,
        first=again.first if again else out.attempt,
        occasion=out.occasion,
        spared=again.spared if again else 0,
    )


def put_off(channel: Channel, now: datetime, reason: str | None = None) -> Delivery:
    """Build the delivery of a first message that the delivery worker sends. `reason` says why it is put off."""
    return Delivery(channel, DeliveryState.DELAYED, attempt=0, reason=reason, due=now, at=now)


def send_now(  # noqa: PLR0913, PLR0917 - what is sent, what it is about, and whose it is
    link: Link, outgoing: Sequence[Outgoing], title: str | None, survey: Schema, tenant: Tenant, deps: Deps
) -> Link:
    """Send leased messages once each, record all outcomes in one write, and return the link with them.

    One read finds the addresses that must not be sent to. No failure is raised from here on: the link exists, its
    deliveries tell their progress, and the delivery worker continues from there. `survey` are questions to show.
    """
    now = deps.now()
    composed = (_message(link, out, title, tenant, now) for out in outgoing)
    ready = has_document(link, deps)
    messages = [replace(each, with_document=ready, survey=survey) for each in composed if each]
    if not messages:
        return link
    try:
        addresses = {message.channel: message.to for message in messages}
        bars: Mapping[Channel, str] | None = barred(tenant, addresses, deps, link.kind)
    except Unavailable:
        bars = None
    done = [_outcome(link, message, bars, deps) for message in messages]
    # A link that waits for days must not collect secrets that nobody got.
    spared = {
        delivery.channel for delivery in done if delivery.spared > max(TRIES, link.deliveries[delivery.channel].spared)
    }
    return _record(link, done, [out.secret for out in outgoing if out.channel in spared], deps)


def send_again(link: Link, message: FurtherMessage, tenant: Tenant, deps: Deps) -> Link:
    """Lease a further message, add its secret to the link, send it, and return the link with the outcome.

    Raises NotChanged if the stored delivery is no longer as in `link`, or the link was closed in the meantime.
    """
    now, seen = deps.now(), link.deliveries.get(message.channel)
    out = Outgoing(message.channel, seen.attempt + 1 if seen else 1, token(deps.random(16)), message.occasion)
    start = Start(
        leased(out, now, seen if message.retry else None),
        seen,
        secret_hash(link.rid, out.secret),
        out.sent_via,
        ends=message.ends,
        opt_outs=opt_outs_of(link.kind, link.rid, [out.secret]),
        resends=message.resends,
        asked=message.asked,
        reminded=message.reminded,
    )
    begun = deps.deliveries.begin(link, start, now)
    return send_now(begun, [out], title_of(begun, deps), survey_of(begun, deps), tenant, deps)


def send_code(message: CodeMessage, deps: Deps) -> SendOutcome:
    """Send a one-time code, which is never retried, to an address that is not barred. Raises Unavailable."""
    return _transmitted(message, lambda: _sender(message, deps).send_code(message), deps)


def send_notice(message: AddressNotice, deps: Deps) -> SendOutcome:
    """Send a notice once to an address that is not barred. Raises Unavailable."""
    return _transmitted(message, lambda: _sender(message, deps).send_notice(message), deps)


def send_receipt(message: ReceiptMessage, deps: Deps) -> SendOutcome:
    """Send the message that a form arrived once, to an address that is not barred. Raises Unavailable."""
    return _transmitted(message, lambda: _sender(message, deps).send_receipt(message), deps)


def _outcome(link: Link, message: LinkMessage, bars: Mapping[Channel, str] | None, deps: Deps) -> Delivery:
    delivery = link.deliveries[message.channel]
    if bars is None:
        outcome = SendOutcome(DeliveryState.DELAYED, reason=UNAVAILABLE)
    elif message.channel in bars:
        outcome = SendOutcome(DeliveryState.REFUSED, reason=bars[message.channel])
    elif not _time_suffices(delivery, deps):
        outcome = SendOutcome(DeliveryState.DELAYED, reason=NO_TIME)
    else:
        try:
            outcome = _transmitted(message, lambda: _sender(message, deps).send_link(message), deps)
        except Unavailable:
            outcome = SendOutcome(DeliveryState.DELAYED, reason=UNAVAILABLE)
    return recorded(delivery, outcome, link.expires_at, deps)


def _transmitted(
    message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage, send: Callable[[], SendOutcome], deps: Deps
) -> SendOutcome:
    """Send a message of a link. Raises Unavailable only if none left.

    Those of test links cost nothing, so they are not counted and tell nothing about a provider.
    """
    return send() if message.test else transmit(message, send, deps)


def transmit(
    message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage, send: Callable[[], SendOutcome], deps: Deps
) -> SendOutcome:
    """Send a message over a provider, if the tenant's limits allow it. Raises Unavailable only if none left."""
    if is_for_tests(message.to):
        return SendOutcome(DeliveryState.REFUSED, reason=INVALID_ADDRESS)
    tenant = message.tenant
    if message.channel is Channel.SMS:
        budget, limit, exhausted = deps.sms_budget, tenant.sms_per_day, SMS_BUDGET
    else:
        budget, limit, exhausted = deps.email_budget, tenant.emails_per_day, EMAIL_BUDGET
    now, recipient = deps.now(), f"{tenant.id}|{address_hash(tenant.id, message.to.lower())}"
    if not budget.take(recipient, tenant.messages_per_recipient, now):
        return SendOutcome(DeliveryState.REFUSED, reason=RECIPIENT_BUDGET)
    if not budget.take(tenant.id, limit, now):
        return SendOutcome(DeliveryState.REFUSED, reason=exhausted)
    outcome = send()
    # What became of the message must not be forgotten because a pause could not be written.
    with contextlib.suppress(Unavailable):
        if outcome.reason == QUOTA:
            deps.pauses.begin(message.channel, now + QUOTA_PAUSE)
        elif outcome.state is DeliveryState.SENT:
            deps.pauses.went_out(message.channel)
    if outcome.state is DeliveryState.REFUSED and outcome.reason == OPTED_OUT:
        suppress(tenant.id, message.to, OPTED_OUT, deps)
    return outcome


def _sender(message: LinkMessage | CodeMessage | AddressNotice | ReceiptMessage, deps: Deps) -> Sender:
    return (deps.test_senders if message.test else deps.senders)[message.channel]


def _record(link: Link, done: Sequence[Delivery], unused: Sequence[str], deps: Deps) -> Link:
    hashes = [secret_hash(link.rid, secret) for secret in unused]
    try:
        deps.deliveries.record(link.rid, done, hashes, opt_outs_of(link.kind, link.rid, unused))
    except NotChanged as refusal:
        # A report or the worker was first. What they wrote is newer than what this call knows.
        if refusal.stored is None:
            return link
        link = refusal.stored
        ours = [
            delivery
            for delivery in done
            if (stored := link.deliveries.get(delivery.channel))
            and (stored.state, stored.attempt) == (DeliveryState.SENDING, delivery.attempt)
        ]
        return _record(link, ours, (), deps) if 0 < len(ours) < len(done) else link
    except Unavailable:
        # The lease runs out and the worker takes over. Only in this case may an additional copy be sent.
        pass
    return replace(link, deliveries={**link.deliveries, **{delivery.channel: delivery for delivery in done}})


def _message(link: Link, out: Outgoing, title: str | None, tenant: Tenant, now: datetime) -> LinkMessage | None:
    address = link.address(out.channel)
    if address is None:
        return None
    return LinkMessage(
        channel=out.channel,
        tenant=tenant,
        kind=link.kind,
        to=address,
        url=link_url(link.portal, link.rid, out.secret),
        rid=link.rid,
        attempt=out.attempt,
        locale=link.recipient.locale,
        expires_at=link.expires_at,
        at=now,
        time_zone=link.recipient.time_zone,
        name=link.recipient.name,
        # Who can read the message need not be able to get the code, so it does not name what the code protects.
        title=title if link.code is None else None,
        occasion=out.occasion,
        opt_out=opt_out_url(link.kind, link.portal, link.rid, out.secret),
        test=link.test,
    )


def _time_suffices(delivery: Delivery, deps: Deps) -> bool:
    now = deps.now()
    began, ends = delivery.at or now, delivery.due or now
    return now - began <= LATEST_START and ends - now > deps.senders[delivery.channel].timeout


def recorded(delivery: Delivery, outcome: SendOutcome, ends: datetime, deps: Deps) -> Delivery:
    """Return the delivery after an attempt with this outcome. `ends` is when it makes no more sense to send it."""
    now, state, due, spared = deps.now(), outcome.state, None, delivery.spared
    pause = backoff(delivery.tries, deps.random(2))
    if state is DeliveryState.DELAYED:
        gives_up = delivery.tries >= TRIES
        if outcome.reason in BUSY:
            pause, spared, gives_up = busy_pause(outcome.reason, spared, deps.random(2)), spared + 1, False
        due = now + pause
        if gives_up or due > ends - LAST_START:
            state, due = DeliveryState.FAILED, None
    elif state is DeliveryState.UNKNOWN:
        due = now + (max(pause, FEEDBACK_WAIT) if delivery.channel is Channel.EMAIL else pause)
    went_out = outcome.state in {DeliveryState.SENT, DeliveryState.UNKNOWN}
    return replace(
        delivery,
        state=state,
        message_id=outcome.message_id,
        reason=outcome.reason,
        copies=delivery.copies - (not went_out),
        due=due,
        at=now,
        spared=spared,
    )


def has_a_turn(
    task: CheckDelivery | Remind | SendSmsInstead | TellReceipt, link: Link, channel: Channel, deps: Deps
) -> bool:
    """Wait for this worker's turn to send over the channel. If there is none for now, put the task back for later.

    The messages of test links take nobody's turn.
    """
    if link.test:
        return True
    if paused := deps.pauses.until(channel, deps.now()):
        later = paused + busy_pause(QUOTA, 0, deps.random(2))
    elif deps.pace(channel):
        return True
    else:
        later = deps.now() + varied(NO_TURN, BUSY_JITTER, deps.random(2))
    deps.queue.put([replace(task, not_before=later)], deps.now())
    return False
