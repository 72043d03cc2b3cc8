"""Port to the table for deleting data at the end of its retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.tenant import Tenant


class RetentionStore(Protocol):
    """Tenants and the deletion of what has ended. All methods raise Unavailable."""

    def tenants(self) -> Iterator[Tenant]:
        """Yield every tenant, uncached."""

    def delete_ended(self, rid: str, before: datetime) -> int:
        """Delete the items in a link's partition whose retention ends before `before`. Returns their number.

        Each delete checks that condition again, so an item that was extended in the meantime stays.
        """
