"""Port to the table for lists of links."""

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
    """A list of a tenant's links, newest first: those of one resource, recipient or campaign, or all."""

    tenant: str
    since: datetime
    """Start of the period in which the links were made, inclusive."""
    until: datetime
    """End of that period, exclusive."""
    resource: tuple[str, str] | None = None
    """Resource type and uid."""
    recipient: str | None = None
    """Address in the form that links keep."""
    campaign: str | None = None


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

    def bodies(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """Map `master_rid` and name of each body to its content. Bodies that are gone are left out."""
