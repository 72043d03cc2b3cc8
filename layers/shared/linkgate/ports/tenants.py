"""Who may call, what about, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Process, ResourceType, Tenant

    Definition = Process | ResourceType | Campaign | Agent | Category

D = TypeVar("D", "Process", "ResourceType", "Campaign", "Agent", "Category")


class TenantStore(Protocol):
    """Who may call and what their links can be about; read through a cache of 60 s, contacts excepted."""

    def credential(self, hash_: str) -> Credential | None: ...

    def tenant(self, tenant: str) -> Tenant | None: ...

    def definition(self, kind: type[D], tenant: str, name: str) -> D | None:
        """A process, resource type, campaign, agent or category by the name callers send."""

    def contact(self, tenant: str, contact_id: int) -> Contact | None: ...

    def put_contact(self, tenant: str, contact: Contact) -> None: ...

    def delete_contact(self, tenant: str, contact_id: int) -> None:
        """Deleting one that is not there is no failure."""

    def next_number(self, tenant: str) -> int:
        """A small positive integer, unique per tenant; numbers are leased in blocks, so some are never used."""


class CreateLimits(Protocol):
    """How many links a tenant may make; counted per execution environment."""

    def take(self, tenant: Tenant, now: datetime) -> None:
        """Raises Throttled when the tenant's minute is used up."""
