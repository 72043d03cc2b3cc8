"""Ports to the table for the owner of links: lists, changes, erasure and retention."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkList:
    """A list of a tenant's links, newest first: those of one resource, recipient or campaign, or all."""

    lists: str
    """Name of the lists: the tenant's, or those of its test links (`model.link.lists_of`)."""
    since: datetime
    """Start of the period in which the links were made, inclusive."""
    until: datetime
    """End of that period, exclusive."""
    resource: tuple[str, str] | None = None
    """Resource type and uid."""
    recipient: str | None = None
    """Address in the form that links keep."""
    campaign: str | None = None
    number: int | None = None
    """A link's own number."""


Note = Mapping[str, str]
"""Note on who acted for a credential and why, as in `Link.revoked_note`."""
NO_NOTE: Note = MappingProxyType({})

Position = tuple[int, Mapping[str, tuple[str, str, int]]]
"""Place where a page ended, as JSON that only the store reads."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some of a list's links. `following` continues the list and is None at its end. Any page may be short or empty."""

    links: tuple[Link, ...]
    following: Position | None


class LinkLists(Protocol):
    """Lists of links. All methods raise Unavailable if the table cannot be reached."""

    def page(self, which: LinkList, position: Position | None, limit: int) -> ListPage:
        """Return up to `limit` (at most 100) links. Raises ValueError if the position does not belong to this list."""

    def referenced(self, lists: str, reference: str) -> Sequence[Link]:
        """Return the links that have this spoken reference and were opened or submitted. `lists` is as in LinkList."""

    def contents(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """Map `master_rid` and name of each body to its content. Bodies that are gone are left out."""


@dataclass(frozen=True, slots=True)
class Data:
    """Numbers of items with the data of a link's family."""

    bodies: int
    files: int


class Administration(Protocol):
    """Changes that the owner of a link makes to it.

    Every change is one conditional write, which raises NotChanged if it is refused. All methods raise Unavailable if
    the table cannot be reached.
    """

    def extend(  # noqa: PLR0913 - the facts of the record
        self, link: Link, expires_at: datetime, ttl: datetime, by: str, now: datetime, *, note: Note = NO_NOTE
    ) -> Link:
        """Let the link live until `expires_at`, keep its bodies until `ttl`, and return the link.

        Only if it is not submitted, revoked, locked, renewed or erased, and would end sooner. A repeat succeeds.
        """

    def attach(self, tenant: str, rid: str, now: datetime) -> None:
        """Note that a link of this tenant has files of its own. Only if it has not ended, as an erased one has."""

    def erase(self, link: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> Data:
        """Remove the recipient, the bodies and the files of a link, and revoke it unless it is submitted.

        Returns what was removed. Erasing again removes what was added in the meantime.
        """

    def count_data(self, link: Link) -> Data:
        """Return what `erase` would remove."""

    def settle_erased(self, link: Link) -> None:
        """Remove what was written about the link while it was being erased."""

    def list_further(self, link: Link, addresses: Collection[str]) -> None:
        """List a link also under its recipient's phone number and `addresses`. A role's link is on no list."""

    def list_reference(self, link: Link) -> None:
        """Let a link be found by its spoken reference, as long as it is kept."""

    def contacts_at(self, tenant: str, address: str) -> Sequence[int]:
        """Return the ids of contacts with this address, in the form that links keep. Eventually consistent."""

    def revoke_ways(self, link: Link, ways: Collection[str], by: str, now: datetime, *, note: Note = NO_NOTE) -> Link:
        """End ways out of a link, with the visits and challenges that they opened, and return the link.

        Only if the link has no other secrets, visits and challenges than when it was read.
        """

    def revoke(  # noqa: PLR0913 - the facts of the record
        self, tenant: str, rid: str, by: str, now: datetime, dialect: str | None = None, *, note: Note = NO_NOTE
    ) -> Link:
        """Revoke a link of this tenant, and of this dialect if one is given, and return it.

        Only if it is not submitted. Revoking twice keeps the first revocation.
        """

    def replace(self, old: Link, new: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> None:
        """Write a link that replaces another of its family, and revoke that one in the same transaction.

        Only if the old one is not submitted, revoked, renewed or erased. A repeat succeeds.
        """

    def open_test(self, link: Link, secret_hash: str, now: datetime) -> Link:
        """Let a secret open a test link instead of the one that somebody at the console got before.

        Only if it is a test link of its tenant and has not ended.
        """

    def reopen(self, old: Link, new: Link, by: str, now: datetime, *, note: Note = NO_NOTE) -> None:
        """Write a link by which a form is open again that was sent by `old`, and note that there, in one transaction.

        Only if `old` is submitted, and not revoked, erased or opened again before. A repeat succeeds.
        """


@dataclass(frozen=True, slots=True)
class SweepMark:
    """Progress of the daily sweeps of a tenant's links."""

    oldest: datetime
    """No link that was made before this time is left."""
    reached: datetime | None = None
    """Place of the sweep that is under way: it has looked at all links made since then. None if none is under way."""
    ended_at: datetime | None = None
    """End of the last sweep that looked at all links."""


class RetentionStore(Protocol):
    """Tenants, how far their sweeps have come, and the deletion of what has ended. All methods raise Unavailable."""

    def tenants(self) -> Iterator[Tenant]:
        """Yield every tenant, uncached."""

    def marks(self, tenants: Sequence[str]) -> Mapping[str, SweepMark]:
        """Return the marks of these tenants. A tenant that was never swept has none."""

    def mark(self, tenant: str, mark: SweepMark) -> None:
        """Record how far a tenant's sweeps have come. Ignored if `oldest` is before that of the mark on record."""

    def delete_ended(self, rid: str, before: datetime) -> int:
        """Delete the items in a link's partition whose retention ends before `before`. Returns their number.

        Each delete checks that condition again, so an item that was extended in the meantime stays.
        """
