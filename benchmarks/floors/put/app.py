"""Floor of a create: only the put of one link, through one of our two clients of DynamoDB."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from linkgate.aws.clients import Clients
from linkgate.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _table() -> Table:
    clients = Clients(os.environ if os.environ.get("TRANSPORT") == "direct" else None)
    return Table(os.environ["TABLE_NAME"], lambda: clients.dynamodb)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, int]:
    """Write the item in the event."""
    _table().put(event["item"], "attribute_not_exists(pk)")
    return {"statusCode": 200}
