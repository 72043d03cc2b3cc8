"""Identity providers in the table, one partition for the whole stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.person import SignIn
from linkgate.store.table import ConditionRefused
from linkgate.store.tenant_items import record_item, record_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.store.table import Table

SIGN_INS = "sign_ins"


class DynamoSignIns:
    """`ports.staff.SignIns` over the table, and the writes that operators make."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> Sequence[SignIn]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": SIGN_INS}}
        )
        return [record_of(SignIn, item) for item in items]

    def get(self, id_: str) -> SignIn | None:
        item = self._table.get(SIGN_INS, id_)
        return record_of(SignIn, item) if item else None

    def add(self, sign_in: SignIn) -> bool:
        """Add a provider. Returns False if its id is taken."""
        try:
            self._table.put(record_item((SIGN_INS, sign_in.id), sign_in), "attribute_not_exists(pk)")
        except ConditionRefused:
            return False
        return True

    def remove(self, id_: str) -> None:
        """Remove a provider. Nobody signs in there any more, and sessions last until they are checked again."""
        self._table.delete(SIGN_INS, id_)
