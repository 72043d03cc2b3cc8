"""The table, as lists of links need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkList:
    """A list of a tenant's links: of one resource, recipient or campaign, or of all; newest first."""

    tenant: str
    since: datetime
    """When the oldest of them was made at the earliest."""
    until: datetime
    """Before which the newest was made."""
    resource: tuple[str, str] | None = None
    """Resource type and uid."""
    recipient: str | None = None
    """An address as links keep it."""
    campaign: str | None = None


Position = tuple[int, Mapping[str, tuple[str, str, int]]]
"""Where a page ended: JSON of the store's own."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some of a list's links; `following` continues it, and is None at its end. May be short, or empty, before that."""

    links: tuple[Link, ...]
    following: Position | None


class LinkLists(Protocol):
    """Lists of links. All methods raise Unavailable when the table cannot be reached."""

    def page(self, which: LinkList, position: Position | None, limit: int) -> ListPage:
        """At most `limit` (100) links. Raises ValueError for a position that is none of this list's."""

    def bodies(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """The contents of bodies, by `master_rid` and name; those that are gone are left out."""
