"""Proposals in the table, a partition for each tenant. What was decided is deleted: the link's record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.proposal import LIFE, FourEyes, Proposal
from linkgate.store.journal_items import NEW, beside, change
from linkgate.store.table import ConditionRefused, Update, delete_within_transaction, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.person import JournalEntry
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_PREFIX = "proposal#"


class DynamoProposals:
    """`ports.staff.Proposals` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, proposal: Proposal, entry: JournalEntry | None = None) -> None:
        item = {
            "pk": _partition(proposal.tenant),
            "sk": _PREFIX + proposal.id,
            "by": proposal.by,
            "at": milliseconds(proposal.at),
            "act": proposal.act.value,
            "rid": proposal.rid,
            "email": proposal.email,
            "phone": proposal.phone,
            "sms_consent": proposal.sms_consent or None,
            "reason": proposal.reason,
            "about": dict(proposal.about),
            "ttl": epoch_seconds(proposal.until),
        }
        if entry is None:
            self._table.put(item, NEW)
        else:
            self._table.transact([put_within_transaction(item, NEW), *beside(proposal.tenant, entry)])

    def of(self, tenant: str, now: datetime) -> Sequence[Proposal]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": _partition(tenant)}, ":prefix": {"S": _PREFIX}},
            ConsistentRead=True,
        )
        found = sorted((_proposal(tenant, item) for item in items), key=lambda each: each.at)
        return [each for each in found if each.until > now]

    def approve(self, tenant: str, id_: str, person: str, now: datetime, entry: JournalEntry | None = None) -> bool:
        update = Update(
            "SET approved_by = :me",
            "#by <> :me AND #at > :since AND (attribute_not_exists(approved_by) OR approved_by = :me)",
            names={"by": "by", "at": "at"},
            values={"me": person, "since": milliseconds(now - LIFE)},
        )
        return change(self._table, (_partition(tenant), _PREFIX + id_), update, tenant, entry)

    def close(self, tenant: str, id_: str, entry: JournalEntry | None = None) -> bool:
        key, there = (_partition(tenant), _PREFIX + id_), "attribute_exists(pk)"
        try:
            if entry is None:
                self._table.delete(*key, ConditionExpression=there)
            else:
                self._table.transact([delete_within_transaction(*key, there), *beside(tenant, entry)])
        except ConditionRefused:
            return False
        return True


def _partition(tenant: str) -> str:
    return f"proposals#{tenant}"


def _proposal(tenant: str, item: Item) -> Proposal:
    return Proposal(
        id=item["sk"].removeprefix(_PREFIX),
        tenant=tenant,
        by=item["by"],
        at=moment(item["at"]),
        rid=item["rid"],
        email=item.get("email"),
        phone=item.get("phone"),
        sms_consent=item.get("sms_consent", False),
        reason=item.get("reason"),
        approved_by=item.get("approved_by"),
        act=FourEyes(item.get("act", FourEyes.REPLACE)),  # those of an earlier release name none
        about=item.get("about", {}),
    )
