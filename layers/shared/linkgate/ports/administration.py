"""The table, as a link's owner needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link


class Administration(Protocol):
    """What a link's owner changes about it. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def extend(self, link: Link, expires_at: datetime, ttl: datetime, by: str, now: datetime) -> Link:
        """Let it live until `expires_at`, and its bodies be kept until `ttl`; returns the link.

        Only if it is not submitted, revoked, locked, renewed or erased, and would end sooner. A repeat is success.
        """

    def erase(self, link: Link, by: str, now: datetime) -> int:
        """Take its recipient out of it and its bodies away, and revoke it unless it is submitted.

        Returns how many bodies went. Erasing again takes away what came in meanwhile.
        """

    def settle_erased(self, link: Link) -> None:
        """Take away what was written about an erased link while it was erased."""

    def list_by_phone(self, link: Link) -> None:
        """Let a link be found by its recipient's phone too, where its list names the e-mail address."""

    def contacts_at(self, tenant: str, address: str) -> Sequence[int]:
        """The ids of contacts with this address, as links keep it; eventually consistent."""
