"""Suppressed addresses in the table. Each has an item named by its hash, so the table never shows an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import UNSUBSCRIBED
from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK
from linkgate.store.table import ConditionRefused, Update
from linkgate.tokens import address_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.store.table import Table

_EVERYTHING = "suppressed"
_SURVEYS = "surveys"
_STOP = "SET reason = :reason, #at = :now, opt_out = :opt_out REMOVE #ttl"
_LIFT = "SET #ttl = :ttl REMOVE reason, opt_out"
"""Undoes `_STOP`. The item is left to expire, because functions that strangers reach have no right to delete."""


class DynamoSuppressions:
    """`ports.delivery.SuppressionStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def among(self, tenant: str, addresses: Sequence[str], *, surveys: bool = False) -> Mapping[str, str]:
        # What stops everything is the stronger reason, so it is taken last.
        kinds = (_SURVEYS, _EVERYTHING) if surveys else (_EVERYTHING,)
        keys = {_key(tenant, address, kind): address for kind in kinds for address in addresses}
        items = sorted(self._table.batch_get(list(keys)), key=lambda item: kinds.index(item["sk"]))
        return {keys[item["pk"], item["sk"]]: item["reason"] for item in items if "reason" in item}

    def add(self, tenant: str, address: str, reason: str, now: datetime) -> None:
        pk, sk = _key(tenant, address, _EVERYTHING)
        try:
            self._table.put({"pk": pk, "sk": sk, "reason": reason, "at": milliseconds(now)}, "attribute_not_exists(pk)")
        except ConditionRefused:
            return

    def lift(self, tenant: str, address: str, reason: str) -> None:
        try:
            self._table.delete(
                *_key(tenant, address, _EVERYTHING),
                ConditionExpression="reason = :reason",
                ExpressionAttributeValues={":reason": {"S": reason}},
            )
        except ConditionRefused:
            return

    def unsubscribed(self, lists: str, addresses: Sequence[str]) -> Mapping[str, str]:
        keys = {_key(lists, address, _SURVEYS): address for address in addresses}
        items = self._table.batch_get(list(keys), consistent=True)
        return {keys[item["pk"], item["sk"]]: item["opt_out"] for item in items if "reason" in item}

    def unsubscribe(self, link: Link, addresses: Sequence[str], opt_out: str, now: datetime) -> None:
        noted = _noting("SET unsubscribed_at = :now REMOVE resubscribed_at", opt_out, now)
        self._change(link, noted, addresses, _stopping(opt_out, now, "attribute_not_exists(reason)"))

    def resubscribe(self, link: Link, addresses: Sequence[str], opt_out: str, now: datetime) -> None:
        values = {"ttl": epoch_seconds(now), "opt_out": opt_out}
        lift = Update(_LIFT, "opt_out = :opt_out", values=values, names={"ttl": "ttl"})
        self._change(link, _noting("SET resubscribed_at = :now", opt_out, now), addresses, lift)

    def unsubscribe_on_request(self, tenant: str, address: str, now: datetime) -> None:
        """Stop surveys to an address whose owner told the tenant so. No opt-out address undoes it. For operators."""
        self._table.update(*_key(tenant, address, _SURVEYS), _stopping("", now))

    def remove(self, tenant: str, address: str, *, surveys: bool = False) -> None:
        """Lift the suppression, or else that of surveys only, once its reason is gone. For operators."""
        self._table.delete(*_key(tenant, address, _SURVEYS if surveys else _EVERYTHING))

    def _change(self, link: Link, noted: Update, addresses: Sequence[str], change: Update) -> None:
        changes = [change.within_transaction(*_key(link.lists, address, _SURVEYS)) for address in addresses]
        try:
            self._table.transact([noted.within_transaction(link.rid, LINK), *changes])
        except ConditionRefused as refusal:
            raise NotChanged(None) from refusal


def _noting(expression: str, opt_out: str, now: datetime) -> Update:
    """Return the update of a link, only if it has the opt-out secret."""
    return Update(expression, "contains(opt_outs, :opt_out)", values={"now": milliseconds(now), "opt_out": opt_out})


def _stopping(opt_out: str, now: datetime, condition: str | None = None) -> Update:
    values = {"reason": UNSUBSCRIBED, "now": milliseconds(now), "opt_out": opt_out}
    return Update(_STOP, condition, values=values, names={"at": "at", "ttl": "ttl"})


def _key(tenant: str, address: str, kind: str) -> tuple[str, str]:
    """Return the item's key, the same for every letter case, because nearly every provider ignores letter case."""
    return f"suppressed#{tenant}|{address_hash(tenant, address.lower())}", kind
