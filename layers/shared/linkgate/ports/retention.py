"""The table, as keeping no longer than promised needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.tenant import Tenant


class RetentionStore(Protocol):
    """Whose links there are, and taking away what has ended. All methods raise Unavailable."""

    def tenants(self) -> Iterator[Tenant]:
        """Every tenant; uncached."""

    def delete_ended(self, rid: str, before: datetime) -> int:
        """Delete the items of a link's partition that were to be kept until `before` at most; returns how many.

        Each only if that is still so: what was extended meanwhile stays.
        """
