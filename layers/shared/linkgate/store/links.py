"""Links in the table. Each change is one conditional write whose condition states the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.store.link_items import LINK, body_content, body_key, link_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linkgate.model.link import Link
    from linkgate.store.table import ConditionRefused, Table

NOT_ENDED = (
    "attribute_not_exists(revoked_at) AND attribute_not_exists(submitted_at) AND attribute_not_exists(locked_at)"
    " AND attribute_not_exists(renewed_as) AND expires_at > :now"
)
"""Condition that the link has not ended. Needs the value `now`."""


class DynamoLinks:
    """`ports.links.LinkStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, rid: str) -> Link | None:
        item = self._table.get(rid, LINK)
        return link_of(item) if item else None

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        wanted = {body_key(name): name for name in names}
        items = self._table.batch_get([(master_rid, key) for key in wanted], consistent=True)
        return {wanted[item["sk"]]: body_content(item) for item in items}


def stored_link(refusal: ConditionRefused) -> Link | None:
    """Return the link as it stood when a write to it was refused."""
    return link_of(refusal.item) if refusal.item else None
