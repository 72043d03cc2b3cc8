"""Ports for agents at work: requests to be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEntry:
    """Entry of a request in a list. It names nobody, and only the link says what became of the request."""

    tenant: str
    list_name: str
    rid: str
    asked_at: datetime


class CallbackStore(Protocol):
    """Lists of requests to be called back, by category and by agent. All methods raise Unavailable."""

    def list_asked(self, link: Link) -> None:
        """List a waiting request under its category. A repeat changes nothing."""

    def list_taken(self, link: Link) -> None:
        """List a request under the agent who took it, and no longer under its category. A repeat changes nothing."""

    def waiting(self, tenant: str, queue: str, limit: int) -> Sequence[CallbackEntry]:
        """Return entries of a category, oldest first."""

    def taken_by(self, tenant: str, agent: str, limit: int) -> Sequence[CallbackEntry]:
        """Return entries of an agent, newest first."""

    def remove(self, entry: CallbackEntry) -> None:
        """Remove an entry. One that is not there stays so."""

    def finish(self, tenant: str, rid: str, agent: str, now: datetime) -> Link:
        """Note that an agent has put away a request that they took on, and return the link.

        Only if the link is this tenant's and the agent took the request. Raises NotChanged. A repeat keeps the first.
        """

    def take(self, tenant: str, rid: str, asked_at: datetime, agent: str, now: datetime) -> Link:
        """Let an agent take on a request, and return the link.

        Only if the link is this tenant's and is not revoked or erased, the request is still the one of that time, and
        nobody took it. Raises NotChanged. A repeat by the same agent succeeds.
        """
