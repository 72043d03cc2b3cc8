"""New links, each written only if no link has its rid yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import body_item, link_item
from linkgate.store.links import stored_link
from linkgate.store.table import ConditionRefused, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.model.link import Link
    from linkgate.ports.links import Body
    from linkgate.store.table import Table

_NEW = "attribute_not_exists(pk)"


class DynamoNewLinks:
    """`ports.issuing.NewLinkStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        main = links[0]
        try:
            if len(links) == 1 and body is None:
                self._table.put(link_item(main), _NEW)
            else:
                writes = [put_within_transaction(link_item(link), _NEW) for link in links]
                if body:
                    # In the same transaction: words without a link would be on no list by which they can be erased.
                    writes.append(put_within_transaction(body_item(main.master_rid, body, epoch_seconds(main.ttl))))
                self._table.transact(writes)
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            if stored is None or stored.claim != main.claim:
                raise NotChanged(stored) from refusal
