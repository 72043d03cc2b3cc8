"""Ports to tenants: who may call, about which things, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Process, ResourceType, Tenant

D = TypeVar("D", bound="Process | ResourceType | Campaign | Agent | Category")


class GuessLimit(Protocol):
    """Limit on wrong keys and secrets from one source, counted per minute and execution environment."""

    def check(self, source: str, name: str, now: datetime) -> None:
        """Raise Throttled if the source sent too many wrong ones in this minute, unless `name` was right before.

        `name` is the hash of the key or secret. A source that is not known has no limit.
        """

    def count(self, source: str, now: datetime) -> None:
        """Count a wrong key or secret."""

    def trust(self, name: str) -> None:
        """Remember that a key was right, so that it is never refused because of its neighbours."""


class KeyUses(Protocol):
    """Days on which keys were used. All methods raise Unavailable."""

    def note(self, credential: str, now: datetime) -> None:
        """Note that a key is used on this day (UTC). A process writes once for each key and day."""

    def last(self, credentials: Iterable[str]) -> Mapping[str, date]:
        """Return the last day on which each key was used, by its id. Keys without one are left out."""


class TenantStore(Protocol):
    """Tenants, credentials, definitions and contacts. All but contacts are read through a cache of 60 s."""

    def credential(self, hash_: str) -> Credential | None: ...

    def tenant(self, tenant: str) -> Tenant | None: ...

    def definition(self, kind: type[D], tenant: str, name: str, version: str | None = None) -> D | None:
        """Return a process, resource type, campaign, agent or category by the name that callers send.

        With a version, return it as it was then, even if it was changed or deleted; with an empty one, as it was
        deleted.
        """

    def versions(self, kind: type[D], tenant: str, name: str) -> Sequence[D]:
        """Return every version of a process, resource type, campaign or category, also of a deleted one. Uncached."""

    def contact(self, tenant: str, contact_id: int) -> Contact | None: ...

    def put_contact(self, tenant: str, contact: Contact) -> None: ...

    def delete_contact(self, tenant: str, contact_id: int) -> None:
        """Delete a contact. Deleting one that does not exist is not an error."""

    def definitions(self, kind: type[D], tenant: str) -> Sequence[D]:
        """Return every process, resource type, campaign, agent or category of the tenant, by id. Uncached."""

    def put_definition(self, tenant: str, definition: Process | ResourceType | Campaign | Agent | Category) -> None:
        """Write a definition over any earlier one with its id, and beside it the version that links name."""

    def delete_definition(self, kind: type[D], tenant: str, name: str) -> None:
        """Delete a definition. It lives on for the links that were made with it.

        Deleting one that does not exist is not an error.
        """

    def next_number(self, tenant: str) -> int:
        """Return a small positive integer, unique per tenant. Numbers are leased in blocks, so some are never used."""
