"""Links in the table. Each change is one conditional write whose condition states the rule."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.model.receipt import READS
from linkgate.ports.links import DRAFT, NotChanged
from linkgate.store.link_items import FIELD, LINK, body_content, body_key, link_item, link_of
from linkgate.store.table import ConditionRefused, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.store.table import Table

NOT_ENDED = (
    "attribute_not_exists(revoked_at) AND attribute_not_exists(submitted_at) AND attribute_not_exists(locked_at)"
    " AND attribute_not_exists(renewed_as) AND expires_at > :now"
)
"""Condition that the link has not ended. Needs the value `now`."""

RECEIPT_READABLE = (
    "attribute_exists(submitted_at) AND receipt.#reads < :reads"
    " AND attribute_not_exists(revoked_at) AND attribute_not_exists(locked_at) AND attribute_not_exists(erased_at)"
    " AND attribute_not_exists(renewed_as) AND #ttl > :seconds"
)
"""Condition that what was sent can be read again, in a way that `receipt.#access` names.

Needs `RECEIPT_NAMES` and `receipt_values`.
"""
RECEIPT_HAS_WAY = "attribute_exists(receipt.#access)"
RECEIPT_NAMES = {"access": "access", "reads": "reads", "ttl": "ttl"}

VIEWS_LEFT = "#views < max_views AND (attribute_not_exists(max_shown) OR shown < max_shown)"
"""Condition that the link opens once more. Needs the name `views`."""


def receipt_values(now: datetime) -> dict[str, object]:
    """Return the values that `RECEIPT_READABLE` needs."""
    return {"reads": READS, "seconds": epoch_seconds(now)}


class DynamoLinks:
    """`ports.links.LinkStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, rid: str) -> Link | None:
        item = self._table.get(rid, LINK)
        return link_of(item) if item else None

    def several(self, rids: Collection[str]) -> Mapping[str, Link]:
        items = self._table.batch_get([(rid, LINK) for rid in sorted(rids)], consistent=True)
        return {item["pk"]: link_of(item) for item in items}

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        wanted = {body_key(name): name for name in names}
        items = self._table.batch_get([(master_rid, key) for key in wanted], consistent=True)
        return {wanted[item["sk"]]: body_content(item) for item in items}


def stored_link(refusal: ConditionRefused) -> Link | None:
    """Return the link as it stood when a write to it was refused."""
    return link_of(refusal.item) if refusal.item else None


def put_successor(table: Table, old: str, change: Update, new: Link) -> None:
    """Write a link that takes the place of `old`, which this change names it in, in one transaction.

    Raises NotChanged. A repeat succeeds.
    """
    writes = [change.within_transaction(old, LINK), put_within_transaction(link_item(new), "attribute_not_exists(pk)")]
    try:
        table.transact(writes)
    except ConditionRefused as refusal:
        stored = stored_link(refusal)
        if stored is None or stored.renewed_as != new.rid:
            raise NotChanged(stored) from refusal


def keep_family(table: Table, link: Link, ttl: int) -> None:
    """Keep the data of a family at least until `ttl`. What is missing or lives longer stays as it is.

    Links of its co-browsing roles are kept, too, because what a role writes later is kept as long as the role's link.
    """
    # A link that took the place of the first one may name no roles.
    first = table.get(link.master_rid, LINK)
    links = [(rid, LINK) for rid in first.get("roles", {}).values()] if first else []
    bodies = [body_key(name) for name in (link.body_name, DRAFT) if name]
    data = [(link.master_rid, sk) for sk in [*bodies, *table.sort_keys(link.master_rid, FIELD)]]
    longer = Update("SET #ttl = :ttl", "#ttl < :ttl", names={"ttl": "ttl"}, values={"ttl": ttl})
    for key in [*links, *data]:
        with contextlib.suppress(ConditionRefused):
            table.update(*key, longer)
