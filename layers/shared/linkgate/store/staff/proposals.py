"""Proposals in the table, a partition for each tenant. What was decided is deleted: the link's record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.proposal import LIFE, FourEyes, Proposal
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_PREFIX = "proposal#"


class DynamoProposals:
    """`ports.staff.Proposals` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, proposal: Proposal) -> None:
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
        self._table.put(item, "attribute_not_exists(pk)")

    def of(self, tenant: str, now: datetime) -> Sequence[Proposal]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": _partition(tenant)}, ":prefix": {"S": _PREFIX}},
            ConsistentRead=True,
        )
        found = sorted((_proposal(tenant, item) for item in items), key=lambda each: each.at)
        return [each for each in found if each.until > now]

    def approve(self, tenant: str, id_: str, person: str, now: datetime) -> Proposal | None:
        update = Update(
            "SET approved_by = :me",
            "#by <> :me AND #at > :since AND (attribute_not_exists(approved_by) OR approved_by = :me)",
            names={"by": "by", "at": "at"},
            values={"me": person, "since": milliseconds(now - LIFE)},
        )
        try:
            return _proposal(tenant, self._table.update(_partition(tenant), _PREFIX + id_, update))
        except ConditionRefused:
            return None

    def close(self, tenant: str, id_: str) -> bool:
        try:
            self._table.delete(_partition(tenant), _PREFIX + id_, ConditionExpression="attribute_exists(pk)")
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
