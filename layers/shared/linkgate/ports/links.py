"""Port to the table for reading links and their bodies, and the error of a refused write."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linkgate.model.link import Link


class NotChanged(Exception):
    """A conditional write was refused. `stored` is the link as it stood then, or None if there is none."""

    def __init__(self, stored: Link | None) -> None:
        super().__init__("the condition did not hold")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Body:
    """Data that belongs to a link but does not fit into its item: prefilled data, a draft, a submission.

    `content` was read from JSON and is written as JSON again.
    """

    name: str
    content: Mapping[str, object] = field(repr=False)


TRIES_AGAINST_VISITORS = 8
"""Tries of a write that ends what visitors have. It is refused if one of them opens the link at that moment."""

DRAFT = "draft"
"""Name of a family's draft, the only body that is overwritten."""


def givers_body(submission: str) -> str:
    """Return the name of the body that names the co-browsing role of each answer in a submission."""
    return f"{submission}.givers"


class LinkStore(Protocol):
    """Links and their data. All methods raise Unavailable if the table cannot be reached."""

    def get(self, rid: str) -> Link | None:
        """Read a link, strongly consistent."""

    def several(self, rids: Collection[str]) -> Mapping[str, Link]:
        """Map each rid that exists to its link. One request, strongly consistent. At most 100."""

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        """Map the name of each body that exists to its content. One request, strongly consistent."""
