"""Rules of messages: leases, outcomes, reports, suppressions, budgets and pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.challenge import CodePolicy
from linkgate.model.delivery_rules import PROBE, UNSUBSCRIBED
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.model.reports import HELD_UP, Report
from linkgate.ports.delivery import Start
from linkgate.store.delivery.deliveries import DynamoDeliveries
from linkgate.store.delivery.message_budget import DynamoMessageBudget
from linkgate.store.delivery.sending_rates import DynamoSendingPauses, DynamoSendingTurns
from linkgate.store.delivery.suppressions import DynamoSuppressions
from linkgate.store.link_items import challenge_map, delivery_map
from linkgate.tokens import address_hash
from tests.support.rules.links import BROWSER, CHALLENGE, ENDS, LINK, RID, TENANT, VISIT, read, stored
from tests.support.rules.rule import ELSEWHERE, GONE, MINUTE, MS, NOW, SECONDS, Rule, Stale, Told, changed, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.table import Table

EMAIL, SMS = Channel.EMAIL, Channel.SMS
LATER = NOW + timedelta(minutes=1)
LEASED = Delivery(EMAIL, DeliveryState.SENDING, 2, due=LATER, copies=1, at=NOW)
DELAYED = Delivery(EMAIL, DeliveryState.DELAYED, 1, due=NOW, at=NOW)
SENT = Delivery(EMAIL, DeliveryState.SENT, 1, message_id="m1", copies=1, at=NOW)
RUNNING = replace(LEASED, attempt=1)
FRESH = "6" * 64
deliveries = through(DynamoDeliveries)


def with_delivery(delivery: Delivery, **changes: Any) -> Any:
    return stored(deliveries={delivery.channel: delivery}, **changes)


def starting(item: Any, seen: Delivery | None, **start: Any) -> Callable[[Table], object]:
    made = Start(LEASED, seen, FRESH, "email:2", **start)
    return deliveries(lambda store: store.begin(read(item), made, NOW))


NOT_SEEN = {
    "another state": {"deliveries/email/state": "unknown"},
    "another attempt": {"deliveries/email/attempt": 7},
    "another time": {"deliveries/email/due": MS - 1},
}
NOT_FREE = {**ENDS, "disowned": {"disowned_at": MS - 1}}
PLAIN = stored()
WAITING = with_delivery(DELAYED)
DONE = with_delivery(SENT)
WAYS = stored(
    code=CodePolicy(EMAIL, 6),
    deliveries={EMAIL: SENT},
    secrets={"5" * 64: "api", "4" * 64: "email:1"},
    visits={VISIT: LATER},
    challenges={},
)
WAYS = changed(WAYS, {"challenges": {BROWSER: challenge_map(CHALLENGE)}})
WAYS_OPENED = {
    "a secret since": {"secrets": {**WAYS["secrets"], "3" * 64: "email:9"}},
    "another secret": {"secrets": {"5" * 64: "api", "3" * 64: "email:1"}},
    "the other secret": {"secrets": {"2" * 64: "api", "4" * 64: "email:1"}},
    "a visit since": {"visits": {VISIT: MS, "w" * 22: MS}},
    "another visit": {"visits": {"w" * 22: MS}},
    "a challenge since": {
        "challenges": {BROWSER: challenge_map(CHALLENGE), "z" * 22: challenge_map(CHALLENGE)},
    },
    "another challenge": {"challenges": {"z" * 22: challenge_map(CHALLENGE)}},
}
RUNNING_ITEM = with_delivery(RUNNING)
SEEN_DONE = {
    **{name: change for name, change in NOT_SEEN.items() if name != "another time"},
    "due": {"deliveries/email/due": MS},
}
STARTS = {
    "begin the first message": Rule(
        starting(PLAIN, None), PLAIN, {**NOT_FREE, "begun before": {"deliveries/email": delivery_map(SENT)}}
    ),
    "begin a later try": Rule(starting(WAITING, DELAYED), WAITING, {**NOT_FREE, **NOT_SEEN}),
    "begin after a lease that ended": Rule(
        starting(RUNNING_ITEM, replace(RUNNING, due=NOW)),
        with_delivery(replace(RUNNING, due=NOW)),
        {**NOT_FREE, **NOT_SEEN},
    ),
    "begin under a lease that runs": Rule(starting(RUNNING_ITEM, RUNNING), RUNNING_ITEM, goes=False),
    "resend": Rule(
        starting(DONE, SENT, resends=2, asked={"by": "k"}),
        changed(DONE, {"resends": 1}),
        {**NOT_FREE, **SEEN_DONE, "counted already": {"resends": 2}},
        kept={"the first": {"resends": GONE}},
    ),
    "remind": Rule(
        starting(DONE, SENT, reminded=2),
        changed(DONE, {"reminded": 1}),
        {**NOT_FREE, **SEEN_DONE, "counted already": {"reminded": 2}},
        kept={"the first": {"reminded": GONE}},
    ),
    "resend and end the ways before": Rule(
        starting(WAYS, SENT, ends=frozenset({"email"})), WAYS, {**NOT_FREE, **SEEN_DONE, **WAYS_OPENED}
    ),
    "a repeat of a begin": Rule(
        starting(WAITING, DELAYED),
        changed(WAITING, {f"secrets/{FRESH}": "email:2", "deliveries/email": delivery_map(LEASED)}),
        goes=False,
        told=...,
    ),
}

SMS_RUNNING = Delivery(SMS, DeliveryState.SENDING, 3, due=LATER, copies=1, at=NOW)
BOTH = stored(deliveries={EMAIL: RUNNING, SMS: SMS_RUNNING})
SMS_SENT = replace(SMS_RUNNING, state=DeliveryState.SENT, due=None, message_id="s1")
OUTCOMES = {
    "record an outcome": Rule(
        deliveries(lambda store: store.record(RID, [SENT], ["5" * 64], frozenset({"o" * 22}))),
        RUNNING_ITEM,
        {"another attempt": {"deliveries/email/attempt": 2}, "not being sent": {"deliveries/email/state": "delayed"}},
    ),
    "record two outcomes": Rule(
        deliveries(lambda store: store.record(RID, [SENT, SMS_SENT])),
        BOTH,
        {
            "another attempt": {"deliveries/email/attempt": 2},
            "not being sent": {"deliveries/email/state": "delayed"},
            "another attempt of the SMS": {"deliveries/sms/attempt": 2},
            "the SMS is not being sent": {"deliveries/sms/state": "delayed"},
        },
    ),
    "record an SMS": Rule(
        deliveries(lambda store: store.record(RID, [SMS_SENT])),
        BOTH,
        {"another attempt": {"deliveries/sms/attempt": 2}, "not being sent": {"deliveries/sms/state": "delayed"}},
    ),
    "give up": Rule(
        deliveries(lambda store: store.end(RID, DELAYED, replace(DELAYED, due=None), NOW)), WAITING, NOT_SEEN
    ),
    "give up too early": Rule(
        deliveries(lambda store: store.end(RID, RUNNING, replace(RUNNING, due=None), NOW)), RUNNING_ITEM, goes=False
    ),
}

RECEIPT = changed(
    stored(), {"submitted_at": MS, "receipt": {"reads": 0, "channel": "email", "message": delivery_map(DELAYED)}}
)
RECEIPT_LEASED = replace(DELAYED, state=DeliveryState.SENDING, attempt=2, due=LATER)
NOT_THE_MESSAGE = {
    "another attempt": {"receipt/message/attempt": 7},
    "another state": {"receipt/message/state": "sent"},
}
RECEIPTS = {
    "begin the message about a form": Rule(
        deliveries(lambda store: store.begin_receipt(RID, DELAYED, RECEIPT_LEASED, NOW)),
        RECEIPT,
        {
            **NOT_THE_MESSAGE,
            "not due": {"receipt/message/due": MS + 1},
            "not submitted": {"submitted_at": GONE},
            "revoked": {"revoked_at": MS},
            "erased": {"erased_at": MS},
            "disowned": {"disowned_at": MS},
            "a repeat": Told({"receipt/message": delivery_map(RECEIPT_LEASED)}, ...),
        },
    ),
    "record the message about a form": Rule(
        deliveries(lambda store: store.record_receipt(RID, DELAYED, replace(SENT, attempt=2))),
        RECEIPT,
        {**NOT_THE_MESSAGE, "a repeat": Told({"receipt/message": delivery_map(replace(SENT, attempt=2))}, None)},
    ),
}


def reporting(state: DeliveryState = DeliveryState.DELIVERED, **more: Any) -> Callable[[Table], object]:
    report = Report(EMAIL, state, "m1", NOW, **{"attempt": 1, "rid": RID, **more})
    return deliveries(lambda store: store.report(RID, report, NOW))


SECOND = Report(EMAIL, DeliveryState.DELIVERED, "m2", NOW, attempt=2, rid=RID)
LATEST = with_delivery(replace(SENT, attempt=3, first=2, message_id="m3"))
REPORTS = {
    "a report": Rule(
        reporting(),
        DONE,
        {
            "about another message": {"deliveries/email/message_id": "m0"},
            "about an earlier message": {"deliveries/email/first": 2},
            "about a later copy": {"deliveries/email/attempt": 0},
            "known": {"deliveries/email/state": "delivered"},
            "outranked": {"deliveries/email/state": "complained"},
        },
        kept={"before the id is known": {"deliveries/email/message_id": GONE}},
    ),
    "a report without an attempt": Rule(
        reporting(attempt=None),
        DONE,
        {
            "about another message": {"deliveries/email/message_id": "m0"},
            "before the id is known": {"deliveries/email/message_id": GONE},
            "known": {"deliveries/email/state": "delivered"},
        },
    ),
    "a report about an earlier copy": Rule(
        reporting(attempt=2),
        LATEST,
        {
            "of an earlier message": {"deliveries/email/first": 3},
            "known": {"deliveries/email/state": "delivered"},
        },
    ),
    "a report about an earlier copy, while another message begins": Rule(
        lambda table: DynamoDeliveries(Stale(table, LATEST)).report(RID, SECOND, NOW),
        LATEST,
        {
            "of an earlier message": {"deliveries/email/first": 3},
            "the newest copy": {"deliveries/email/attempt": 2},
        },
    ),
    "a delay": Rule(
        reporting(DeliveryState.SENT, reason=HELD_UP),
        DONE,
        {
            "told before": {"deliveries/email/reason": HELD_UP},
            "about an earlier message": {"deliveries/email/first": 2},
            "about a later copy": {"deliveries/email/attempt": 0},
            "about another message": {"deliveries/email/message_id": "m0"},
            "outranked": {"deliveries/email/state": "delivered"},
        },
        kept={"being sent": {"deliveries/email/state": "sending"}},
    ),
}

ADDRESS = "ada@example.com"
PERSON = {"pk": f"suppressed#{TENANT}|{address_hash(TENANT, ADDRESS)}"}
SUPPRESSED = {**PERSON, "sk": "suppressed", "reason": "bounced", "at": MS}
SURVEYS = {**PERSON, "sk": "surveys", "reason": UNSUBSCRIBED, "at": MS, "opt_out": "o" * 22}
LISTED = changed(stored(), {"opt_outs": frozenset({"o" * 22})})
NOT_LISTED: Any = changed(stored(), {"opt_outs": frozenset({"p" * 22})})
suppressions = through(DynamoSuppressions)
SUPPRESSIONS = {
    "suppress": Rule(
        suppressions(lambda store: store.add(TENANT, ADDRESS, "suppressed", NOW)),
        ELSEWHERE,
        {"suppressed before": Told([SUPPRESSED], None)},
    ),
    "lift": Rule(
        suppressions(lambda store: store.lift(TENANT, ADDRESS, "bounced")),
        SUPPRESSED,
        {"another reason": Told({"reason": "complained"}, None)},
    ),
    "unsubscribe": Rule(
        suppressions(lambda store: store.unsubscribe(LINK, [ADDRESS], "o" * 22, NOW)),
        LISTED,
        {
            "another opt-out": [NOT_LISTED],
            "unsubscribed before": [LISTED, {**SURVEYS, "opt_out": "p" * 22}],
        },
    ),
    "resubscribe": Rule(
        suppressions(lambda store: store.resubscribe(LINK, [ADDRESS], "o" * 22, NOW)),
        [LISTED, SURVEYS],
        {
            "another opt-out": [NOT_LISTED, SURVEYS],
            "unsubscribed by another message": [LISTED, {**SURVEYS, "opt_out": "p" * 22}],
        },
    ),
}

PAUSED = {"pk": "paused#email", "sk": "paused", "until": MS - 1, "ttl": SECONDS}
TURNS = {"pk": f"turns#email#{MS}", "sk": "turns", "sent": 1, "ttl": SECONDS}
RATES = {
    "count a message": Rule(
        lambda table: DynamoMessageBudget(table, SMS).take("me", 2, NOW),
        {"pk": "sms#me", "sk": "2026-11-28", "sent": 1, "ttl": SECONDS},
        {"used up": {"sent": 2}},
        told=False,
    ),
    "take a turn": Rule(
        lambda table: DynamoSendingTurns(table).take(EMAIL, NOW, 2), TURNS, {"used up": {"sent": 2}}, told=False
    ),
    "pause": Rule(
        lambda table: DynamoSendingPauses(table).begin(EMAIL, LATER),
        PAUSED,
        {"paused for longer": {"until": MS + MINUTE}},
        kept={"never paused": {"pk": "other"}},
        told=None,
    ),
    "probe": Rule(
        lambda table: DynamoSendingPauses(Stale(table, PAUSED)).until(EMAIL, NOW),
        PAUSED,
        {"another probes": {"until": MS + 1}},
        told=NOW + PROBE,
    ),
}
RULES = {**STARTS, **OUTCOMES, **RECEIPTS, **REPORTS, **SUPPRESSIONS, **RATES}
