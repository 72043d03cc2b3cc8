"""Port to the table for the owner of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link


class Administration(Protocol):
    """Changes that the owner of a link makes to it.

    Every change is one conditional write, which raises NotChanged if it is refused. All methods raise Unavailable if
    the table cannot be reached.
    """

    def extend(self, link: Link, expires_at: datetime, ttl: datetime, by: str, now: datetime) -> Link:
        """Let the link live until `expires_at`, keep its bodies until `ttl`, and return the link.

        Only if it is not submitted, revoked, locked, renewed or erased, and would end sooner. A repeat succeeds.
        """

    def erase(self, link: Link, by: str, now: datetime) -> int:
        """Remove the recipient and the bodies of a link, and revoke it unless it is submitted.

        Returns the number of bodies removed. Erasing again removes what was added in the meantime.
        """

    def settle_erased(self, link: Link) -> None:
        """Remove what was written about the link while it was being erased."""

    def list_by_phone(self, link: Link) -> None:
        """List a link under its recipient's phone number too, if it is listed under the e-mail address."""

    def contacts_at(self, tenant: str, address: str) -> Sequence[int]:
        """Return the ids of contacts with this address, in the form that links keep. Eventually consistent."""
