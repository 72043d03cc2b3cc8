"""People who work with links at the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

_WHOLE_ADDRESSES = frozenset({"support", "admin"})


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in person, as the pages of the console show them."""

    name: str
    tenant: Tenant
    roles: frozenset[str]
    scopes: frozenset[str]
    language: str

    @property
    def sees_addresses(self) -> bool:
        """True if customers' addresses are shown whole. Others see them masked."""
        return not self.roles.isdisjoint(_WHOLE_ADDRESSES)
