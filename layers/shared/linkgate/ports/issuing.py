"""Ports for issuing links: the table and the limit on creates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.links import Body


class NewLinkStore(Protocol):
    """Store of new links. Raises Unavailable if the table cannot be reached."""

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        """Write new links that share one family, main link first, and their body, all or none.

        NotChanged carries the link that already holds the main link's rid. A repeat of the caller's own write (same
        `claim`) succeeds.
        """


class SurveyPauses(Protocol):
    """Times until which an address gets no further survey of a tenant."""

    def begin(self, tenant: str, address: str, until: datetime, now: datetime) -> bool:
        """Begin a pause for the address. False, under any concurrency, if one has not ended yet. Raises Unavailable."""


class CreateLimits(Protocol):
    """Limit on the links that a tenant may make, counted per execution environment."""

    def take(self, tenant: Tenant, now: datetime) -> None:
        """Count one create. Raises Throttled if the tenant has used up its minute."""
