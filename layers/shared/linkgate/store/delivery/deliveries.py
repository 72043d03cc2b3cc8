"""Delivery state of a link's messages. Each change is one conditional write on the link's item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import HELD_UP, outranked
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK, delivery_map, link_of
from linkgate.store.links import NOT_ENDED, stored_link
from linkgate.store.table import ConditionRefused, Update
from linkgate.store.ways import ways_ended

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from linkgate.model.link import Delivery, Link
    from linkgate.model.reports import Report
    from linkgate.ports.delivery import Start
    from linkgate.store.table import Table

_SENDING = DeliveryState.SENDING.value


class DynamoDeliveries:
    """`ports.delivery.DeliveryStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, link: Link, start: Start, now: datetime) -> Link:
        names = {"channel": start.delivery.channel.value, "secret": start.secret_hash}
        values: dict[str, object] = {
            "now": milliseconds(now),
            "delivery": delivery_map(start.delivery),
            "sent_via": start.sent_via,
        }
        sets, removes = ["deliveries.#channel = :delivery", "secrets.#secret = :sent_via"], []
        conditions = [NOT_ENDED, "attribute_not_exists(disowned_at)"]
        if start.seen is None:
            conditions.append("attribute_not_exists(deliveries.#channel)")
        else:
            conditions.append(_as_seen(start.seen, names, values))
            if start.seen.state is DeliveryState.SENDING:
                conditions.append("deliveries.#channel.due <= :now")
        if start.ends:
            ended = ways_ended(link, start.ends, now)
            names |= ended.names
            values |= ended.values
            sets += ended.sets
            removes += ended.removes
            conditions += ended.conditions
        if start.resends is not None:
            values["resends"] = start.resends
            sets.append("resends = :resends")
            conditions.append("(attribute_not_exists(resends) OR resends < :resends)")
            values["asked"] = {**start.asked, "channel": start.delivery.channel.value}
            sets.append("resent_note = :asked")
        if start.reminded is not None:
            values["reminded"] = start.reminded
            sets.append("reminded = :reminded")
            conditions.append("(attribute_not_exists(reminded) OR reminded < :reminded)")
        expression = "SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else "")
        if start.opt_outs:
            values["opt_outs"] = start.opt_outs
            expression += " ADD opt_outs :opt_outs"
        update = Update(expression, " AND ".join(conditions), names=names, values=values)
        try:
            return link_of(self._table.update(link.rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored and start.secret_hash in stored.secrets:
                return stored
            raise NotChanged(stored) from refusal

    def record(
        self,
        rid: str,
        deliveries: Sequence[Delivery],
        unused: Collection[str] = (),
        opt_outs: frozenset[str] = frozenset(),
    ) -> None:
        names = {"state": "state"}
        values: dict[str, object] = {"sending": _SENDING}
        sets, conditions = [], []
        for channel, delivery in ((d.channel.value, d) for d in deliveries):
            names[channel] = channel
            values |= {channel: delivery_map(delivery), f"{channel}_attempt": delivery.attempt}
            sets.append(f"deliveries.#{channel} = :{channel}")
            conditions.append(
                f"deliveries.#{channel}.attempt = :{channel}_attempt AND deliveries.#{channel}.#state = :sending"
            )
            if delivery.channel is Channel.SMS and delivery.message_id:
                values["message"] = delivery.message_id
                sets.append("message_key = :message")
        secrets = {f"unused{place}": hash_ for place, hash_ in enumerate(unused)}
        removes = " REMOVE " + ", ".join(f"secrets.#{name}" for name in secrets) if secrets else ""
        expression = "SET " + ", ".join(sets) + removes
        if opt_outs:
            values["opt_outs"] = opt_outs
            expression += " DELETE opt_outs :opt_outs"
        update = Update(expression, " AND ".join(conditions), names={**names, **secrets}, values=values)
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or any(stored.deliveries.get(delivery.channel) != delivery for delivery in deliveries):
                raise NotChanged(stored) from refusal

    def end(self, rid: str, seen: Delivery, ended: Delivery, now: datetime) -> None:
        names = {"channel": seen.channel.value}
        values: dict[str, object] = {"ended": delivery_map(ended), "now": milliseconds(now)}
        condition = f"{_as_seen(seen, names, values)} AND deliveries.#channel.due <= :now"
        update = Update("SET deliveries.#channel = :ended", condition, names=names, values=values)
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.deliveries.get(seen.channel) != ended:
                raise NotChanged(stored) from refusal

    def begin_receipt(self, rid: str, seen: Delivery, leased: Delivery, now: datetime) -> Link:
        values: dict[str, object] = {
            "message": delivery_map(leased),
            "attempt": seen.attempt,
            "seen": seen.state.value,
            "now": milliseconds(now),
        }
        condition = (
            "receipt.message.attempt = :attempt AND receipt.message.#state = :seen AND receipt.message.due <= :now"
            " AND attribute_exists(submitted_at) AND attribute_not_exists(revoked_at)"
            " AND attribute_not_exists(erased_at) AND attribute_not_exists(disowned_at)"
        )
        update = Update("SET receipt.message = :message", condition, names={"state": "state"}, values=values)
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored and stored.receipt and stored.receipt.message == leased:
                return stored
            raise NotChanged(stored) from refusal

    def record_receipt(self, rid: str, seen: Delivery, outcome: Delivery) -> None:
        values = {"message": delivery_map(outcome), "attempt": seen.attempt, "seen": seen.state.value}
        update = Update(
            "SET receipt.message = :message",
            "receipt.message.attempt = :attempt AND receipt.message.#state = :seen",
            names={"state": "state"},
            values=values,
        )
        try:
            self._table.update(rid, LINK, update)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.receipt is None or stored.receipt.message != outcome:
                raise NotChanged(stored) from refusal

    def report(self, rid: str, report: Report, now: datetime) -> Link:
        try:
            return self._join(rid, report, now, earlier=False)
        except NotChanged as refusal:
            stored = refusal.stored.deliveries.get(report.channel) if refusal.stored else None
            if stored is None or report.attempt is None or not stored.first <= report.attempt < stored.attempt:
                raise
            # The report is about an earlier copy of the same message, so its id is not the newest copy's.
            return self._join(rid, report, now, earlier=True)

    def rid_of_message(self, message_id: str) -> str | None:
        items, _ = self._table.query(
            IndexName="by_message",
            KeyConditionExpression="message_key = :message",
            ExpressionAttributeValues={":message": {"S": message_id}},
        )
        return items[0]["pk"] if items else None

    def _join(self, rid: str, report: Report, now: datetime, *, earlier: bool) -> Link:
        path = "deliveries.#channel"
        names = {"channel": report.channel.value, "state": "state", "at": "at"}
        values: dict[str, object] = {"state": report.state.value, "now": milliseconds(now)}
        sets, removes = [f"{path}.#state = :state", f"{path}.#at = :now"], [f"{path}.due"]
        if report.reason:
            names["reason"] = "reason"
            values["reason"] = report.reason
            sets.append(f"{path}.#reason = :reason")
        else:
            names["reason"] = "reason"
            removes.append(f"{path}.#reason")
        conditions = []
        if not earlier:
            values["message"] = report.message_id
            sets.append(f"{path}.message_id = if_not_exists({path}.message_id, :message)")
            known = f"{path}.message_id = :message"
            conditions.append(
                known if report.attempt is None else f"(attribute_not_exists({path}.message_id) OR {known})"
            )
        if report.attempt is not None:
            names["first"] = "first"
            values["attempt"] = report.attempt
            conditions.append(f"{path}.#first <= :attempt AND {path}.attempt {'>' if earlier else '='} :attempt")
        conditions.append(_news(report, values))
        update = Update(
            "SET " + ", ".join(sets) + " REMOVE " + ", ".join(removes),
            " AND ".join(conditions),
            names=names,
            values=values,
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal


def _as_seen(seen: Delivery, names: dict[str, str], values: dict[str, object]) -> str:
    """Return the condition that a delivery is still as it was read.

    The same combination of state, attempt and due never occurs twice.
    """
    names["state"] = "state"
    values |= {"seen_state": seen.state.value, "seen_attempt": seen.attempt}
    condition = "deliveries.#channel.#state = :seen_state AND deliveries.#channel.attempt = :seen_attempt"
    if seen.due is None:
        return f"{condition} AND attribute_not_exists(deliveries.#channel.due)"
    values["seen_due"] = milliseconds(seen.due)
    return f"{condition} AND deliveries.#channel.due = :seen_due"


def _news(report: Report, values: dict[str, object]) -> str:
    """Return the condition that the report outranks the delivery's state."""
    places = []
    for place, state in enumerate(sorted(outranked(report.state))):
        values[f"below{place}"] = state.value
        places.append(f":below{place}")
    condition = f"deliveries.#channel.#state IN ({', '.join(places)})"
    if report.reason != HELD_UP:
        return condition
    # A delay at the receiver proves that the message was accepted, so it is news to a delivery that was only sent.
    return (
        f"({condition} OR (deliveries.#channel.#state = :state AND attribute_not_exists(deliveries.#channel.#reason)))"
    )
